import { describe, expect, test } from 'vitest';
import {
  changedAt,
  foldFeed,
  foldSessions,
  knowledgeAt,
  mergeEntries,
  nothingKnown,
} from '../../../renderer/store/fold.ts';
import { initialState, type LabState, SESSIONS_MAX } from '../../../renderer/store/state.ts';
import { tutorialView } from '../../fakes/bridge.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

const row = (id: number) => ({ ...summary, id });

describe('what the proxy knows', () => {
  test('grows entry by entry and says what the last one changed', () => {
    expect(knowledgeAt(entries, 3)).toMatchObject({ helo: 'laptop', esmtp: true, from: null, to: null });
    expect(knowledgeAt(entries, 6)).toMatchObject({
      from: 'MAIL FROM:<dev@test.com>',
      to: 'RCPT TO:<user@eng.abc.com>',
      attempt: 1,
      rule: null,
    });
    expect([...changedAt(entries, 8)].sort()).toEqual(['place', 'rule', 'upstream']);
  });

  test('is nothing before the first entry, and stands still after the last', () => {
    expect(knowledgeAt(entries, -1)).toEqual(nothingKnown);
    expect(knowledgeAt(entries, 999)).toEqual(knowledgeAt(entries, entries.length - 1));
  });

  test('a field set to what it was is no change, and one that is forgotten is', () => {
    const first = entries.slice(0, 5);
    const same = [...first, { ...first[4], seq: 5, state: { from: 'MAIL FROM:<dev@test.com>' } }] as typeof entries;
    const reset = [...first, { ...first[4], seq: 5, state: { from: null } }] as typeof entries;
    expect(changedAt(same, 5).size).toBe(0);
    expect([...changedAt(reset, 5)]).toEqual(['from']);
    expect(knowledgeAt(reset, 5).from).toBeNull();
  });

  test('going forwards entry by entry ends where folding at once ends, at every position', () => {
    let known = nothingKnown;
    entries.forEach((entry, i) => {
      known = { ...known, ...entry.state };
      expect(knowledgeAt(entries, i)).toEqual(known);
    });
  });
});

describe('entries from two sources', () => {
  test('are joined without gaps or doubles', () => {
    expect(mergeEntries(entries.slice(0, 5), entries.slice(3, 9))).toEqual(entries.slice(0, 9));
    expect(mergeEntries([], entries)).toEqual(entries);
    const have = entries.slice(0, 5);
    expect(mergeEntries(have, entries.slice(0, 5))).toBe(have);
  });
});

describe('the session list', () => {
  test('puts new sessions on top, newest first, and changes known ones in place', () => {
    const one = foldSessions(initialState, [row(1), row(2)]);
    expect(one.order).toEqual([2, 1]);
    const two = foldSessions({ ...initialState, ...one }, [{ ...row(1), reply: 550 }, row(3)]);
    expect(two.order).toEqual([3, 2, 1]);
    expect(two.sessions.get(1)?.reply).toBe(550);
    expect(two.matching).toBe(3);
  });

  test('keeps its order when batches overtake each other', () => {
    const late = foldSessions(initialState, [row(5), row(6)]);
    expect(foldSessions({ ...initialState, ...late }, [row(4)]).order).toEqual([6, 5, 4]);
  });

  test('leaves rows out that the filter may not match', () => {
    const state = { ...initialState, filter: 'outcome:failed' };
    expect(foldSessions(state, [row(1)]).order).toEqual([]);
  });

  test('drops the oldest rows beyond its limit', () => {
    const many = Array.from({ length: SESSIONS_MAX + 10 }, (_, i) => row(i));
    const { order, sessions } = foldSessions(initialState, many);
    expect(order).toHaveLength(SESSIONS_MAX);
    expect(sessions.size).toBe(SESSIONS_MAX);
    expect(order.at(0)).toBe(SESSIONS_MAX + 9);
    expect(sessions.has(9)).toBe(false);
  });
});

describe('feeds', () => {
  const telnet = { connection: 4, listener: 'smtp 127.0.0.1:3333', said: [], tls: null, open: true, error: null };
  const said = [{ from: 'server', text: '220 hi\r\n' }] as const;

  test('the lab says it is there', () => {
    expect(foldFeed(initialState, { type: 'lab', lab: tutorialView })).toMatchObject({ connected: true, total: 1 });
  });

  test('telnet text is added, even before the connection has a name', () => {
    const early = foldFeed(initialState, { type: 'telnet', connection: 4, data: '220 hi\r\n' });
    expect(early.telnet?.get(4)).toEqual({ ...telnet, listener: '', said });
  });

  test('a closed telnet connection keeps its text and says why it ended', () => {
    const state: LabState = { ...initialState, telnet: new Map([[4, { ...telnet, said }]]) };
    const closed = foldFeed(state, { type: 'telnet-closed', connection: 4, error: 'ECONNRESET' });
    expect(closed.telnet?.get(4)).toEqual({ ...telnet, said, open: false, error: 'ECONNRESET' });
  });
});
