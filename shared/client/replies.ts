/** What was answered to each recipient of a recorded SMTP session. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes } from '../machine/machine.ts';

/** Whether the client heard it: the proxy said it, or it came from the upstream in the relay. */
const isReply = ({ leg, direction, kind, disposition }: Entry): boolean =>
  kind === 'line' &&
  ((leg === 'client' && direction === 'out') || (leg === 'upstream' && direction === 'in' && disposition === 'passed'));

const isSaid = ({ leg, direction, kind, why }: Entry): boolean =>
  leg === 'client' && direction === 'in' && (kind === 'line' || kind === 'data') && !why.startsWith('session.proxied');

/** Each `RCPT TO` with its reply, in order; '' where none came. Replies come in the order of what they answer. */
export function recipientReplies(
  entries: readonly Entry[],
): readonly { readonly line: Bytes; readonly reply: Bytes }[] {
  const asked: { line: Bytes; reply: Bytes }[] = [];
  let answered = 0;
  for (const entry of entries) {
    if (isSaid(entry)) asked.push({ line: entry.bytes.trim(), reply: '' });
    else if (isReply(entry) && answered < asked.length) {
      const next = asked[answered];
      if (next) next.reply = entry.bytes.trim();
      answered += 1;
    }
  }
  return asked.filter(({ line }) => /^RCPT TO:/i.test(line));
}
