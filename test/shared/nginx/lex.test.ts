import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex, TOKEN_MAX } from '../../../shared/nginx/lex.ts';
import { chanceText, goodText } from './texts.ts';

/** The words of a text as nginx keeps them; `;` `{` `}` as they are. */
function words(text: string): readonly string[] {
  const kinds = ['word', 'semicolon', 'open', 'close'];
  return lex(text).tokens.flatMap((token) => (kinds.includes(token.kind) ? [token.text] : []));
}

describe('words', () => {
  it.each([
    ['plain', 'a bc;', ['a', 'bc', ';']],
    ['a hash within a word', 'a#b c', ['a#b', 'c']],
    ['a closing brace within a word', 'a}b', ['a}b']],
    ['a closing brace at the start of a word', '}b', ['}', 'b']],
    ['quotes within a word', 'ab"c"d', ['ab"c"d']],
    ['quotes around a word', '"a b" \'c;{}#d\';', ['a b', 'c;{}#d', ';']],
    ['the other quote inside', `"it's" 'a"b'`, ["it's", 'a"b']],
    ['nothing in quotes', '"" \'\'', ['', '']],
    ['a parenthesis after a quote', '"a")b', ['a', ')b']],
    ['escapes that are resolved', String.raw`\" \' \\ a\tb a\rb a\nb`, ['"', "'", '\\', 'a\tb', 'a\rb', 'a\nb']],
    ['escapes that are kept', String.raw`a\ b \; \{ \} \x \# \$`, ['a\\ b', '\\;', '\\{', '\\}', '\\x', '\\#', '\\$']],
    ['an escaped quote in quotes', String.raw`"a\"b" 'c\'d'`, ['a"b', "c'd"]],
    ['an escaped backslash before a quote', String.raw`"a\\" b`, ['a\\', 'b']],
    ['a brace after a dollar', 'x$\u007bfoo}bar;', ['x$\u007bfoo}bar', ';']],
    ['a brace after a dollar at the start', '$\u007bfoo}bar', ['$\u007bfoo}bar']],
    ['two braces after a dollar', '${{a', ['${{a']],
    ['a brace after an escaped dollar', '\\${a', ['\\$', '{', 'a']],
    ['a space in a variable', 'a$\u007bb c}', ['a$\u007bb', 'c}']],
    ['a dollar in quotes', '"$" {', ['$', '{']],
    ['line ends of Windows', 'a\r\nb;\r\n', ['a', 'b', ';']],
    ['a byte order mark', '\ufeffmail {', ['\ufeffmail', '{']],
  ])('%s', (_name, text, expected) => {
    expect(words(text)).toEqual(expected);
    expect(lex(text).fault).toBeNull();
  });

  it('keeps comments and white space', () => {
    const { tokens } = lex('a # b;\n\tc;');
    expect(tokens.map(({ kind, raw }) => [kind, raw])).toEqual([
      ['word', 'a'],
      ['space', ' '],
      ['comment', '# b;'],
      ['space', '\n\t'],
      ['word', 'c'],
      ['semicolon', ';'],
    ]);
  });
});

describe('faults', () => {
  it.each([
    ['a letter after a quote', '\n "a"b', 'unexpected "b"', 2, 5],
    ['a wide letter after a quote', '"a"😀', 'unexpected "😀"', 1, 4],
    ['a brace after a quote', '"a"}', 'unexpected "}"', 1, 4],
    ['no closing quote', 'a\n"b\nc', 'unexpected end of file, expecting ";" or "}"', 3, 2],
    ['a closing quote escaped', '"b\\"', 'unexpected end of file, expecting ";" or "}"', 1, 5],
    ['a word too long', `\n ${'x'.repeat(TOKEN_MAX)};`, 'too long parameter "xxxxxxxxxx..." started', 2, 2],
    ['wide letters too long', `${'é'.repeat(TOKEN_MAX / 2)};`, 'too long parameter "ééééé..." started', 1, 1],
    [
      'a quote open too long',
      `a\n'${'x\n'.repeat(TOKEN_MAX)}`,
      'too long parameter, probably missing terminating "\'" character',
      2,
      1,
    ],
    ['a comment too long', `\n#${'x'.repeat(TOKEN_MAX)}`, 'too long parameter "#xxxxxxxxx..." started', 2, 1],
  ])('%s', (_name, text, message, line, column) => {
    expect(lex(text).fault).toMatchObject({ message, line, column });
  });

  it('allows white space of any length', () => {
    expect(lex(`a${' '.repeat(3 * TOKEN_MAX)}b${'\n'.repeat(3 * TOKEN_MAX)};`).fault).toBeNull();
  });
});

describe('every text', () => {
  it('loses nothing, and every token knows its place', () => {
    fc.assert(
      fc.property(fc.oneof(chanceText, goodText), (text) => {
        const { tokens, fault } = lex(text);
        let offset = 0;
        for (const token of tokens) {
          expect(token.offset).toBe(offset);
          expect(text.startsWith(token.raw, offset)).toBe(true);
          const before = text.slice(0, offset).split('\n');
          expect([token.line, token.column]).toEqual([before.length, (before.at(-1) ?? '').length + 1]);
          offset += token.raw.length;
        }
        if (fault === null) expect(offset).toBe(text.length);
      }),
    );
  });
});
