/** The load form: what is wrong with what was typed, and the plan it makes. */
import { describe, expect, test } from 'vitest';
import { firstDraft, type LoadDraft, partsFor, planOf, problemsOf } from '../../../renderer/load/draft.ts';
import { csvOf, fine, perSecond, roundUp } from '../../../renderer/load/figures.ts';
import { calls, type ListenerView } from '../../../shared/contract/contract.ts';

const listener = (protocol: 'smtp' | 'imap', more: Partial<ListenerView> = {}): ListenerView => ({
  ...{ id: protocol, role: 'proxy', name: '', protocol, address: '127.0.0.1', port: 25, state: 'listening' },
  ...{ error: null, narrowed: false },
  ...more,
});
const targets = [listener('smtp'), listener('imap', { starttls: 'only' })];
const rules = [{ name: 'eng', when: { rcpt: '*@eng.test' }, then: { route: 'eng' } }];
const isMail = (id: string) => id === 'smtp';
const draft = (change: Partial<LoadDraft> = {}): LoadDraft => ({ ...firstDraft(targets, rules), ...change });
const told = (change: Partial<LoadDraft>) => problemsOf(draft(change), isMail).map(({ key }) => key);

describe('the draft', () => {
  test('begins with mails to those that the rules tell apart, and the engine takes it', () => {
    expect(told({})).toEqual([]);
    const plan = planOf(draft());
    expect(plan.recipients).toEqual([{ address: 'user@eng.test', weight: 1 }]);
    expect(plan.parts.map((part) => part.listener)).toEqual(['smtp']);
    expect(calls['load.start'].safeParse(plan).success).toBe(true);
  });

  test('keeps what was chosen for a listener when others come and go', () => {
    const chosen = partsFor(targets, []).map((part) => ({ ...part, weight: 7 }));
    expect(partsFor([...targets, listener('smtp', { id: 'new' })], chosen).map(({ weight }) => weight)).toEqual([
      7, 7, 1,
    ]);
    expect(partsFor(targets, []).map(({ starttls }) => starttls)).toEqual([false, true]);
  });

  test('everything that is wrong is told at once', () => {
    expect(told({ sessions: '', rate: 0, open: 2001, size: -1, patience: 'x', helo: ' ' })).toEqual([
      ...['sessions', 'rate', 'open', 'patience', 'size'].map((name) => `problem.number.${name}`),
      'problem.helo',
    ]);
    expect(told({ sessions: 1.5 })).toEqual(['problem.number.sessions']);
    expect(told({ paced: false, rate: 0 })).toEqual([]);
    expect(told({ parts: [] })).toEqual(['problem.nobody']);
    expect(told({ recipients: ' \n' })).toEqual(['problem.recipients']);
    for (const odd of ['0', '-1', '1.5', '99999999', '+2'])
      expect(told({ recipients: `a@b.c ${odd}` }), odd).toEqual(['problem.weight']);
    expect(told({ recipients: 'a@b.c\n'.repeat(1001) })).toEqual(['problem.many']);
    const both = partsFor(targets, []).map((part) => ({ ...part, used: true }));
    expect(told({ parts: both })).toEqual(['problem.accounts']);
  });

  test('a number behind a recipient is its weight, and what follows a user is its password, blanks and all', () => {
    const plan = planOf(draft({ recipients: 'a@b.c 3\n b@b.c ×2 \n"odd one"@b.c', accounts: 'ann pass word\nbob' }));
    expect(plan.recipients).toEqual([
      { address: 'a@b.c', weight: 3 },
      { address: 'b@b.c', weight: 2 },
      { address: '"odd one"@b.c', weight: 1 },
    ]);
    expect(plan.accounts).toEqual([
      { user: 'ann', password: 'pass word' },
      { user: 'bob', password: '' },
    ]);
  });
});

describe('the figures', () => {
  test('are as fine as they need to be', () => {
    expect([0, 0.4, 9.94, 38, 2100].map(fine)).toEqual(['0 ms', '0.4 ms', '9.9 ms', '38 ms', '2.1 s']);
    expect([0, 0.3, 1, 3, 20, 21, 73].map(roundUp)).toEqual([1, 0.5, 1, 5, 20, 50, 100]);
    expect(perSecond({ done: 3, failed: 1, ms: 2000 })).toBe(2);
    expect(perSecond({ done: 0, failed: 0, ms: 0 })).toBe(0);
  });

  test('go into a spreadsheet', () => {
    const point = { started: 2, done: 1, failed: 1, p50: 1.234, p95: 2, max: 3 };
    expect(csvOf({ step: 2, points: [point, point] })).toBe(
      'second,started,done,failed,p50_ms,p95_ms,max_ms\r\n0,2,1,1,1.23,2.00,3.00\r\n2,2,1,1,1.23,2.00,3.00\r\n',
    );
  });
});
