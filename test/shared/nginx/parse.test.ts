import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Directive, parse } from '../../../shared/nginx/parse.ts';
import { print } from '../../../shared/nginx/print.ts';
import { chanceText, goodText } from './texts.ts';

type Shape = readonly [string, readonly string[], readonly Shape[] | null];

function shape(directive: Directive): Shape {
  const args = directive.args.map((word) => word.text);
  return [directive.name.text, args, directive.block?.children.map(shape) ?? null];
}

describe('the tree', () => {
  it('has directives and blocks with their words', () => {
    const { file, fault } = parse('a;\nmail { # comment\n  b "c d" e;\n  server { }\n}\n');
    expect(fault).toBeNull();
    expect(file.children.map(shape)).toEqual([
      ['a', [], null],
      [
        'mail',
        [],
        [
          ['b', ['c d', 'e'], null],
          ['server', [], []],
        ],
      ],
    ]);
  });

  it('keeps what stands before each word and after the last', () => {
    const { file } = parse(' # one\na b ; # two\n');
    const [directive] = file.children;
    expect(directive?.name.before.map((token) => token.raw)).toEqual([' ', '# one', '\n']);
    expect(directive?.end.before.map((token) => token.raw)).toEqual([' ']);
    expect(file.after.map((token) => token.raw)).toEqual([' ', '# two', '\n']);
  });

  it.each([
    ['a lone semicolon', 'a;\n ;', 'unexpected ";"', 2, 2],
    ['a lone brace', '{', 'unexpected "{"', 1, 1],
    ['a closing brace too many', 'a { }\n}', 'unexpected "}"', 2, 1],
    ['a closing brace in a directive', 'a { b }', 'unexpected "}"', 1, 7],
    ['the end in a directive', 'a\nb', 'unexpected end of file, expecting ";" or "}"', 2, 2],
    ['the end in a block', 'a {\nb;\n', 'unexpected end of file, expecting "}"', 3, 1],
  ])('%s is a fault', (_name, text, message, line, column) => {
    expect(parse(text).fault).toMatchObject({ message, line, column });
  });

  it('gives what stands before a fault', () => {
    const { file, fault } = parse('a;\nmail { b; "c"d; e; }');
    expect(fault?.message).toBe('unexpected "d"');
    expect(file.children.map(shape)).toEqual([
      ['a', [], null],
      ['mail', [], [['b', [], null]]],
    ]);
    expect(file.children[1]?.block?.close).toBeNull();
  });
});

describe('printing', () => {
  it('gives back every text without a fault', () => {
    fc.assert(
      fc.property(goodText, (text) => {
        const { file, fault } = parse(text);
        expect(fault).toBeNull();
        expect(print(file)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(chanceText, (text) => {
        const { file, fault } = parse(text);
        if (fault === null) expect(print(file)).toBe(text);
      }),
    );
  });

  it('is not afraid of depth', () => {
    const depth = 50_000;
    const text = 'a{'.repeat(depth) + '}'.repeat(depth);
    expect(print(parse(text).file) === text).toBe(true);
  });

  it('shows a changed word and leaves the rest alone', () => {
    const text = 'mail { # here\n\ttimeout   60s ;\r\n}';
    const { file } = parse(text);
    const [mail] = file.children;
    const [timeout] = mail?.block?.children ?? [];
    const [value] = timeout?.args ?? [];
    if (mail?.block === undefined || mail.block === null || timeout === undefined || value === undefined) {
      throw new Error('the text has a timeout in a mail section');
    }
    const changed = { ...timeout, args: [{ ...value, raw: '5s' }] };
    expect(print({ ...file, children: [{ ...mail, block: { ...mail.block, children: [changed] } }] })).toBe(
      text.replace('60s', '5s'),
    );
  });
});
