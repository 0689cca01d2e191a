/** How a session went, as a sign, a catalogue key and a tone: never colour alone. */
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { decode, inOrder } from '../transcript/pieces.ts';

export interface Verdict {
  readonly sign: string;
  /** Key of the `sessions` catalogue; `code` is its only value. */
  readonly key: string;
  readonly tone: 'good' | 'bad' | 'open' | 'quiet';
}

/** A relay that ran says with its reply whether the upstream took the recipient. */
export function verdictOf({ outcome, reply, ms }: Pick<SessionSummary, 'outcome' | 'reply' | 'ms'>): Verdict {
  const coded = reply === null ? '' : '.code';
  const refused = reply !== null && reply >= 400;
  if (outcome === 'relayed' && refused) return { sign: '✗', key: 'outcome.refused.code', tone: 'bad' };
  if (outcome === 'relayed') return { sign: '✓', key: `outcome.relayed${coded}`, tone: 'good' };
  if (outcome === 'rejected') return { sign: '✗', key: `outcome.rejected${coded}`, tone: 'bad' };
  if (outcome === 'failed') return { sign: '✗', key: `outcome.failed${coded}`, tone: 'bad' };
  if (outcome === 'closed') return { sign: '–', key: `outcome.closed${coded}`, tone: 'quiet' };
  if (outcome === 'quit') return { sign: '–', key: 'outcome.quit', tone: 'quiet' };
  return ms === null
    ? { sign: '◌', key: 'outcome.open', tone: 'open' }
    : { sign: '–', key: 'outcome.closed', tone: 'quiet' };
}

/** The person or address a row is named after; null when the client has not said yet. */
export function whoOf({ to, user }: Pick<SessionSummary, 'to' | 'user'>): { first: string; more: number } | null {
  const [address] = to;
  if (address !== undefined) return { first: inOrder(address), more: to.length - 1 };
  return user === null ? null : { first: decode(user), more: 0 };
}
