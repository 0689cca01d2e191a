import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Path } from '../../../shared/lab/check.ts';
import { deleteAt, setAt } from '../../../shared/lab/edit.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

/** The lines that differ, as `-` and `+`; what is the same at both ends is left out. */
function changed(before: string, after: string): readonly string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return [
    ...a.slice(head, a.length - tail).map((line) => `-${line}`),
    ...b.slice(head, b.length - tail).map((line) => `+${line}`),
  ];
}

const set = (path: Path, value: unknown) => changed(tutorialText, setAt(tutorialText, path, value));
const del = (path: Path) => changed(tutorialText, deleteAt(tutorialText, path));

describe('setting', () => {
  test('a value inside braces', () => {
    expect(set(['auth', 'rules', 0, 'then', 'route'], 'hr')).toEqual([
      '-      then: { route: eng }',
      '+      then: { route: hr }',
    ]);
    expect(set(['auth', 'rules', 0, 'then'], { reject: '550 no: way' })).toEqual([
      '-      then: { route: eng }',
      '+      then: { reject: "550 no: way" }',
    ]);
    expect(set(['tests', 1, 'send', 'to'], ['a@b', 'c, d'])).toEqual([
      '-    send: { from: dev@test.com, to: [user@hr.abc.com], subject: hello }',
      '+    send: { from: dev@test.com, to: [a@b, "c, d"], subject: hello }',
    ]);
  });

  test('a value with a comment behind it', () => {
    expect(set(['auth', 'transport'], 'http')).toEqual([
      '-  transport: in-process                  # or http: the proxy really connects, as nginx would',
      '+  transport: http                  # or http: the proxy really connects, as nginx would',
    ]);
  });

  test('the configuration, as a literal text under the same comment', () => {
    const after = setAt(tutorialText, ['proxy'], 'mail {\n    # mine\n\n    server { }\n}\n');
    expect(after.split('\n').slice(2, 9)).toEqual([
      'proxy: |                                 # the mail part of an nginx.conf, verbatim; or  proxy: { file: nginx.conf }',
      '  mail {',
      '      # mine',
      '',
      '      server { }',
      '  }',
      "auth:                                    # the lab's own auth service, a real HTTP server",
    ]);
    expect(set(['proxy'], { file: 'nginx.conf' }).at(-1)).toMatch(/^\+proxy: \{ file: nginx\.conf \} +# the mail part/);
  });

  test('a whole rule, as people write rules', () => {
    const rule = { name: 'new', when: { rcpt: ['*@a', '*@b'] }, then: { route: 'hr' } };
    const written = ['+    - name: new', '+      when: { rcpt: ["*@a", "*@b"] }', '+      then: { route: hr }'];
    expect(set(['auth', 'rules', 2], rule)).toEqual(written);
    expect(set(['auth', 'rules', 0], rule).slice(3)).toEqual(written);
  });

  test('a whole list keeps the comment of its key', () => {
    expect(set(['auth', 'rules'], []).at(-1)).toBe('+  rules: []                                 # first match wins');
  });

  test('a new key', () => {
    expect(set(['auth', 'rules', 0, 'off'], true)).toEqual(['+      off: true']);
    expect(set(['upstreams', 'it'], { smtp: '127.0.0.1:2527' })).toEqual(['+  it: { smtp: 127.0.0.1:2527 }']);
    expect(set(['upstreams', 'hr', 'external'], true)).toEqual([
      '-  hr:  { smtp: 127.0.0.1:2526 }',
      '+  hr:  { smtp: 127.0.0.1:2526, external: true }',
    ]);
    expect(set(['accounts'], [{ user: 'a', password: '1' }])).toEqual([
      '+accounts:',
      '+  - { user: a, password: "1" }',
    ]);
  });

  test('a file without a last line end, one with a comment at its end, and empty collections', () => {
    expect(setAt('a: 1', ['b'], 2)).toBe('a: 1\nb: 2\n');
    expect(setAt('a:\n  b: 1\n# end\n', ['a', 'c'], 2)).toBe('a:\n  b: 1\n  c: 2\n# end\n');
    expect(setAt('a: {}  # x\n', ['a', 'b'], 1)).toBe('a: { b: 1 }  # x\n');
    expect(setAt('a: []\n', ['a', 0], 'x')).toBe('a: [x]\n');
  });

  test('where there is nothing to add to, it says so', () => {
    expect(() => setAt(tutorialText, ['nothing', 'here'], 1)).toThrow(RangeError);
    expect(() => setAt(tutorialText, ['auth', 'rules', 7], {})).toThrow('the list at auth.rules has no place 7');
    expect(() => setAt('a: [', ['a'], 1)).toThrow('the text is no YAML');
  });
});

describe('deleting', () => {
  test('a rule, a key, a part of a line', () => {
    expect(del(['auth', 'rules', 0])).toEqual([
      '-    - name: engineering',
      '-      when: { rcpt: "*@eng.abc.com" }',
      '-      then: { route: eng }',
    ]);
    expect(del(['auth', 'rules', 1, 'when'])).toEqual(['-      when: { rcpt: "*@hr.abc.com" }']);
    expect(del(['tests', 0, 'lookup', 'protocol'])).toEqual([
      '-    lookup: { protocol: smtp, rcpt: user@eng.abc.com }',
      '+    lookup: { rcpt: user@eng.abc.com }',
    ]);
    expect(del(['tests', 0, 'lookup', 'rcpt'])[1]).toBe('+    lookup: { protocol: smtp }');
    expect(del(['auth', 'otherwise', 'reject'])[1]).toBe('+  otherwise: {}');
  });

  test('the first key of a list item: the next one moves up to the dash', () => {
    expect(del(['auth', 'rules', 0, 'name'])).toEqual([
      '-    - name: engineering',
      '-      when: { rcpt: "*@eng.abc.com" }',
      '+    - when: { rcpt: "*@eng.abc.com" }',
    ]);
  });

  test('comments of the neighbours stay', () => {
    expect(deleteAt('# top\na: 1 # one\n# of b\nb: 2 # two\n# of c\nc: 3\n', ['b'])).toBe(
      '# top\na: 1 # one\n# of b\n# of c\nc: 3\n',
    );
  });

  test('nothing there', () => {
    expect(del(['nothing'])).toEqual([]);
  });
});

const paths: readonly Path[] = [
  ['name'],
  ['proxy'],
  ['auth', 'listen'],
  ['auth', 'transport'],
  ['auth', 'rules', 0],
  ['auth', 'rules', 1, 'name'],
  ['auth', 'rules', 1, 'when'],
  ['auth', 'rules', 0, 'when', 'rcpt'],
  ['auth', 'otherwise'],
  ['upstreams', 'eng'],
  ['upstreams', 'hr', 'smtp'],
  ['upstreams', 'new'],
  ['tests'],
  ['tests', 1, 'send', 'to', 0],
  ['accounts'],
];
const comments = tutorialText.match(/#.*/g) ?? [];
const anyValue = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '*@x',
    '# no comment',
    'a: b',
    '- x',
    'yes',
    '1',
    '',
    ' x ',
    'a\nb\n',
    'a\n\n',
    '\n',
    '|',
    '{',
    '%x',
    "it's",
    '"q"',
    'x #y',
  ),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string({ maxLength: 40 }), { maxLength: 4 }),
  fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.oneof(fc.string(), fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.string())),
    { maxKeys: 3 },
  ),
);

/** What the text should say after the change, made in plain data. */
function meant(text: string, path: Path, change: (holder: object, key: string | number) => void): unknown {
  const data: unknown = parse(text);
  let holder: unknown = data;
  for (const step of path.slice(0, -1)) holder = Reflect.get(holder as object, step);
  change(holder as object, path.at(-1) ?? '');
  return data;
}

describe('properties', () => {
  test('any value anywhere: the file says it, and the comments of all else are there', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), anyValue, (path, value) => {
        const after = setAt(tutorialText, path, value);
        expect(parse(after)).toEqual(meant(tutorialText, path, (holder, key) => Reflect.set(holder, key, value)));
        for (const comment of comments) expect(after).toContain(comment);
      }),
      { numRuns: 250 },
    );
  });

  test('several changes in a row', () => {
    const step = fc.record({
      path: fc.constantFrom(...paths.filter(([first]) => first !== 'tests' && first !== 'auth')),
      value: anyValue,
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
        let text = tutorialText;
        for (const { path, value, remove } of steps) {
          const [top, ...rest] = path;
          if (
            rest.length > 0 &&
            typeof (parse(text) as Record<string, Record<string, unknown>>)[String(top)]?.hr !== 'object'
          )
            continue;
          const before = text;
          text = remove ? deleteAt(before, path) : setAt(before, path, value);
          const expected = meant(before, path, (holder, key) =>
            remove ? Reflect.deleteProperty(holder, key) : Reflect.set(holder, key, value),
          );
          expect(parse(text)).toEqual(expected);
        }
      }),
      { numRuns: 80 },
    );
  });
});
