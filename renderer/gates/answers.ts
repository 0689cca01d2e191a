/** What a client is told by hand, to begin with. Pure. */
import type { Held } from '../../shared/contract/gates.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';

/** The line that sends a client away for now: 421 (RFC 5321 3.8), `-ERR`, or a refusal with IMAP's tag. */
export function goAway(protocol: SessionSummary['protocol'], { gate, kind, text }: Held): string {
  if (protocol === 'smtp') return '421 4.3.2 Try again later';
  if (protocol === 'pop3') return '-ERR Try again later';
  const tag = gate === 'C>P' && kind === 'line' ? /^([^\s+*]+) \S/.exec(text)?.[1] : undefined;
  return tag === undefined ? '* BYE Try again later' : `${tag} NO Try again later`;
}

/** The code or word of such a line. */
export const wordOfAnswer = (line: string): string => /(?:421|-ERR|BYE|NO)/.exec(line)?.[0] ?? line;
