import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { insertAt, moveItem } from '../../../shared/lab/edit-list.ts';
import { editRules, placesOf, type RuleEdit } from '../../../shared/lab/edit-rules.ts';
import { readLab } from '../../../shared/lab/read.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

const commented = `lab: 1
name: x
proxy: "mail { }"
auth:
  listen: 127.0.0.1:8000
  rules:                # first match wins
    # --- customers ---

    # the big one
    - name: one         # keep
      when:
        rcpt: "*@one.test"   # all of it
        from: boss@x.test
      then: { route: a }  # there

    - name: two
      # said by hand
      when: { not: { rcpt: "*@two.test", user: joe } }
      then:
        route: b        # behind

    # the last
    - name: three
      then: { reject: "550 no" }
  otherwise: { reject: "550 5.1.1 no" }
upstreams: { a: { smtp: 127.0.0.1:2525 }, b: { smtp: 127.0.0.1:2526 } }
tests:
  - name: t
    lookup: { rcpt: x@one.test }
    expect: { rule: one }
`;

interface Loose {
  readonly name: string;
}
const rulesOf = (text: string): readonly Loose[] => parse(text).auth.rules;
const names = (text: string) => rulesOf(text).map(({ name }) => name);
const comments = (text: string) => [...text.matchAll(/(?:^|\s)#[^\n]*/g)].map(([one]) => one.trim()).sort();
const edit = (change: RuleEdit, text = commented) => editRules(text, change);

describe('moving', () => {
  test('takes the comments right above along; headings and empty lines stay where they are', () => {
    const after = edit({ kind: 'move', rule: 'three', to: 0 });
    expect(names(after)).toEqual(['three', 'one', 'two']);
    expect(
      after.slice(after.indexOf('  rules:'), after.indexOf('  otherwise')),
    ).toBe(`  rules:                # first match wins
    # --- customers ---

    # the last
    - name: three
      then: { reject: "550 no" }

    # the big one
    - name: one         # keep
      when:
        rcpt: "*@one.test"   # all of it
        from: boss@x.test
      then: { route: a }  # there

    - name: two
      # said by hand
      when: { not: { rcpt: "*@two.test", user: joe } }
      then:
        route: b        # behind
`);
  });

  test('beyond the ends is the end, and onto its own place is nothing', () => {
    expect(names(edit({ kind: 'move', rule: 'one', to: 99 }))).toEqual(['two', 'three', 'one']);
    expect(edit({ kind: 'move', rule: 'two', to: 1 })).toBe(commented);
  });

  test('there and back again is the text it was', () => {
    const there = edit({ kind: 'move', rule: 'two', to: 2 });
    expect(there).not.toBe(commented);
    expect(edit({ kind: 'move', rule: 'two', to: 1 }, there)).toBe(commented);
  });

  test('within brackets', () => {
    const text = 'auth: { rules: [ { name: a }, { name: "b, c" },{ name: d } ] } # end\n';
    expect(moveItem(text, ['auth', 'rules'], 2, 0)).toBe(
      'auth: { rules: [ { name: d }, { name: a },{ name: "b, c" } ] } # end\n',
    );
  });

  test('a text without a last line end', () => {
    expect(moveItem('- a\n- b', [], 1, 0)).toBe('- b\n- a');
  });

  test('what is not there is refused', () => {
    expect(() => edit({ kind: 'move', rule: 'none', to: 0 })).toThrow('there is no rule "none" any more');
    expect(() => moveItem('a: 1\n', ['a'], 0, 1)).toThrow('there is no list at a');
    expect(() => moveItem('a: [1]\n', ['a'], 4, 1)).toThrow('no item 4');
  });

  test('never loses a comment or changes an item, whatever the list looks like', () => {
    const item = fc.record({
      above: fc.array(fc.constantFrom('# above', '', '  # odd place'), { maxLength: 3 }),
      behind: fc.constantFrom('', ' # behind'),
      form: fc.constantFrom('flow', 'map', 'text'),
    });
    const lists = fc.array(item, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lists, fc.nat(7), fc.nat(7), fc.nat(2), (items, a, b, depth) => {
        const pad = ' '.repeat(depth * 2);
        const written = items.flatMap(({ above, behind, form }, n) => {
          const lines = {
            flow: [`- { name: r${n} }${behind}`],
            map: [`- name: r${n}${behind}`, `  when: { rcpt: "${n}" }`],
            text: ['- |', `  r${n}`],
          }[form];
          return [...above, ...lines].map((line) => (line === '' ? '' : pad + line));
        });
        const text = `list:\n${written.join('\n')}\nend: 1 # last\n`;
        const before = parse(text).list as unknown[];
        const [from, to] = [a % items.length, b % items.length];
        const after = moveItem(text, ['list'], from, to);
        const wanted = before.filter((_, n) => n !== from);
        wanted.splice(to, 0, before[from]);
        expect(parse(after)).toEqual({ list: wanted, end: 1 });
        expect(comments(after)).toEqual(comments(text));
      }),
    );
  });
});

describe('adding', () => {
  const value = { name: 'new', when: { rcpt: '*@new.test' }, then: { route: 'a' } };
  test('in the middle, above the comments of the rule that moves down', () => {
    const after = edit({ kind: 'add', value, at: 2 });
    expect(names(after)).toEqual(['one', 'two', 'new', 'three']);
    expect(after).toContain(`        route: b        # behind

    - name: new
      when: { rcpt: "*@new.test" }
      then: { route: a }
    # the last
    - name: three
`);
    expect(comments(after)).toEqual(comments(commented));
  });

  test('at the top, at the end, and into a list that is empty, missing or in brackets', () => {
    expect(names(edit({ kind: 'add', value, at: 0 }))).toEqual(['new', 'one', 'two', 'three']);
    expect(names(edit({ kind: 'add', value, at: 50 }))).toEqual(['one', 'two', 'three', 'new']);
    for (const rules of ['  rules: []\n', '  rules:\n', ''])
      expect(edit({ kind: 'add', value, at: 0 }, `auth:\n  listen: 127.0.0.1:1\n${rules}`)).toContain(
        '\n    - name: new\n      when: { rcpt: "*@new.test" }\n      then: { route: a }\n',
      );
    const brackets = 'auth: { rules: [{ name: a, then: { route: x } }] }\n';
    expect(names(insertAt(brackets, ['auth', 'rules'], 0, value))).toEqual(['new', 'a']);
  });
});

describe('changing', () => {
  const lines = (change: RuleEdit) => {
    const before = new Set(commented.split('\n'));
    return edit(change)
      .split('\n')
      .filter((line) => !before.has(line));
  };

  test('one condition is one line; the others keep their comments', () => {
    const when = { rcpt: '*@uno.test', from: 'boss@x.test' };
    expect(lines({ kind: 'when', rule: 'one', when })).toEqual(['        rcpt: "*@uno.test"   # all of it']);
    expect(lines({ kind: 'when', rule: 'one', when: { rcpt: '*@one.test' } })).toEqual([]);
    expect(lines({ kind: 'when', rule: 'three', when: { tls: true } })).toEqual(['      when: { tls: true }']);
    const excluded = { not: { rcpt: ['*@two.test', 'x@y.z'], user: 'joe' } };
    expect(lines({ kind: 'when', rule: 'two', when: excluded })).toEqual([
      '      when: { not: { rcpt: ["*@two.test", x@y.z], user: joe } }',
    ]);
    expect(lines({ kind: 'when', rule: 'one', when: {} })).toEqual(['        {}']);
    expect(rulesOf(edit({ kind: 'when', rule: 'two', when: {} }))[1]).toMatchObject({ name: 'two', when: {} });
  });

  test('what a rule does', () => {
    expect(lines({ kind: 'then', rule: 'one', then: { route: 'b' } })).toEqual(['      then: { route: b }  # there']);
    expect(lines({ kind: 'then', rule: 'two', then: { reject: '550 no: way', wait: 3 } })).toEqual([
      '        reject: "550 no: way"',
      '        wait: 3',
    ]);
    expect(lines({ kind: 'otherwise', then: { route: 'a' } })).toEqual(['  otherwise: { route: a }']);
  });

  test('off and on', () => {
    const off = edit({ kind: 'off', rule: 'one', off: true });
    expect(rulesOf(off)[0]).toMatchObject({ name: 'one', off: true });
    expect(edit({ kind: 'off', rule: 'one', off: false }, off)).toBe(commented);
    expect(edit({ kind: 'off', rule: 'one', off: false })).toBe(commented);
  });

  test('a new name is the name in the tests that expect the rule, too', () => {
    const after = edit({ kind: 'rename', rule: 'one', name: 'uno: due' });
    expect(names(after)).toEqual(['uno: due', 'two', 'three']);
    expect(parse(after).tests[0].expect).toEqual({ rule: 'uno: due' });
  });

  test('taking one out leaves the comments of the file', () => {
    const after = edit({ kind: 'remove', rule: 'two' });
    expect(names(after)).toEqual(['one', 'three']);
    expect(after).toContain('# the last');
    expect(after).toContain('# the big one');
  });

  test('every edit of the tutorial gives a file that can be read', () => {
    const edits: readonly RuleEdit[] = [
      { kind: 'move', rule: 'engineering', to: 1 },
      { kind: 'remove', rule: 'engineering' },
      { kind: 'rename', rule: 'engineering', name: '#1: "x"' },
      { kind: 'off', rule: 'engineering', off: true },
      { kind: 'when', rule: 'engineering', when: { rcpt: '/^a{2,}$/i', not: { tls: true } } },
      { kind: 'then', rule: 'engineering', then: { raw: { status: 500, headers: { 'X-A': 'b: c' } } } },
    ];
    for (const change of edits) {
      const { lab, problems } = readLab(editRules(tutorialText, change), { file: 'lab' });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(lab).not.toBeNull();
    }
  });
});

test('the places of rules are the lines that they stand on', () => {
  const lines = commented.split('\n');
  const { rules, otherwise } = placesOf(commented);
  expect(rules).toHaveLength(3);
  for (const [index, { from, to }] of rules.entries()) {
    expect(lines[from - 1]).toContain(`- name: ${['one', 'two', 'three'][index]}`);
    expect(lines[to - 1]).toMatch(/then:|route:/);
  }
  expect(lines[(otherwise?.from ?? 0) - 1]).toContain('otherwise');
  for (const text of ['', 'mail { }', 'auth: [', 'auth: 1']) expect(placesOf(text).rules).toEqual([]);
});
