/** The language of scripted dialogues: read, matched, and written from a recorded session. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { examplesFor } from '../../../shared/script/examples.ts';
import { scriptOf } from '../../../shared/script/from-session.ts';
import { lineMatches } from '../../../shared/script/match.ts';
import { escaped, filledIn, readScript, unescaped } from '../../../shared/script/script.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const steps = (text: string) => {
  const read = readScript(text);
  return 'steps' in read ? read.steps.map(({ line: _, ...step }) => step) : read.problems;
};
const problems = (text: string): readonly string[] => {
  const read = readScript(text);
  return 'problems' in read ? read.problems.map(({ line, message }) => `${line}: ${message}`) : [];
};

describe('a script', () => {
  test('is one step a line; blanks, comments and line ends do not matter', () => {
    expect(
      steps('# one\r\n\r\n  > EHLO me\r\n>\r\n>  two blanks \r< 250*\n? 5s\nwait 300ms\nstarttls # yes\nclosed'),
    ).toEqual([
      { do: 'send', text: 'EHLO me' },
      { do: 'send', text: '' },
      { do: 'send', text: ' two blanks ' },
      { do: 'expect', pattern: '250*' },
      { do: 'patience', ms: 5000 },
      { do: 'wait', ms: 300 },
      { do: 'starttls' },
      { do: 'closed' },
    ]);
  });

  test('the same reply can be looked at again, bytes are sent as they are, and variables are named', () => {
    expect(
      steps('set Who = a@b.c\n>> $who:$port\\r\\n\n< /^250 (?P<id>\\w+)/\n& *SIZE*\n! *DSN*\n~ * EXISTS\n> $id$$'),
    ).toEqual([
      { do: 'set', name: 'who', text: 'a@b.c' },
      { do: 'bytes', text: '$who:$port\\r\\n' },
      { do: 'expect', pattern: '/^250 (?P<id>\\w+)/' },
      { do: 'also', pattern: '*SIZE*' },
      { do: 'never', pattern: '*DSN*' },
      { do: 'until', pattern: '* EXISTS' },
      { do: 'send', text: '$id$$' },
    ]);
  });

  test('is told everything that is wrong with it at once, each with its line', () => {
    const text = [
      ...['EHLO me', '& SIZE', '<', '? soon', 'wait 11min', '< /(/', '> $nobody', '> 5 $', 'set = 3', 'starttls now'],
    ].join('\n');
    const told = problems(text);
    expect(told.map((one) => Number.parseInt(one, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told[0]).toMatch(/^1: A step begins with > .* not with “EHLO”\.$/);
    expect(told[6]).toBe('7: $nobody is not known here; set nobody = … before it, or write $$ for a dollar.');
  });

  test('that says nothing, or too much, is none', () => {
    expect(problems('# nothing\n')).toEqual(['1: There is no step yet: > sends a line, < says what must come.']);
    expect(problems('>\n'.repeat(6000))).toEqual(['5000: A script has at most 5000 lines.']);
    expect(problems(`> ${'x'.repeat(200_000)}`)).toEqual(['1: The line is longer than 100000 characters.']);
    expect(problems('x\n'.repeat(4000))).toHaveLength(50);
  });

  test('is read, whatever it is: steps or problems, never an error', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('>', '>>', '<', '&', '!', '~', '?').chain((sign) => fc.string().map((rest) => sign + rest)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const read = readScript(lines.join('\n'));
        if ('problems' in read) expect(read.problems.length).toBeGreaterThan(0);
        else expect(read.steps.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test.each(examplesFor(['a@eng.test', 'b@hr.test']))('example $name has no problem', ({ text }) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('bytes', () => {
  test('are the same again when they were escaped', () => {
    const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    fc.assert(fc.property(bytes, (text) => void expect(unescaped(escaped(text))).toBe(text)));
  });

  test('that are variables are put in, others stay', () => {
    expect(
      filledIn(
        '$a$$$B $c',
        new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      ),
    ).toBe('1$2 $c');
  });
});

describe('a line', () => {
  const matches = (pattern: string, line: string, variables = new Map<string, string>()) =>
    lineMatches(pattern, line, variables);
  test('is held against a text, a glob or a regular expression', () => {
    expect(matches('250 OK', '250 OK')).toBe(true);
    expect(matches('250 OK', '250 OK!')).toBe(false);
    expect(matches('250*', '250-mail.test')).toBe(true);
    expect(matches('/ok$/i', '250 OK')).toBe(true);
    expect(matches('2?? Grüße', '250 Gr\xc3\xbc\xc3\x9fe')).toBe(true);
    expect(matches('* $n EXISTS', '* 3 EXISTS', new Map([['n', '3']]))).toBe(true);
    expect(matches('$path', '/x/y', new Map([['path', '/x/y']]))).toBe(true);
  });

  test('gives what is named in it, and nothing where it does not match', () => {
    const variables = new Map<string, string>();
    expect(matches('/queued as (?P<Id>\\w+)/', '250 OK: queued as 4a', variables)).toBe(true);
    expect([...variables]).toEqual([['id', '4a']]);
    expect(matches('/gone (?P<Id>\\w+)/', '250 OK', variables)).toBe(false);
    expect([...variables]).toEqual([['id', '4a']]);
  });
});

describe('a recorded session', () => {
  test('is a script that can be read, with what was said and how it was answered', () => {
    const { text, masked, cut } = scriptOf('smtp', entries, false);
    expect(problems(text)).toEqual([]);
    expect([masked, cut]).toEqual([false, false]);
    expect(text.split('\n').slice(0, 7)).toEqual([
      ...[
        '< 220*',
        '> EHLO laptop',
        '< 250*',
        '> MAIL FROM:<dev@test.com>',
        '< 250*',
        '> RCPT TO:<user@eng.abc.com>',
        '< 250*',
      ],
    ]);
  });
});
