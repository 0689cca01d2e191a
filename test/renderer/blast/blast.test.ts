import type { TFunction } from 'i18next';
import { describe, expect, test } from 'vitest';
import { otherWay } from '../../../renderer/blast/again.ts';
import { effectText, placeText, ruleName } from '../../../renderer/blast/effect-text.ts';
import { startMessages } from '../../../renderer/i18n/i18n.ts';
import { mailAt } from '../../../renderer/store/route.ts';
import type { Effect } from '../../../shared/auth/blast.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const t: TFunction = startMessages('en').t;
const eng: Effect = { rule: 'engineering', upstream: 'eng', verdict: 'route 127.0.0.1:2525', delayMs: 0 };

describe('what rules do, in words', () => {
  test.each([
    [eng, 'eng'],
    [{ ...eng, upstream: null }, '127.0.0.1:2525'],
    [{ ...eng, upstream: null, verdict: 'reject 550 5.1.1 no such recipient' }, 'refused: 550 5.1.1 no such recipient'],
    [{ ...eng, upstream: null, verdict: 'reject ' }, 'refused'],
    [{ ...eng, upstream: null, verdict: 'wait 3 s' }, 'told to wait 3 s'],
    [{ ...eng, upstream: null, verdict: 'error bad-port' }, 'left without a usable answer (bad-port)'],
  ])('%o is %s', (effect, text) => expect(placeText(t, effect)).toBe(text));

  test('a delay is told, and rules that have no name of their own are named', () => {
    expect(effectText(t, { ...eng, delayMs: 1500 })).toBe('eng, after 1,500 ms');
    expect(['otherwise', 'accounts', 'vip', null].map((rule) => ruleName(t, rule))).toEqual([
      'Otherwise',
      'Accounts',
      'vip',
      '',
    ]);
  });
});

describe('the other way of a session', () => {
  const hr: Effect = { ...eng, upstream: 'hr', verdict: 'route 127.0.0.1:2526' };

  test('is that of the edit first, then that of today’s rules, if it is another one at all', () => {
    expect(otherWay({ seq: 6, now: eng, since: true, edited: hr })).toEqual({ by: 'draft', from: eng, to: hr });
    expect(otherWay({ seq: 6, now: hr, since: true, edited: null })).toEqual({ by: 'since', from: null, to: hr });
    expect(otherWay({ seq: 6, now: eng, since: false, edited: null })).toBeNull();
    expect(otherWay({ seq: 6, now: eng, since: null, edited: null })).toBeNull();
  });
});

test('mails of a connection are counted by their MAIL', () => {
  const mail = entries.findIndex(({ bytes }) => bytes.startsWith('MAIL FROM'));
  expect(mailAt(entries, mail - 1)).toBe(0);
  expect(mailAt(entries, mail)).toBe(1);
  expect(mailAt(entries, entries.length - 1)).toBe(1);
});
