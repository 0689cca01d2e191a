/** What a rule of nginx's log looks like: the entries that make nginx write a line, and the line's words. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';
import { errnoText } from './log-errno.ts';
import { type Known, text } from './log-known.ts';
import type { LogLevel } from './log-levels.ts';

/** A line before its context. `doing` null: nginx names nothing that it was doing. */
export interface Words {
  readonly level: LogLevel;
  readonly message: Bytes;
  readonly doing: string | null;
  /** The line about the connection itself has no context at all. */
  readonly bare?: true;
}

/** What an entry makes nginx write; nothing where it writes nothing. */
export type Tell = (known: Known, entry: Entry) => Words | null;

/** The reasons of one protocol or all, the most severe level they may give, and their words. */
export interface Rule {
  readonly whys: readonly string[];
  readonly level: LogLevel;
  readonly tell: Tell;
}

/** The reasons of all three protocols by their common names. */
export const inAll = (...names: readonly string[]): readonly string[] =>
  ['smtp', 'imap', 'pop3'].flatMap((protocol) => names.map((name) => `${protocol}.${name}`));

/** One rule. */
export const rule = (level: LogLevel, whys: readonly string[], tell: Tell): Rule => ({ whys, level, tell });

/** A line of level info. */
export const info = (message: Bytes, doing: string | null): Words => ({ level: 'info', message, doing });
/** A line of level error. */
export const error = (message: Bytes, doing: string | null): Words => ({ level: 'error', message, doing });
/** `recv() failed (104: Connection reset by peer)`; `code` is the system's. */
export const failed = (what: string, code: string): string => `${what} failed (${errnoText(code)})`;
/** `client timed out (110: Connection timed out)`. */
export const timedOut = (who: string): string => `${who} timed out (${errnoText('ETIMEDOUT')})`;

/** A reason stands on the client's line and on our reply to it; nginx logs when it has read. */
export const onLine =
  (words: (known: Known, entry: Entry) => Words): Tell =>
  (known, entry) =>
    entry.direction === 'in' ? words(known, entry) : null;

/** The client's connection broke; leaving is not logged. */
export function lost(entry: Entry, doing: string): Words | null {
  const code = text(entry, 'error');
  return code === '' ? null : info(failed('recv()', code), doing);
}
