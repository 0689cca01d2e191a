/** Why a session went where it went: its lookups, and every recipient with what became of it. */
import type { Entry, Trail } from '../../shared/journal/entry.ts';
import { parseHttp } from '../../shared/journal/http.ts';
import { isRelayed, relayStart } from '../../shared/journal/travel.ts';

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

/** The lookups that had begun at `position`. */
export function lookupsAt(entries: readonly Entry[], position: number): readonly Lookup[] {
  const lookups: Lookup[] = [];
  for (let i = 0; i <= position && i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry?.leg !== 'auth' || entry.kind !== 'http') continue;
    if (entry.direction === 'out') lookups.push(asked(entry, i, lookups.length + 1));
    else {
      const last = lookups.pop();
      if (last !== undefined) lookups.push(answered(last, entry, i));
    }
  }
  return lookups;
}

/** The recipients named up to `position`, in order. SMTP only; others have none. */
export function recipientsAt(entries: readonly Entry[], position: number): readonly Recipient[] {
  const relay = relayStart(entries);
  const recipients: Recipient[] = [];
  const waiting: (number | null)[] = [];
  const reply = (code: number | null) => {
    const index = waiting.shift();
    const one = index === undefined || index === null ? undefined : recipients[index];
    if (one !== undefined && index !== undefined && index !== null) recipients[index] = { ...one, reply: code };
  };
  for (let i = 0; i <= position && i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry === undefined) continue;
    if (entry.leg === 'client' && entry.direction === 'in' && entry.kind === 'line') {
      const address = recipientOf(entry.bytes);
      if (address === null) waiting.push(null);
      else {
        waiting.push(recipients.length);
        recipients.push({ position: i, address, lookup: lookupCausedBy(entries, i, position), reply: null });
      }
    } else if (entry.kind === 'data' && entry.leg === 'client') waiting.push(null);
    else if (answersClient(entry, i, relay) && !isGreeting(entry)) reply(codeOf(entry.bytes));
  }
  return recipients;
}

/** Which mail of the connection the entry at `position` belongs to, from 1; 0 before the first. */
export function mailAt(entries: readonly Entry[], position: number): number {
  return entries
    .slice(0, position + 1)
    .filter(
      ({ kind, leg, direction, bytes }) =>
        kind === 'line' && leg === 'client' && direction === 'in' && /^MAIL\s+FROM:/i.test(bytes),
    ).length;
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

function lookupCausedBy(entries: readonly Entry[], position: number, until: number): number | null {
  let number = 0;
  for (let i = 0; i <= until && i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry?.leg !== 'auth' || entry.kind !== 'http' || entry.direction !== 'out') continue;
    number += 1;
    if (entry.cause === position) return number;
  }
  return null;
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
