/** A journal taken apart once for those who look for something in it: its lookups, its lines, its way upstream. */
import type { Protocol } from '../machine/machine.ts';
import type { Entry, SessionSummary } from './entry.ts';
import { type HttpHead, parseHttp } from './http.ts';

/** One question to the auth service, and its answer. */
export interface Exchange {
  readonly asked: Entry;
  readonly question: HttpHead;
  /** null while there is none. */
  readonly answered: Entry | null;
  readonly answer: HttpHead;
  /** What became of it: `route`, `reject`, `wait`, `error`; '' while nothing did. */
  readonly verdict: string;
}

/** A line of the proxy to the upstream, and the reply that came to it. */
export interface Command {
  readonly said: Entry;
  readonly reply: Entry | null;
}

/** A session as a story. */
export interface Story {
  readonly protocol: Protocol;
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
  readonly exchanges: readonly Exchange[];
  /** Lines from the client, before the relay and in it. */
  readonly lines: readonly Entry[];
  readonly commands: readonly Command[];
  /** `seq` from which nginx only copies; infinite while it does not. */
  readonly relay: number;
  /** Entries by their reason. */
  readonly by: ReadonlyMap<string, readonly Entry[]>;
}

/** The value of a header: of several with one name the last one, as nginx reads them. */
export function headerOf({ headers }: HttpHead, name: string): string | undefined {
  return headers.findLast(([key]) => key.toLowerCase() === name)?.[1];
}

/** A parameter as text; '' where there is none. */
export const paramOf = (entry: Entry, name: string): string => String(entry.params?.[name] ?? '');

const isLine = (entry: Entry, leg: Entry['leg'], direction: Entry['direction']): boolean =>
  entry.kind === 'line' && entry.leg === leg && entry.direction === direction;

function exchangesOf(entries: readonly Entry[]): readonly Exchange[] {
  const http = entries.filter(({ kind, leg }) => kind === 'http' && leg === 'auth');
  return http.flatMap((asked, index) => {
    if (asked.direction !== 'out') return [];
    const next = http[index + 1];
    const answered = next?.direction === 'in' ? next : null;
    const answer = parseHttp(answered?.bytes ?? '');
    const verdict = answered === null ? '' : paramOf(answered, 'verdict');
    return [{ asked, question: parseHttp(asked.bytes), answered, answer, verdict }];
  });
}

function commandsOf(entries: readonly Entry[], relay: number): readonly Command[] {
  const ours = entries.filter((entry) => entry.seq < relay && entry.kind === 'line' && entry.leg === 'upstream');
  return ours.flatMap((said, index) => {
    if (said.direction !== 'out') return [];
    const next = ours[index + 1];
    return [{ said, reply: next?.direction === 'in' ? next : null }];
  });
}

/** Takes a journal apart. Never throws, whatever it holds. */
export function storyOf(summary: SessionSummary, entries: readonly Entry[]): Story {
  const by = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = by.get(entry.why);
    if (known) known.push(entry);
    else by.set(entry.why, [entry]);
  }
  const relay = by.get('session.handed-over')?.[0]?.seq ?? Number.POSITIVE_INFINITY;
  return {
    protocol: summary.protocol,
    summary,
    entries,
    exchanges: exchangesOf(entries),
    lines: entries.filter((entry) => isLine(entry, 'client', 'in')),
    commands: commandsOf(entries, relay),
    relay,
    by,
  };
}

/** Entries with a reason of the session's own protocol: `told(story, 'rejected')` are those of `smtp.rejected`. */
export const told = (story: Story, reason: string): readonly Entry[] =>
  story.by.get(`${story.protocol}.${reason}`) ?? [];

/** The upstream's name, for sentences; '' where none was dialled. */
export function nameOf(story: Story): string {
  const dial = story.entries.findLast(({ kind, leg }) => kind === 'dial' && leg === 'upstream');
  return dial === undefined ? '' : paramOf(dial, 'name') || paramOf(dial, 'upstream');
}

/** A reply for a sentence: its first line, with an ellipsis where there are more. */
export function replyText({ bytes }: Entry): string {
  const lines = bytes.trim().split(/\r?\n/);
  return lines.length > 1 ? `${lines[0]} …` : (lines[0] ?? '');
}

/** Whether an EHLO reply of the upstream named this capability. */
export function offers(story: Story, word: string): boolean {
  const pattern = new RegExp(`^250[ -]${word}\\b`, 'im');
  return story.commands.some(({ said, reply }) => /^EHLO /i.test(said.bytes) && pattern.test(reply?.bytes ?? ''));
}

/** Whether a recipient was looked up, and not a login. */
export const isRecipientRouted = ({ exchanges }: Story): boolean => {
  const last = exchanges.at(-1);
  return last !== undefined && headerOf(last.question, 'auth-method') === 'none';
};
