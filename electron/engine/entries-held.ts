/** How holding stands in the journal: what stopped, what a person made of it, and what never passed. */
import type { Piece, Ranges } from '../../shared/journal/breakpoint.ts';
import type { Entry, Gate } from '../../shared/journal/entry.ts';
import { samePlaces } from '../../shared/journal/typed.ts';
import type { Bytes } from '../../shared/machine/machine.ts';
import { type Draft, draft, line, noted, secretHeader } from './entries.ts';
import type { Hold } from './gates.ts';

/** What stood where a person's bytes stand now. */
export type Edited = NonNullable<Entry['edited']>;

/** The mark of a change by hand. */
export const editedFrom = (was: Bytes, secret: Ranges): Edited => (secret.length > 0 ? { was, secret } : { was });

/** Two changes that are told with one entry. */
export function joined(before: Edited | undefined, after: Edited): Edited {
  if (!before) return after;
  const from = before.was.length;
  const moved = (after.secret ?? []).map(([start, end]) => [from + start, from + end] as const);
  return editedFrom(before.was + after.was, [...(before.secret ?? []), ...moved]);
}

/** Marks an entry as changed by hand; undefined leaves it as it is. */
export function marked(entry: Draft, edited: Edited | undefined): Draft {
  if (!edited) return entry;
  entry.edited = edited;
  if (entry.disposition === 'passed') entry.disposition = 'changed';
  return entry;
}

/** Secrets of a request or answer that was typed: its passwords, and wherever else the old ones stand now. */
export function secretsOfTypedHeaders(was: Bytes, secret: Ranges, typed: Bytes): Ranges {
  const named = secretHeader(typed) ?? [];
  const others = samePlaces(was, secret, typed).filter(([at]) => !named.some(([from, to]) => at >= from && at < to));
  return [...named, ...others];
}

const legOf = (gate: Gate) => (gate.includes('C') ? 'client' : gate.includes('A') ? 'auth' : 'upstream');

/** Stopped between deciding and doing. */
export function held(gate: Gate, { breakpoint }: Hold): Draft {
  const entry = draft(legOf(gate), 'none', 'hold', '', 'session.held');
  entry.params = breakpoint === null ? { gate } : { gate, breakpoint };
  return entry;
}

/** A person let it vanish at its gate. */
export function dropped(gate: Gate, { leg, text, secret }: Piece): Draft {
  const entry = draft(leg, 'none', 'hold', text, 'session.dropped');
  entry.params = { gate };
  if (secret.length > 0) entry.secret = secret;
  return entry;
}

/** A person answered the client in the proxy's place. */
export function answeredByHand(bytes: Bytes, cause: number): Draft {
  const entry = line('client', bytes, 'invented', 'session.answered-by-hand', undefined);
  entry.direction = 'out';
  entry.cause = cause;
  return entry;
}

/** The client left while something of its session was held. */
export const letGo = (): Draft => noted('client', 'session.let-go', {});
