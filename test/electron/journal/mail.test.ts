import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { journalOver } from '../../../electron/journal/journal.ts';
import { openMemory } from '../../../electron/journal/schema.ts';
import { opened, temporaryFile } from './recording.ts';

const raw = Buffer.from('From: a\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n\r\n\xe9\0\r\n', 'latin1');
const delivery = { upstream: 'eng', at: 1000, from: 'a@b', to: ['c@d', 'e@f'], raw, session: 7, owners: [''] };
const all = { limit: 1000 };

describe('messages of the played servers', () => {
  test('come back whole, newest first, and after a start', async () => {
    const file = temporaryFile();
    const journal = opened({ file });
    const view = await journal.mail.keep(delivery);
    const other = await journal.mail.keep({ ...delivery, upstream: 'hr', session: null });
    expect(view).toEqual({
      ...{ id: 1, upstream: 'eng', at: 1000, from: 'a@b', to: ['c@d', 'e@f'], subject: 'grüße', size: raw.length },
      ...{ session: 7, pinned: false, attachments: false },
      places: [{ owner: '', folder: 'INBOX', uid: 1, flags: [] }],
    });
    const check = ({ mail }: typeof journal) => {
      expect(mail.page(all).messages).toEqual([other, view]);
      expect(mail.page({ ...all, upstream: 'eng' }).messages).toEqual([view]);
      expect(mail.one(view.id)).toEqual(view);
      expect(mail.window(view.id, 0, 1e9)).toEqual(raw);
      expect(mail.one(99)).toBeNull();
      expect(mail.window(99, 0, 1)).toBeNull();
      expect(Object.fromEntries(mail.counts())).toEqual({ eng: 1, hr: 1 });
    };
    check(journal);
    journal.close();
    const again = opened({ file });
    check(again);
    expect(again.mail.delete([2])).toBe(1);
    again.close();
    // A number is never given twice.
    expect((await opened({ file }).mail.keep(delivery)).id).toBe(3);
  });

  test('that come in one turn share a transaction, and each is there when its promise is kept', async () => {
    const memory = openMemory();
    const journal = journalOver(memory, { file: ':memory:' });
    onTestFinished(() => journal.close());
    const { mail } = journal;
    const executed = vi.spyOn(memory.db, 'exec');
    const views = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const { id } = await mail.keep(delivery);
        return mail.one(id)?.id;
      }),
    );
    expect(views).toEqual(Array.from({ length: 50 }, (_, nth) => nth + 1));
    expect(executed.mock.calls.filter(([sql]) => sql === 'COMMIT')).toHaveLength(1);
  });
});
