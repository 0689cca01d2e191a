import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFeeds } from '../../../electron/lab/feeds.ts';
import { createLinks } from '../../../electron/lab/links.ts';
import type { Feed, LabView } from '../../../shared/contract/contract.ts';
import { entries, summary } from '../../fakes/tutorial-session.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const telnet = (data: string): Feed => ({ type: 'telnet', connection: 1, data });
const lab = (name: string): Feed => ({ type: 'lab', lab: { name } as LabView });
const message = (id: number): Feed => ({
  type: 'messages',
  upstream: 'eng',
  message: {
    ...{ id, upstream: 'eng', at: 0, from: '', to: [], subject: '', size: 0, session: null },
    ...{ places: [], pinned: false, attachments: false },
  },
});

function collect() {
  const batches: (readonly Feed[])[] = [];
  return { batches, feeds: createFeeds((feeds) => batches.push(feeds)) };
}

test('the first feed goes at once, the others in at most thirty batches a second, in order', () => {
  const { batches, feeds } = collect();
  for (let ms = 0; ms < 1000; ms += 1) {
    feeds.push(telnet(String(ms)));
    vi.advanceTimersByTime(1);
  }
  vi.runAllTimers();
  expect(batches[0]).toEqual([telnet('0')]);
  expect(batches.length).toBeLessThanOrEqual(31);
  expect(batches.flat()).toEqual(Array.from({ length: 1000 }, (_none, ms) => telnet(String(ms))));
});

test('only the newest state of the lab is sent', () => {
  const { batches, feeds } = collect();
  feeds.push(lab('old'));
  feeds.push(telnet('x'));
  feeds.push(lab('new'));
  vi.runAllTimers();
  expect(batches).toEqual([[telnet('x'), lab('new')]]);
});

test('that mail of an upstream changed is told once in a batch', () => {
  const { batches, feeds } = collect();
  const changed = (upstream: string): Feed => ({ type: 'mailboxes', upstream });
  for (const upstream of ['eng', 'hr', 'eng', 'eng']) feeds.push(changed(upstream));
  vi.runAllTimers();
  expect(batches).toEqual([[changed('eng'), changed('hr')]]);
});

test('of too many messages the oldest are left out, and nothing else', () => {
  const { batches, feeds } = collect();
  feeds.push(telnet('x'));
  for (let id = 0; id < 5000; id += 1) feeds.push(message(id));
  vi.runAllTimers();
  const [batch = []] = batches;
  expect(batch).toHaveLength(2000);
  expect(batch[0]).toEqual(telnet('x'));
  expect(batch.at(-1)).toEqual(message(4999));
});

test('entries go only to who watches that session, and only those that are new', () => {
  const { batches, feeds } = collect();
  feeds.entries(7, entries);
  feeds.watch(7, 3);
  feeds.entries(8, entries);
  feeds.entries(7, entries.slice(0, 2));
  feeds.entries(7, entries.slice(1, 5));
  feeds.entries(7, entries.slice(4, 6));
  vi.runAllTimers();
  const seqs = batches.flat().flatMap((feed) => (feed.type === 'entries' ? feed.entries.map(({ seq }) => seq) : []));
  expect(seqs).toEqual([3, 4, 5]);
  expect(feeds.watched()).toBe(7);
});

test('a window that is gone is told nothing', () => {
  const { batches, feeds } = collect();
  feeds.watch(7, 0);
  feeds.push(telnet('x'));
  feeds.close();
  feeds.push(telnet('y'));
  vi.runAllTimers();
  expect(batches).toEqual([]);
  expect(feeds.watched()).toBeNull();
});

test('links know a session by both its ports, and pass everything on', () => {
  const links = createLinks();
  const passed: string[] = [];
  const recorder = links.watch({
    allocate: () => 9,
    began: () => passed.push('began'),
    recorded: (_summary, entry) => passed.push(entry.kind),
    ended: () => passed.push('ended'),
  });
  expect(recorder.allocate()).toBe(9);
  recorder.began(summary);
  for (const entry of entries) {
    const isDialled = entry.kind === 'dial' && entry.direction === 'in';
    recorder.recorded(summary, isDialled ? { ...entry, params: { ...entry.params, local: 40_123 } } : entry);
  }
  recorder.ended(summary);
  expect(passed).toEqual(['began', ...entries.map(({ kind }) => kind), 'ended']);
  expect(links.ofClient(51_514)).toBe(summary.id);
  expect(links.ofUpstream(40_123)).toBe(summary.id);
  expect(links.ofClient(40_123)).toBeNull();
  recorder.began({ ...summary, id: 2 });
  expect(links.ofClient(51_514)).toBe(2);
  recorder.began({ ...summary, id: 30_000, client: '127.0.0.1:40123' });
  expect(links.ofClient(51_514)).toBeNull();
  expect(links.ofClient(40_123)).toBe(30_000);
});
