/** What clients say in SASL exchanges, good and bad: the same in all three protocols. */
import type { Chance } from './chance.ts';

/** Good answers to the prompts. */
const good = [btoa('\0u\0p'), btoa('z\0us er\0p%s'), btoa('user'), btoa('pass'), btoa(`x ${'a'.repeat(32)}`)] as const;

const bad = [
  '*',
  '=',
  '',
  ' ',
  'ab==cd',
  'abcde',
  'a b',
  `${btoa('user')} x`,
  ` ${btoa('user')}`,
  '!',
  btoa('\0\0'),
  btoa('a\0b'),
  btoa('\0u\0\0x'),
  btoa('\0u\0'),
  btoa('u\r\nNOOP'),
  btoa('\xe9+='),
  btoa(`x y ${'a'.repeat(32)}`),
  btoa(`x ${'a'.repeat(31)}`),
  btoa('x'.repeat(32)),
] as const;

const names = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL'] as const;
const odd = ['plain', 'Login', 'cram-md5', 'FOO', 'PLAIN-', 'XOAUTH2', 'CRAM-MD', ''] as const;

/** An answer to a prompt, without its line end. */
export const token = ({ one, often }: Chance): string => (often(0.7) ? one(good) : one(bad));

/** A mechanism's name. */
export const mechanism = ({ one, often }: Chance): string => (often(0.85) ? one(names) : one(odd));

/** A whole exchange that could succeed: the command's words behind AUTH, and the answers, line by line. */
export function exchange(draw: Chance): readonly [words: string, ...answers: readonly string[]] {
  return draw.one<readonly [string, ...string[]]>([
    [`PLAIN ${btoa('\0u\0p')}`],
    ['PLAIN', btoa('\0u\0p')],
    ['LOGIN', btoa('user'), btoa('pa ss')],
    [`LOGIN ${btoa('u=+')}`, btoa('p')],
    ['CRAM-MD5', btoa(`x ${'b'.repeat(32)}`)],
    ['EXTERNAL', btoa('ext')],
    [`EXTERNAL ${btoa('ext')}`],
  ]);
}
