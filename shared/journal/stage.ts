/** How far a session's client came: the stage of its last command, by the names that faults are armed with. */
import type { Protocol } from '../machine/machine.ts';
import type { Entry, SessionSummary } from './entry.ts';

/** Leaving is no stage that a session got as far as: every orderly one ends with it. */
const stages: Readonly<Record<Protocol, ReadonlyMap<string, string>>> = {
  smtp: new Map([
    ['HELO', 'ehlo'],
    ['EHLO', 'ehlo'],
    ...['STARTTLS', 'XCLIENT', 'AUTH', 'MAIL', 'RCPT', 'DATA'].map((verb) => [verb, verb.toLowerCase()] as const),
  ]),
  imap: new Map([
    ...['CAPABILITY', 'STARTTLS', 'LOGIN', 'LIST', 'SELECT', 'FETCH', 'SEARCH', 'STORE', 'COPY', 'APPEND'].map(
      (verb) => [verb, verb.toLowerCase()] as const,
    ),
    ['AUTHENTICATE', 'login'],
    ['LSUB', 'list'],
    ['EXAMINE', 'select'],
    ['MOVE', 'copy'],
    ['EXPUNGE', 'expunge'],
    ['IDLE', 'idle'],
  ]),
  pop3: new Map([
    ...['CAPA', 'STLS', 'USER', 'PASS', 'APOP', 'STAT', 'LIST', 'UIDL', 'RETR', 'DELE'].map(
      (verb) => [verb, verb.toLowerCase()] as const,
    ),
    ['AUTH', 'pass'],
    ['NOOP', 'stat'],
    ['TOP', 'retr'],
    ['RSET', 'dele'],
  ]),
};

/** Before any command. */
export const FIRST_STAGE = 'connect';

/** Every stage that a session can be at. */
export const stageNames: readonly string[] = [
  ...new Set([FIRST_STAGE, ...Object.values(stages).flatMap((of) => [...of.values()]), 'end']),
];

/** The command of a line; IMAP has a tag before it, and may have UID. */
const commands: Readonly<Record<Protocol, RegExp>> = {
  smtp: /^\s*([A-Za-z]+)/,
  imap: /^\S+ +(?:UID +)?([A-Za-z]+)/i,
  pop3: /^\s*([A-Za-z]+)/,
};

/** Notes the stage of what the client said. */
export function noteStage(summary: SessionSummary, { kind, leg, direction, bytes }: Entry): void {
  if (leg !== 'client' || direction !== 'in') return;
  if (kind === 'data' && summary.protocol === 'smtp') summary.stage = 'end';
  if (kind !== 'line') return;
  const verb = commands[summary.protocol].exec(bytes)?.[1];
  const stage = verb === undefined ? undefined : stages[summary.protocol].get(verb.toUpperCase());
  if (stage !== undefined) summary.stage = stage;
}

/** Notes what a fault that struck is called: its act, its stage, its upstream, its preset. */
export function noteFault(summary: SessionSummary, names: readonly string[]): void {
  summary.faults = [...new Set([...(summary.faults ?? []), ...names.filter((name) => name !== '')])];
}
