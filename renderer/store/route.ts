/** Why a session went where it went: its lookups, and every recipient with what became of it. */
import type { Entry, Trail } from '../../shared/journal/entry.ts';
import { parseHttp } from '../../shared/journal/http.ts';
import { isRelayed } from '../../shared/journal/travel.ts';
import { countUntil, indexed } from './timeline.ts';

/** One question to the auth service with its answer, as positions of entries. */
export interface Lookup {
  /** From 1. */
  readonly number: number;
  readonly asked: number;
  /** null while nothing came. */
  readonly answered: number | null;
  /** The header the rules go by, as sent: a whole RCPT command, or a user name. */
  readonly raw: string;
  /** Known when the lab's own service answered. */
  readonly trail: Trail | null;
  readonly result: LookupResult;
  /** A person changed the answer while it was held. */
  readonly byHand: boolean;
}

/** What the answer said. `upstream` is ADDR:PORT. */
export type LookupResult =
  | { readonly type: 'pending' }
  | { readonly type: 'route'; readonly upstream: string }
  | { readonly type: 'reject'; readonly text: string }
  | { readonly type: 'wait' }
  /** `why` is a reason's key. */
  | { readonly type: 'error'; readonly why: string };

/** A recipient of this connection. */
export interface Recipient {
  /** Position of its RCPT. */
  readonly position: number;
  readonly address: string;
  /** The number of its lookup; null for the ones that only followed. */
  readonly lookup: number | null;
  /** The code of the reply it got; null while there is none. */
  readonly reply: number | null;
}

/** A lookup as it stood from an entry on: asked, or answered. */
interface Turn {
  readonly at: number;
  readonly lookup: Lookup;
}

const turnsOf = indexed<Turn[]>(
  () => [],
  (turns, entry, at) => {
    if (entry.leg !== 'auth' || entry.kind !== 'http') return;
    const last = turns.at(-1)?.lookup;
    if (entry.direction === 'out') turns.push({ at, lookup: asked(entry, at, (last?.number ?? 0) + 1) });
    else if (last !== undefined) turns.push({ at, lookup: answered(last, entry, at) });
  },
);

/** The lookups that had begun at `position`. */
export function lookupsAt(entries: readonly Entry[], position: number): readonly Lookup[] {
  const lookups: Lookup[] = [];
  const until = Math.min(position, entries.length - 1);
  for (const { at, lookup } of turnsOf(entries)) {
    if (at > until) break;
    lookups[lookup.number - 1] = lookup;
  }
  return lookups;
}

/** A recipient with the positions at which more became known of it. */
interface Named {
  readonly position: number;
  readonly address: string;
  reply: { readonly at: number; readonly code: number | null } | null;
  /** As it is in the end, made once: what does not change is not drawn again. */
  settled: Recipient | null;
}

/** What the recipients of a connection are made of. */
interface Naming {
  readonly named: Named[];
  /** What the client said and nobody has answered yet: a recipient, or something else. */
  readonly waiting: (Named | null)[];
  /** By the entry that caused it: the first lookup. */
  readonly lookups: Map<number, { readonly at: number; readonly number: number }>;
  asked: number;
  relay: number;
}

const namingOf = indexed<Naming>(
  () => ({ named: [], waiting: [], lookups: new Map(), asked: 0, relay: Number.POSITIVE_INFINITY }),
  (naming, entry, at) => {
    const { named, waiting } = naming;
    if (entry.kind === 'relay') naming.relay = Math.min(naming.relay, at);
    if (entry.leg === 'auth' && entry.kind === 'http' && entry.direction === 'out') noteLookup(naming, entry, at);
    if (entry.leg === 'client' && entry.direction === 'in' && entry.kind === 'line') {
      const address = recipientOf(entry.bytes);
      const one = address === null ? null : { position: at, address, reply: null, settled: null };
      if (one !== null) named.push(one);
      waiting.push(one);
    } else if (entry.kind === 'data' && entry.leg === 'client') waiting.push(null);
    else if (answersClient(entry, at, naming.relay) && !isGreeting(entry)) {
      const one = waiting.shift();
      if (one) one.reply = { at, code: codeOf(entry.bytes) };
    }
  },
);

function noteLookup(naming: Naming, { cause }: Entry, at: number): void {
  naming.asked += 1;
  if (cause !== undefined && !naming.lookups.has(cause)) naming.lookups.set(cause, { at, number: naming.asked });
}

/** The recipients named up to `position`, in order. SMTP only; others have none. */
export function recipientsAt(entries: readonly Entry[], position: number): readonly Recipient[] {
  const { named, lookups } = namingOf(entries);
  const until = Math.min(position, entries.length - 1);
  const recipients: Recipient[] = [];
  for (const one of named) {
    if (one.position > until) break;
    recipients.push(recipientAt(one, lookups.get(one.position), until));
  }
  return recipients;
}

function recipientAt(one: Named, looked: { at: number; number: number } | undefined, until: number): Recipient {
  const { position, address, reply } = one;
  const lookup = looked !== undefined && looked.at <= until ? looked.number : null;
  if (reply === null || reply.at > until) return { position, address, lookup, reply: null };
  // What comes behind the reply changes nothing any more, except a lookup that it did not wait for.
  if (looked !== undefined && looked.at > reply.at) return { position, address, lookup, reply: reply.code };
  one.settled ??= { position, address, lookup, reply: reply.code };
  return one.settled;
}

const mailsOf = indexed<number[]>(
  () => [],
  (positions, { kind, leg, direction, bytes }, at) => {
    if (kind === 'line' && leg === 'client' && direction === 'in' && /^MAIL\s+FROM:/i.test(bytes)) positions.push(at);
  },
);

/** Which mail of the connection the entry at `position` belongs to, from 1; 0 before the first. */
export function mailAt(entries: readonly Entry[], position: number): number {
  return countUntil(mailsOf(entries), Math.min(position, entries.length - 1));
}

/** The address of a `RCPT TO:<…>` line; null for any other line. */
export function recipientOf(line: string): string | null {
  const match = /^RCPT\s+TO:\s*<?([^>\s]*)/i.exec(line);
  return match?.[1] === undefined || match[1] === '' ? null : match[1];
}

function asked(entry: Entry, position: number, number: number): Lookup {
  const { headers } = parseHttp(entry.bytes);
  const value = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const raw = value('auth-smtp-to') || value('auth-user');
  return { number, asked: position, answered: null, raw, trail: null, result: { type: 'pending' }, byHand: false };
}

function answered(lookup: Lookup, entry: Entry, position: number): Lookup {
  return {
    ...lookup,
    answered: position,
    trail: entry.trail ?? null,
    result: resultOf(entry),
    byHand: entry.edited !== undefined,
  };
}

/** The last of several headers with one name counts, as in nginx. */
function resultOf(entry: Entry): LookupResult {
  const verdict = entry.params?.verdict;
  if (verdict === 'error') return { type: 'error', why: entry.why };
  const { headers } = parseHttp(entry.bytes);
  const value = (name: string) => headers.findLast(([key]) => key.toLowerCase() === name)?.[1];
  const status = value('auth-status') ?? 'OK';
  if (status === 'WAIT') return { type: 'wait' };
  if (status !== 'OK') return { type: 'reject', text: status };
  const server = value('auth-server');
  const port = value('auth-port');
  if (server === undefined || port === undefined) return { type: 'error', why: entry.why };
  return { type: 'route', upstream: server.includes(':') ? `[${server}]:${port}` : `${server}:${port}` };
}

function answersClient(entry: Entry, position: number, relay: number): boolean {
  if (entry.kind !== 'line') return false;
  if (entry.leg === 'client') return entry.direction === 'out' && !isMiddleOfReply(entry.bytes);
  return entry.direction === 'in' && isRelayed(entry, position, relay) && !isMiddleOfReply(entry.bytes);
}

/** `250-…` alone: more lines of the same reply follow in the next entry. */
function isMiddleOfReply(bytes: string): boolean {
  const last = bytes.trimEnd().split('\n').at(-1) ?? '';
  return /^\d{3}-/.test(last);
}

function isGreeting(entry: Entry): boolean {
  return entry.why === 'smtp.greeting';
}

function codeOf(bytes: string): number | null {
  const code = /^\d{3}/.exec(bytes)?.[0];
  return code === undefined ? null : Number(code);
}
