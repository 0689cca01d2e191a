import { expect, onTestFinished, test } from 'vitest';
import { journalOver } from '../../../electron/journal/journal.ts';
import type { Delivery } from '../../../electron/journal/mail-keeper.ts';
import { openMemory } from '../../../electron/journal/schema.ts';
import { opened, temporaryFile } from './recording.ts';

const delivery = (size: number, changes: Partial<Delivery> = {}): Delivery => ({
  ...{ upstream: 'eng', at: 1, from: 'a@b', to: ['c@d'], raw: Buffer.alloc(size, 'x'), session: null, owners: [''] },
  ...changes,
});
const ids = ({ mail }: ReturnType<typeof opened>) => mail.page({ limit: 1000 }).messages.map(({ id }) => id);

test('of too many messages the oldest go, from their mailboxes too; pinned ones stay and count', async () => {
  const journal = opened({ maxMessages: 3 });
  for (let n = 0; n < 3; n += 1) await journal.mail.keep(delivery(10));
  expect(journal.mail.pin([1], true)).toBe(1);
  expect(journal.mail.pin([1, 99], true)).toBe(0);
  await journal.mail.keep(delivery(10));
  expect(ids(journal)).toEqual([4, 3, 1]);
  expect(journal.mail.kept()).toEqual({ messages: 3, bytes: 30, pinned: 1, maxMessages: 3, maxBytes: 200_000_000 });
  const open = journal.mail.of('eng', '').perform({ do: 'open', folder: 'INBOX', look: true });
  expect(open.done === 'open' && open.mails.map(({ uid }) => uid)).toEqual([1, 3, 4]);
  journal.mail.pin([1], false);
  await journal.mail.keep(delivery(10));
  expect(ids(journal)).toEqual([5, 4, 3]);
});

test('of too many bytes the oldest go, also when a start allows fewer', async () => {
  const file = temporaryFile();
  const journal = opened({ file, maxMailBytes: 1000 });
  for (let n = 0; n < 12; n += 1) await journal.mail.keep(delivery(100));
  expect(ids(journal)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  journal.close();
  const again = opened({ file, maxMailBytes: 500 });
  await again.mail.keep(delivery(450));
  expect(ids(again)).toEqual([13]);
});

test('what there is no room for beside the pinned ones is refused with 452, and nothing goes for it', async () => {
  const journal = opened({ maxMailBytes: 1000 });
  await journal.mail.keep(delivery(400));
  await journal.mail.keep(delivery(300));
  journal.mail.pin([1], true);
  await expect(journal.mail.keep(delivery(601))).rejects.toMatchObject({ responseCode: 452 });
  expect(ids(journal)).toEqual([2, 1]);
  const box = journal.mail.of('eng', '');
  const append = { do: 'append', folder: 'INBOX', flags: [], at: 1 } as const;
  expect(box.perform({ ...append, raw: 'x'.repeat(601) })).toEqual({ done: 'no', why: 'full' });
  // One that fits is not refused with the others of its batch.
  const [no, yes] = await Promise.allSettled([delivery(601), delivery(600)].map((one) => journal.mail.keep(one)));
  expect([no?.status, yes?.status]).toEqual(['rejected', 'fulfilled']);
  expect(ids(journal)).toEqual([3, 1]);
});

test('deleted by the window it is gone from every mailbox; all of an upstream but the pinned ones', async () => {
  const changed: string[] = [];
  const told: string[] = [];
  const journal = opened({ onMailChanged: (upstream) => changed.push(upstream) });
  for (const owner of ['jo', 'mary']) await journal.mail.keep(delivery(5, { owners: [owner, ''] }));
  await journal.mail.keep(delivery(5, { upstream: 'hr' }));
  const news = new Promise<void>((resolve) => {
    journal.mail.of('eng', 'jo').watch('inbox', () => {
      told.push('jo');
      resolve();
    });
  });
  expect(journal.mail.delete([1])).toBe(1);
  expect(journal.mail.delete([1])).toBe(0);
  await news;
  expect({ told, changed }).toEqual({ told: ['jo'], changed: ['eng'] });
  journal.mail.pin([2], true);
  await journal.mail.keep(delivery(5));
  expect(journal.mail.empty('eng')).toBe(1);
  expect(ids(journal)).toEqual([3, 2]);
  expect(journal.mail.kept()).toMatchObject({ messages: 2, bytes: 10, pinned: 1 });
  expect(journal.mail.delete([2])).toBe(1);
  expect(journal.mail.kept()).toMatchObject({ messages: 1, bytes: 5, pinned: 0 });
});

test('a full disk: refused with 452, nothing half kept, told until there is room', async () => {
  const said: (string | null)[] = [];
  const memory = openMemory();
  const journal = journalOver(memory, { file: ':memory:', onProblem: (message) => said.push(message) });
  onTestFinished(() => journal.close());
  await journal.mail.keep(delivery(10));
  const pages = Object.values(memory.db.prepare('PRAGMA page_count').get() ?? {})[0];
  memory.db.exec(`PRAGMA max_page_count = ${Number(pages) + 4}`);
  const answers = await Promise.allSettled([10, 1_000_000, 20].map((size) => journal.mail.keep(delivery(size))));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[1]).toMatchObject({ reason: { responseCode: 452 } });
  expect(said[0]).toMatch(/disk that holds .* is full/);
  expect(journal.mail.kept()).toMatchObject({ messages: 3, bytes: 40 });
  for (const table of ['messages', 'digests', 'places'])
    expect(memory.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n).toBe(3);
  memory.db.exec('PRAGMA max_page_count = 100000');
  journal.flush();
  expect(said.at(-1)).toBeNull();
  await journal.mail.keep(delivery(1_000_000));
  expect(journal.mail.kept().messages).toBe(4);
});

test('a closed journal keeps nothing and says so; what waited is written before', async () => {
  const file = temporaryFile();
  const journal = opened({ file });
  const waiting = journal.mail.keep(delivery(10));
  journal.close();
  expect((await waiting).id).toBe(1);
  await expect(journal.mail.keep(delivery(10))).rejects.toMatchObject({ responseCode: 451 });
  expect(ids(opened({ file }))).toEqual([1]);
});
