/** How a session of a load ended, told from the steps of its conversation. */
import type { Protocol } from '../machine/machine.ts';
import type { LoadEnd } from './load-stats.ts';

/** What is looked at of a step. */
interface Step {
  readonly key: string;
  readonly ok: boolean;
  readonly params: Readonly<Record<string, string | number>>;
  readonly reply: string;
}

/** Characters of a refusal that are told: enough for its reason, and for telling refusals apart. */
const REFUSAL_MAX = 100;

/** The word of a reply that says how it is meant: `250`, `OK`, `+OK`. */
const wordOf = (reply: string): string =>
  /^(?:\d{3}|\+OK|-ERR|OK|NO|BAD|BYE|PREAUTH)\b/i.exec(reply.replace(/^\* /, ''))?.[0].toUpperCase() ?? '';

/**
 * A goodbye that goes wrong changes nothing: the mail was taken, the mailbox read. `gaveUp`: the session was cut off
 * because it took too long.
 */
export function loadEnd(protocol: Protocol, steps: readonly Step[], gaveUp: boolean): Omit<LoadEnd, 'ms'> {
  const told = steps.filter(({ key, params }) => key !== 'quit' && !(key === 'broken' && params.doing === 'quit'));
  const last = told.at(-1);
  if (last === undefined) return { protocol, ok: false, stage: 'connect', answer: '' };
  if (last.ok) {
    const answer = told.findLast(({ reply }) => wordOf(reply) !== '')?.reply ?? '';
    return { protocol, ok: true, stage: 'done', answer: wordOf(answer) };
  }
  const code = String(last.params.code ?? '');
  const stage = last.key === 'broken' ? String(last.params.doing ?? '') : last.key;
  const own = gaveUp && code === 'ABORTED' ? 'TIMEOUT' : code;
  return { protocol, ok: false, stage, answer: own === '' ? last.reply.slice(0, REFUSAL_MAX) : own };
}
