/** Whether a client that is connected has said nothing yet. Pure. */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';

/** The longest beginning of a session in which its client may have said nothing: it is looked at with each entry. */
const BEGINNING = 8;

/**
 * greeted: the proxy has spoken, and it is the client's turn · unmet: the proxy waits for a TLS handshake or a PROXY
 * header before it says a word, or waits on purpose; null: the client has spoken, or left.
 */
export function silenceOf(
  { ms, imported }: Pick<SessionSummary, 'ms' | 'imported'>,
  entries: readonly Entry[],
): 'greeted' | 'unmet' | null {
  if (ms !== null || imported !== undefined || entries.length === 0 || entries.length > BEGINNING) return null;
  const isSaid = ({ leg, kind }: Entry) => leg === 'client' && (kind === 'line' || kind === 'data' || kind === 'tls');
  const said = entries.filter(isSaid);
  if (said.some(({ direction }) => direction !== 'out')) return null;
  return said.length > 0 ? 'greeted' : 'unmet';
}
