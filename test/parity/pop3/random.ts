/** POP3 dialogues that nobody thought of: lines, ends and segments drawn by lot. */
import { type Draw, drawing, numbers } from '../harness/chance.ts';
import { type Dialogue, ok, refuse, type Turn } from '../harness/dialogue.ts';

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
const usual = ['USER u', 'PASS p', ' USER u', 'PASS  p q ', 'CAPA', 'NOOP', 'APOP u 0123456789abcdef'] as const;
const auths = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', `plain ${btoa('\0u\0p')}`, `LOGIN ${btoa('u')}`] as const;
const oddAuths = [`EXTERNAL ${btoa('u')}`, 'PLAIN =', 'PLAIN *', 'LOGIN * *', 'FOO', 'PLAIN a b c'] as const;
const tokens = [
  btoa('\0u\0p'),
  btoa('user'),
  btoa(`x ${'a'.repeat(32)}`),
  '*',
  '=',
  '',
  ' ',
  'ab==cd',
  'abcde',
] as const;
const oddTokens = [btoa('\0\0'), btoa('a\0b'), btoa('\0u\0\0x'), 'dQ== x y z', 'dQ== x y'] as const;
const bytes = ['A', 'n', ' ', '\t', '\r', '\0', '<', '\xe9', 'Q', '-', '1', '='] as const;
const ends = ['⏎', '⏎', '⏎', '⏎', '␊', '\r', '\r\r\n'] as const;
const confs = [
  '',
  'pop3_auth apop;',
  'pop3_auth plain cram-md5;',
  'pop3_auth external;',
  'pop3_capabilities X;',
] as const;
const answers = [
  ok(),
  ok('Auth-User: ren%61med⏎Auth-Pass: x⏎'),
  ok('Auth-Pass: x⏎'),
  refuse('no'),
  refuse(''),
  refuse('no', 'Auth-Wait: 1⏎'),
] as const;

function line(draw: Draw): string {
  const kinds = [
    () => draw(verbs) + draw(tails),
    () => draw(usual),
    () => `USER${draw(tails)}⏎PASS${draw(tails)}`,
    () => `AUTH ${draw([...auths, ...oddAuths])}`,
    () => draw([...tokens, ...oddTokens]),
    () => Array.from({ length: draw([0, 1, 2, 3, 5, 7]) }, () => draw(bytes)).join(''),
  ] as const;
  return draw(kinds)() + draw(ends);
}

/** A line, whole or in two pieces: nginx has room for 128 bytes only, so one does not come on top of the other. */
function pieces(text: string, random: () => number): string[] {
  const at = 1 + Math.floor(random() * (text.length - 1));
  return random() < 0.8 || text.length < 3 ? [text] : [text.slice(0, at), text.slice(at)];
}

function one(name: string, random: () => number): Dialogue {
  const draw = drawing(random);
  const said = Array.from({ length: draw([1, 2, 3, 5, 8]) }, () => pieces(line(draw), random)).flat();
  // Whatever the lines led to, a QUIT gets through in the end, or as a SASL answer ends the session.
  const turns: Turn[] = said.map((part, i) => [part, '', { after: i === 0 ? 0 : 60 }]);
  return {
    name,
    protocol: 'pop3',
    greeting: null,
    conf: `${draw(confs)} max_errors ${draw([1, 2, 5, 9, 30])};`,
    auth: draw(answers),
    upstream: { replies: { PASS: draw(['+OK in⏎', '+OK in⏎', '-ERR bad⏎']) } },
    turns: [...turns, [`␊${'QUIT⏎'.repeat(5)}`, '', { after: 60, closes: true }]],
  };
}

/** As many dialogues as are asked for. */
export function randomDialogues(seed: number, count: number): Dialogue[] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, i) => one(`seed ${seed}, number ${i}`, random));
}
