/** POP3 dialogues that nobody thought of. */
import type { Chance } from '../harness/chance.ts';
import type { Grammar } from '../harness/random-dialogue.ts';
import { exchange, mechanism, token } from '../harness/random-sasl.ts';

const verbs = ['USER', 'PASS', 'APOP', 'CAPA', 'AUTH', 'NOOP', 'STLS', 'user', 'Pass', 'STAT', 'LIST', 'US'] as const;
const tails = [
  '',
  ' ',
  '  ',
  '\t',
  '\0',
  ' a',
  ' a b',
  '  a  ',
  ' \t',
  ' a\tb',
  ' =',
  ' \xff',
  ' 1 2 3',
  ' 1 2 3 4',
] as const;
const usual = [
  'USER u',
  'PASS p',
  'USER u⏎PASS p',
  ' USER u',
  'PASS  p q ',
  'USER us er ⏎PASS p',
  'CAPA',
  'NOOP',
  'APOP u 0123456789abcdef',
  'USER u⏎PASS p⏎STAT⏎RETR 1⏎TOP 1 0',
] as const;
const bytes = ['A', 'n', ' ', '\t', '\r', '\0', '<', '\xe9', 'Q', '-', '1', '='] as const;
const ends = ['⏎', '⏎', '⏎', '⏎', '⏎', '⏎', '␊', '\r', '\r\r\n'] as const;

function line(draw: Chance): string {
  const { one, some } = draw;
  const kinds = [
    () => one(verbs) + one(tails),
    () => one(usual),
    () => one(usual),
    () => `USER${one(tails)}⏎PASS${one(tails)}`,
    () => `AUTH ${mechanism(draw)}${one(['', '', ' '])}${one(['', token(draw)])}`,
    () => `AUTH ${exchange(draw).join('⏎')}`,
    () => token(draw) + one(['', '', ' x y', ' x y z']),
    () => some([0, 1, 2, 3, 5, 7], () => one(bytes)),
  ] as const;
  return one(kinds)() + one(ends);
}

const values = [
  ['pop3_auth apop;', 'pop3_auth plain cram-md5;', 'pop3_auth external;', 'pop3_auth apop external plain cram-md5;'],
  ['pop3_capabilities X;', 'pop3_capabilities USER user "A B";'],
] as const;

/** POP3's own. */
export const grammar: Grammar = {
  protocol: 'pop3',
  end: '␊QUIT⏎',
  line,
  conf: ({ one, often }) => values.flatMap((some) => (often(0.4) ? [one(some)] : [])),
};
