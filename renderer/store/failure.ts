/** What really happened when the client heard only a general error, or nothing at all before the connection closed. */
import type { Entry } from '../../shared/journal/entry.ts';
import { dialWord, type Gist, masked, param } from '../../shared/journal/travel.ts';
import { folded } from './timeline.ts';

export interface Failure {
  /** What the client got; null when the proxy closed without a word. */
  readonly saw: string | null;
  /** Position of the entry that really caused it. */
  readonly cause: number;
  /** The cause in one sentence, a key of the `inspector` catalogue; null where the cause's own reason says it. */
  readonly what: Gist | null;
  /** The cause's reason, a key. */
  readonly why: string;
}

/** Replies behind which nginx hides the cause: proxy_pass_error_message off, and every unusable auth answer. */
const GENERAL = /^(?:smtp|imap|pop3)\.(?:upstream-failed|verdict\.unusable)$/;

/** Ends without a word: the client sees its connection close, and nothing else. */
const SILENT =
  /^(?:(?:smtp|imap|pop3)\.timeout|session\.(?:proxied\.(?:broken|timed-out)|secure-failed|secure-timed-out))$/;

/** A reply of the upstream that was no refusal: the reason says what was wrong with it. */
const OWN_WORDS = /\.back\.(?:overlong|no-password)$/;

/** An answer that says WAIT over and over has nothing wrong in itself. */
const whyOf = (why: string): string => (why === 'session.answered' ? 'session.verdict.wait-loop' : why);

const isFailed = ({ kind, leg, why }: Entry): boolean =>
  SILENT.test(why) || (kind === 'line' && leg === 'client' && GENERAL.test(why));

/** Position of the last entry in which the session failed, -1 for none. */
const failedAt = folded(-1, (last, entry, position) => (isFailed(entry) ? position : last));

/** The failure that had ended the session's way upstream at `position`; null while there is none. */
export function failureAt(entries: readonly Entry[], position: number): Failure | null {
  const at = failedAt(entries, position);
  const entry = entries[at];
  if (entry === undefined) return null;
  if (SILENT.test(entry.why)) return { saw: null, cause: at, what: null, why: entry.why };
  const cause = entry.cause ?? at;
  const why = whyOf(entries[cause]?.why ?? entry.why);
  return { saw: entry.bytes.trim(), cause, what: sentenceOf(entries, cause), why };
}

function sentenceOf(entries: readonly Entry[], cause: number): Gist | null {
  const entry = entries[cause];
  // What the lab itself refused has a reason that says all of it.
  if (entry?.leg !== 'upstream' || entry.why.startsWith('session.dial.')) return null;
  const upstream = upstreamOf(entries, cause);
  if (entry.kind === 'dial' && dialWord(entry) === 'failed') {
    const error = param(entry, 'error');
    return { key: error === 'ECONNREFUSED' ? 'failure.deaf' : 'failure.unreached', params: { upstream, error } };
  }
  if (entry.kind !== 'line' || entry.direction !== 'in' || OWN_WORDS.test(entry.why)) return null;
  const asked = entries.slice(0, cause).findLast((one) => one.leg === 'upstream' && one.direction === 'out');
  const text = entry.bytes.trim();
  if (asked?.kind !== 'line') return { key: 'failure.greeted', params: { upstream, text } };
  return { key: 'failure.answered', params: { upstream, text, command: masked(asked).trim() } };
}

/** The name of the upstream that was dialled last, else its address. */
function upstreamOf(entries: readonly Entry[], position: number): string {
  const dial = entries.slice(0, position + 1).findLast((entry) => entry.kind === 'dial');
  return dial === undefined ? '' : param(dial, 'name') || param(dial, 'upstream');
}
