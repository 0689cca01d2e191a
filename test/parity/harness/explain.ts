/** Differences that random dialogues meet and that are meant: the rows of the tables of known differences, as tests. */
import type { Compared } from './compare.ts';
import { type Dialogue, shown, wire } from './dialogue.ts';
import { mismatches } from './judge.ts';
import type { Observed } from './play.ts';

/** What both sides did. */
export interface Pair {
  readonly nginx: Observed;
  readonly lab: Observed;
}

/** A known difference: why it is, and a pair in which it no longer shows; the same pair where it did not show. */
export interface Explanation {
  readonly why: string;
  readonly level: (pair: Pair, dialogue: Dialogue) => Pair;
}

const close = / close$/;

/**
 * nginx closes a connection whose client still has unread bytes in the kernel: the kernel then sends RST, and throws away
 * the replies that wait for the client's acknowledgement (Nagle). The lab has read what has come, so all of them arrive.
 */
export const reset: Explanation = {
  why: 'nginx closed with bytes of the client unread: the kernel reset the connection and dropped its last replies.',
  level: ({ nginx, lab }) => {
    const [less, more] = [nginx.heard.join(''), lab.heard.join('')];
    const lost = nginx.reset && close.test(less) && close.test(more) && more.startsWith(less.replace(close, ''));
    return { nginx, lab: lost ? { ...lab, heard: nginx.heard } : lab };
  },
};

/**
 * Over TLS nginx posts itself a note when a read has filled its buffer and OpenSSL holds more (ngx_ssl_recv). A login
 * that is under way throws the note away: afterwards nginx sleeps until more bytes come, or a clock rings.
 */
export const asleep: Explanation = {
  why: 'nginx goes to sleep over TLS when a read filled its buffer before a login: the lab goes on at once.',
  level: ({ nginx, lab }, dialogue) => {
    const [less, more] = [nginx.heard.join(''), lab.heard.join('')];
    const slept = dialogue.listen === 'ssl' && close.test(less) && more.startsWith(less.replace(close, ''));
    return { nginx, lab: slept ? { ...lab, heard: nginx.heard } : lab };
  },
};

/** The reasons for which the two differ, if known differences are all there is to it; empty if they are not. */
export function explain(compared: Compared, known: readonly Explanation[]): readonly string[] {
  const { nginx, lab, dialogue } = compared;
  if (nginx === undefined || lab === undefined || nginx instanceof Error || lab instanceof Error) return [];
  let pair: Pair = { nginx, lab };
  const whys: string[] = [];
  for (const { why, level } of known) {
    const levelled = level(pair, dialogue);
    if (mismatches(levelled.nginx, levelled.lab).length < mismatches(pair.nginx, pair.lab).length) whys.push(why);
    pair = levelled;
  }
  return mismatches(pair.nginx, pair.lab).length === 0 ? whys : [];
}

/** Every received or asked text changed. */
export function rewritten(seen: Observed, change: (text: string) => string): Observed {
  return { ...seen, received: seen.received.map(change), requests: seen.requests.map(change) };
}

/** xtext undone, in the notation. */
export function withoutXtext(text: string): string {
  return text.replace(/(?<= LOGIN=)[^ ]*/g, (login) =>
    shown(wire(login).replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))),
  );
}
