/** IMAP dialogues that nobody thought of: commands, strings, literals and segments drawn by lot. */
import { type Draw, drawing, numbers, segments } from '../harness/chance.ts';
import { type Dialogue, ok, refuse, type Turn, wire } from '../harness/dialogue.ts';

const tags = ['a', 'a', 'b2', 'A.-_9', '', 'x'.repeat(32), 'x'.repeat(33), '*', 'a+', 'a\t', '\xe9', '!x'] as const;
const verbs = ['NOOP', 'noop', 'CAPABILITY', 'STARTTLS', 'LOGOUT', 'ID', 'NAMESPACE', 'N00P', 'NOOPS'] as const;
const words = ['u', 'p', 'a"b', '\\', 'a\\b', '{', '}', '\0', '\xff', '%', 'NIL', '('] as const;
const quoteds = ['"u"', '""', '"a b"', '"a\\"b"', '"a\\\\"', '"u', '"a b', '"\\', '"a""b"', '\\x\\"y"'] as const;
const literals = ['{1}⏎u', '{3}⏎a⏎', '{1+}⏎u', '{2+}⏎\0"', '{0}⏎', '{}⏎x', '{+}⏎x', '{1}␊u', '{1}\r\r\nu'] as const;
const oddLiterals = ['{1}x', '{1+x}', '{a}', '{1}⏎u{1}⏎p', '{1+}⏎ux', '{3+}', '{9+}'] as const;
const gaps = [' ', ' ', ' ', '  ', ''] as const;
const mechanisms = [
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
  'EXTERNAL',
  '"plain"',
  'Login',
  '{5}⏎PLAIN',
  'FOO',
  '"PLAIN',
  '',
] as const;
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
  '{4}⏎dXNl',
  '"dQ=="',
] as const;
const bytes = ['A', 'n', ' ', '\t', '\r', '\0', '"', '\\', '{', '+}', '1', '='] as const;
const ends = ['⏎', '⏎', '⏎', '⏎', '⏎', '␊', '\r', ' ⏎', '+}⏎'] as const;
const confs = [
  '',
  'imap_auth plain cram-md5;',
  'imap_auth external login;',
  'imap_capabilities IMAP4rev1 "X Y";',
] as const;
const answers = [
  ok(),
  ok('Auth-User: ren%61med⏎Auth-Pass: x⏎'),
  ok('Auth-Pass: x⏎'),
  refuse('no'),
  refuse('', 'Auth-Wait: 0⏎'),
  refuse('no', 'Auth-Wait: 1⏎'),
] as const;

const argument = (draw: Draw): string =>
  draw(gaps) + draw(draw([words, words, quoteds, literals, oddLiterals] as const));
const some = (draw: Draw, counts: readonly [number, ...number[]], one: () => string): string =>
  Array.from({ length: draw(counts) }, one).join('');

function line(draw: Draw): string {
  const tag = () => `${draw(tags)}${draw([' ', ' ', ' ', ' ', '  ', ''])}`;
  const kinds = [
    () => tag() + draw(verbs) + some(draw, [0, 0, 1, 2, 4], () => argument(draw)),
    () => `${draw(['a', 'b'])} LOGIN${some(draw, [1, 2, 2, 2, 2, 3], () => argument(draw))}`,
    () => `${tag()}login u p`,
    () => `${draw(['a', 'c'])} AUTHENTICATE ${draw(mechanisms)}${draw(['', '', ' '])}${draw(['', draw(tokens)])}`,
    () => draw(tokens),
    () => some(draw, [0, 1, 2, 3, 5, 7], () => draw(bytes)),
  ] as const;
  return draw(kinds)() + draw(ends);
}

function one(name: string, random: () => number): Dialogue {
  const draw = drawing(random);
  const text = some(draw, [1, 2, 3, 4, 5, 6, 8, 10], () => line(draw));
  // Whatever the lines led to, a LOGOUT gets through in the end, or as a SASL answer ends the session.
  const end = `␊${'zz LOGOUT⏎'.repeat(8)}`;
  const buffer = random() < 0.3 ? `imap_client_buffer ${wire(text + end).length + 200};` : '';
  const cut = segments(text, random);
  const turns = cut.map((part, i): Turn => {
    const after = i === 0 ? 0 : 60;
    return i === cut.length - 1 ? [part + end, '', { after, closes: true }] : [part, '', { after }];
  });
  return {
    name,
    protocol: 'imap',
    conf: `${draw(confs)} max_errors ${draw([1, 2, 5, 9, 30])}; ${buffer}`,
    auth: draw(answers),
    upstream: { replies: { LOGIN: draw(['$TAG OK in⏎', '$TAG OK in⏎', '$TAG NO bad⏎']) } },
    turns,
  };
}

/** As many dialogues as are asked for. */
export function randomDialogues(seed: number, count: number): Dialogue[] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, i) => one(`seed ${seed}, number ${i}`, random));
}
