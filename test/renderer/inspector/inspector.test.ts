import { describe, expect, test } from 'vitest';
import { unstuffed } from '../../../renderer/inspector/message.ts';
import { routeSentence } from '../../../renderer/inspector/route-sentence.ts';
import { type Lookup, lookupsAt } from '../../../renderer/store/route.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const lookup = lookupsAt(entries, 8)[0] as Lookup;
const won = (rule: number | null, name: string) =>
  [{ rule, name, outcome: 'matched', tests: [], then: '' }] as Lookup['trail'];

describe('the sentence of a route', () => {
  test('names the address, the upstream and the rule', () => {
    expect(routeSentence(lookup, 'eng')).toEqual({
      key: 'route.because.rule',
      params: { address: 'user@eng.abc.com', upstream: 'eng', number: 1, rule: 'engineering' },
    });
  });

  test('of a mail that did not get there does not say that it went', () => {
    expect(routeSentence(lookup, 'eng', true).key).toBe('route.sent.rule');
  });

  test('of a foreign auth service says that its rules are unknown', () => {
    expect(routeSentence({ ...lookup, trail: null }, 'eng').key).toBe('route.because.foreign');
  });

  test('of a refusal says who refused', () => {
    const result = { type: 'reject', text: 'no' } as const;
    expect(routeSentence({ ...lookup, result, trail: won(null, 'otherwise') }, '').key).toBe(
      'route.rejected.otherwise',
    );
    expect(routeSentence({ ...lookup, result, trail: won(0, 'accounts') }, '').key).toBe('route.rejected.accounts');
    expect(routeSentence({ ...lookup, result, trail: won(2, 'spam') }, '').params).toMatchObject({ rule: 'spam' });
    expect(routeSentence({ ...lookup, result: { type: 'wait' } }, '').key).toBe('route.wait');
  });
});

test.each([
  ['Subject: hello\r\n\r\nHello!\r\n.\r\n', 'Subject: hello\r\n\r\nHello!\r\n'],
  ['X: 1\r\n\r\n..dot\r\n.\r\n', 'X: 1\r\n\r\n.dot\r\n'],
  ['Subject: cut in the mid', 'Subject: cut in the mid'],
  ['.\r\n', ''],
  ['', ''],
])('%j is without the dot that ends it and the dots that were stuffed', (bytes, message) => {
  expect(unstuffed(bytes)).toBe(message);
});
