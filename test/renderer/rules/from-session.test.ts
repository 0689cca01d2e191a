import { describe, expect, test } from 'vitest';
import { blankDraft, draftFromSession } from '../../../renderer/rules/from-session.ts';
import { remarksOf } from '../../../renderer/rules/remarks.ts';
import { blank, questions } from '../../../renderer/rules/use-tries.ts';
import type { Problem } from '../../../shared/lab/problem.ts';
import { tutorialView } from '../../fakes/bridge.ts';

const session = {
  id: 1,
  to: ['user@hr.abc.com'],
  user: null,
  client: '127.0.0.1:5',
  rule: 'human resources',
  upstream: 'hr',
};
const unheard = [{ field: 'rcpt', id: 'C5', message: 'not told' }];
const deaf = { ...tutorialView, editing: { ...tutorialView.editing, unheard } };

describe('a rule from a session', () => {
  test('is for its recipient, above the rule that took it, and goes elsewhere', () => {
    expect(draftFromSession(session, tutorialView)).toEqual({
      at: 1,
      name: 'user@hr.abc.com',
      field: 'rcpt',
      text: 'user@hr.abc.com',
      target: 'route eng',
      offers: ['user@hr.abc.com', '*@hr.abc.com'],
    });
  });

  test('is the last one where none took it, and the first where the accounts refused it', () => {
    expect(draftFromSession({ ...session, rule: 'otherwise' }, tutorialView).at).toBe(2);
    expect(draftFromSession({ ...session, rule: null }, tutorialView).at).toBe(2);
    expect(draftFromSession({ ...session, rule: 'accounts' }, tutorialView).at).toBe(0);
  });

  test('goes by the user where nginx tells of no recipient, else by the client', () => {
    expect(draftFromSession({ ...session, user: 'joe' }, deaf)).toMatchObject({
      field: 'user',
      text: 'joe',
      offers: [],
    });
    expect(draftFromSession(session, deaf)).toMatchObject({ field: 'client', text: '127.0.0.1' });
    const six = { ...session, to: [], client: '[2001:db8::1]:99' };
    expect(draftFromSession(six, tutorialView)).toMatchObject({ field: 'client', text: '2001:db8::1' });
  });

  test('has a name of its own, and a target even in a lab without upstreams', () => {
    const rules = [{ name: 'user@hr.abc.com', when: {}, then: { route: 'eng' } }];
    const draft = draftFromSession(session, { ...tutorialView, rules, upstreams: [] });
    expect(draft).toMatchObject({ name: 'user@hr.abc.com 2', target: 'reject 554 5.7.1 not allowed here' });
    expect(blankDraft(0, 'new rule', deaf)).toMatchObject({ at: 0, field: 'user', text: '', name: 'new rule' });
  });
});

describe('remarks', () => {
  const problem = (line: number, severity: Problem['severity'] = 'warning', file = 'lab'): Problem => {
    return { severity, message: `at ${line}`, file, line, column: 1 };
  };
  const places = {
    rules: [
      { from: 3, to: 5 },
      { from: 6, to: 6 },
    ],
    otherwise: { from: 7, to: 7 },
  };
  const lab = (problems: readonly Problem[]) => ({ problems, editing: { ...tutorialView.editing, places } });

  test('stand at the rule whose lines they are about', () => {
    const remarks = remarksOf(
      lab([problem(5), problem(3, 'note'), problem(6), problem(7), problem(1), problem(4, 'note', 'x.conf')]),
    );
    expect([...remarks].map(([index, all]) => [index, all.map(({ line }) => line)])).toEqual([
      [0, [5, 3]],
      [1, [6]],
      [-1, [7]],
    ]);
  });

  test('of a text that was not taken are of other lines, and are left out', () => {
    expect(remarksOf(lab([problem(5), problem(9, 'error')])).size).toBe(0);
    expect(remarksOf(null).size).toBe(0);
  });
});

test('each line is a question of its own, with what goes for all of them', () => {
  expect(questions(blank)).toEqual([]);
  expect(questions({ ...blank, client: ' 10.0.0.1 ' })).toEqual([{ client: '10.0.0.1' }]);
  expect(questions({ ...blank, rcpt: 'a@b.c\n\n  d@e.f', from: 'x@y.z' })).toEqual([
    { from: 'x@y.z', rcpt: 'a@b.c' },
    { from: 'x@y.z', rcpt: 'd@e.f' },
  ]);
  expect(questions({ ...blank, rcpt: 'a\n'.repeat(5000) })).toHaveLength(1000);
});
