import { describe, expect, test } from 'vitest';
import type { Mailbox, MailboxAnswer } from '../../../shared/upstream/mailbox.ts';
import { opened } from './recording.ts';

const raw = 'From: Jo <jo@x>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n';
const delivery = {
  upstream: 'eng',
  at: 1000,
  from: 'a@b',
  to: ['c@d'],
  raw: Buffer.from(raw),
  session: 3,
  owners: ['jo'],
};

const append = (box: Mailbox, folder: string, text = raw) =>
  box.perform({ do: 'append', folder, flags: ['\\Seen', '\\Recent', '\\Seen'], at: 5, raw: text });
const mails = (answer: MailboxAnswer) => (answer.done === 'open' ? answer.mails : []);
const inbox = (box: Mailbox, look = true) => mails(box.perform({ do: 'open', folder: 'inbox', look }));
const names = (box: Mailbox) => {
  const answer = box.perform({ do: 'folders' });
  return answer.done === 'folders' ? answer.folders.map(({ name }) => name) : [];
};

describe('a mail to three owners', () => {
  test('is one message in three mailboxes, each with its own flags', async () => {
    const { mail } = opened();
    const view = await mail.keep({ ...delivery, owners: ['jo', 'mary', ''] });
    expect(view.places.map(({ owner, uid }) => [owner, uid])).toEqual([
      ['', 1],
      ['jo', 1],
      ['mary', 1],
    ]);
    mail.of('eng', 'jo').perform({ do: 'flags', folder: 'INBOX', changes: [{ uid: 1, flags: ['\\Seen'] }] });
    mail.of('eng', 'mary').perform({ do: 'expunge', folder: 'INBOX', uids: [1] });
    expect(mail.one(1)?.places).toEqual([
      { owner: '', folder: 'INBOX', uid: 1, flags: [] },
      { owner: 'jo', folder: 'INBOX', uid: 1, flags: ['\\Seen'] },
    ]);
    expect(mail.page({ limit: 10, upstream: 'eng', owner: 'mary' }).messages).toEqual([]);
    expect(mail.page({ limit: 10, upstream: 'eng', owner: 'jo' }).total).toBe(1);
    for (const owner of ['', 'jo']) mail.of('eng', owner).perform({ do: 'expunge', folder: 'INBOX', uids: [1] });
    // Deleted by every reader, the lab still shows it.
    expect(mail.page({ limit: 10 }).messages).toMatchObject([{ id: 1, places: [] }]);
    expect(mail.page({ limit: 10, session: 3 }).total).toBe(1);
    expect(mail.page({ limit: 10, session: 4 }).total).toBe(0);
  });
});

describe('news', () => {
  test('of deliveries, appends, flags and expunges, whoever made them; once a turn, and none behind the end', async () => {
    const { mail } = opened();
    const [mine, other] = [mail.of('eng', 'jo'), mail.of('eng', 'jo')];
    let heard = 0;
    let next: () => void = () => undefined;
    const end = mine.watch('Inbox', () => {
      heard += 1;
      next();
    });
    const news = () => new Promise<void>((resolve) => (next = resolve));
    const some = [() => mail.keep(delivery), () => append(other, 'INBOX'), () => append(mine, 'INBOX')];
    for (const [nth, change] of some.entries()) {
      const heardOf = news();
      await change();
      await heardOf;
      expect(heard).toBe(nth + 1);
    }
    const coalesced = news();
    other.perform({ do: 'flags', folder: 'INBOX', changes: [{ uid: 1, flags: ['\\Deleted'] }] });
    other.perform({ do: 'expunge', folder: 'INBOX', uids: [1] });
    other.perform({ do: 'move', folder: 'INBOX', uids: [2], to: 'INBOX' });
    await coalesced;
    expect(heard).toBe(4);
    // What changes nothing is no news, nor is another mailbox's mail.
    other.perform({ do: 'flags', folder: 'INBOX', changes: [{ uid: 1, flags: [] }] });
    append(mail.of('eng', 'mary'), 'INBOX');
    append(mail.of('hr', 'jo'), 'INBOX');
    const last = news();
    other.perform({ do: 'expunge', folder: 'INBOX', uids: [3] });
    await last;
    expect(heard).toBe(5);
    end();
    append(other, 'INBOX');
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toBe(5);
  });
});

describe('sessions that have one folder open', () => {
  test('share what was read of it, also when one mail more comes', async () => {
    const { mail } = opened();
    const [one, other] = [mail.of('eng', 'jo'), mail.of('eng', 'jo')];
    for (let nth = 0; nth < 3; nth += 1) append(one, 'INBOX');
    expect(inbox(one, false).map(({ recent }) => recent)).toEqual([true, true, true]);
    const before = inbox(other);
    expect(before.map(({ recent }) => recent)).toEqual([false, false, false]);
    expect(inbox(one)).toBe(before);
    one.perform({ do: 'flags', folder: 'INBOX', changes: [{ uid: 2, flags: ['\\Deleted'] }] });
    await mail.keep(delivery);
    const after = inbox(other);
    expect(after.map(({ flags }) => flags)).toEqual([['\\Seen'], ['\\Deleted'], ['\\Seen'], []]);
    expect(after.map((item, nth) => item === before[nth])).toEqual([true, false, true, false]);
  });

  test('do not take a folder that was made again for the one that it was', () => {
    const box = opened().mail.of('eng', 'jo');
    const sizes = () => mails(box.perform({ do: 'open', folder: 'a', look: true })).map(({ size }) => size);
    for (const text of ['short', 'much longer']) {
      box.perform({ do: 'create', folder: 'a' });
      append(box, 'a', text);
      expect(sizes()).toEqual([text.length]);
      box.perform({ do: 'delete', folder: 'a' });
      expect(sizes()).toEqual([]);
    }
  });
});

describe('folders', () => {
  test('INBOX is there in any case, subscribed, and cannot be deleted or made', () => {
    const box = opened().mail.of('eng', 'jo');
    expect(names(box)).toEqual(['INBOX']);
    expect(box.perform({ do: 'delete', folder: 'iNbOx' })).toEqual({ done: 'no', why: 'refused' });
    expect(box.perform({ do: 'create', folder: 'inbox' })).toEqual({ done: 'no', why: 'exists' });
    expect(box.perform({ do: 'create', folder: 'inbox/old/' })).toEqual({ done: 'ok' });
    expect(names(box)).toEqual(['INBOX', 'INBOX/old']);
  });

  test.each(['', '/', 'a//b', '/a', 'a*', 'a%b', 'a\0b', 'a\r\nb', 'x'.repeat(1001), '\ud800'])(
    'no folder is called %j',
    (folder) => {
      const box = opened().mail.of('eng', 'jo');
      expect(box.perform({ do: 'create', folder })).toEqual({ done: 'no', why: 'refused' });
      expect(names(box)).toEqual(['INBOX']);
    },
  );

  test('a name that climbs out of folders of files is a name like others', () => {
    const box = opened().mail.of('eng', 'jo');
    expect(box.perform({ do: 'create', folder: '../../etc' })).toEqual({ done: 'ok' });
    expect(names(box)).toEqual(['INBOX', '..', '../..', '../../etc']);
  });

  test('one that is made again has a larger UIDVALIDITY', () => {
    const box = opened().mail.of('eng', 'jo');
    const validity = () => {
      box.perform({ do: 'create', folder: 'a' });
      const answer = box.perform({ do: 'open', folder: 'a', look: true });
      box.perform({ do: 'delete', folder: 'a' });
      return answer.done === 'open' ? answer.folder.uidValidity : 0;
    };
    const first = validity();
    expect(validity()).toBeGreaterThan(first);
  });

  test('renaming takes those below along; of INBOX only the mail goes', () => {
    const box = opened().mail.of('eng', 'jo');
    for (const folder of ['a/b', 'ab', 'c']) box.perform({ do: 'create', folder });
    append(box, 'a/b');
    const rename = (folder: string, to: string) => box.perform({ do: 'rename', folder, to });
    expect(rename('nothing', 'x')).toEqual({ done: 'no', why: 'no-folder' });
    expect(rename('a', 'c')).toEqual({ done: 'no', why: 'exists' });
    expect(rename('a', 'a/x')).toEqual({ done: 'no', why: 'refused' });
    expect(rename('a', 'new/place')).toEqual({ done: 'ok' });
    expect(names(box).sort()).toEqual(['INBOX', 'ab', 'c', 'new', 'new/place', 'new/place/b']);
    expect(mails(box.perform({ do: 'open', folder: 'new/place/b', look: true }))).toHaveLength(1);
    append(box, 'INBOX');
    expect(rename('INBOX', 'kept')).toEqual({ done: 'ok' });
    expect(inbox(box)).toEqual([]);
    const open = box.perform({ do: 'open', folder: 'kept', look: true });
    expect(open).toMatchObject({ folder: { uidNext: 2 }, mails: [{ uid: 1 }] });
    // A UID of INBOX is not given twice either (RFC 3501 2.3.1.1).
    expect(append(box, 'INBOX')).toMatchObject({ uids: [{ to: 2 }] });
  });

  test('a mailbox has so many and no more', () => {
    const box = opened().mail.of('eng', 'jo');
    for (let n = 0; n < 999; n += 1) expect(box.perform({ do: 'create', folder: `f${n}` })).toEqual({ done: 'ok' });
    expect(box.perform({ do: 'create', folder: 'one/more' })).toEqual({ done: 'no', why: 'full' });
    expect(names(box)).toHaveLength(1000);
  });
});

describe('mails', () => {
  test('are recent until somebody opens the folder to change it', async () => {
    const { mail } = opened();
    await mail.keep(delivery);
    const box = mail.of('eng', 'jo');
    expect(inbox(box).map(({ recent }) => recent)).toEqual([true]);
    expect(inbox(box, false).map(({ recent }) => recent)).toEqual([true]);
    expect(inbox(box, false).map(({ recent }) => recent)).toEqual([false]);
  });

  test('that were appended have their flags and date, and are messages of the lab with their session', () => {
    const { mail } = opened();
    const box = mail.of('eng', 'jo', () => 42);
    expect(append(box, 'INBOX')).toMatchObject({ done: 'placed', uids: [{ from: 0, to: 1 }] });
    expect(inbox(box)).toEqual([{ uid: 1, flags: ['\\Seen'], size: raw.length, at: 5, recent: true }]);
    expect(mail.page({ limit: 1, session: 42 }).messages).toMatchObject([{ subject: 'Grüße', from: '', to: [] }]);
    expect(append(box, 'nowhere')).toEqual({ done: 'no', why: 'no-folder' });
  });

  test('are found by any text in them, decoded, in capitals or not', async () => {
    const { mail } = opened();
    const box = mail.of('eng', 'jo');
    const long = `Subject: long\r\nX-Word: haystack\r\n\r\n${'all work and no play '.repeat(900)}needle 100%\r\n`;
    const coded = `Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('Überraschung').toString('base64')}\r\n`;
    for (const text of [raw, long, coded]) append(box, 'INBOX', text);
    const find = (text: string, within: 'text' | 'body') => {
      const answer = box.perform({ do: 'find', folder: 'INBOX', text: Buffer.from(text).toString('latin1'), within });
      return answer.done === 'find' ? answer.uids : null;
    };
    expect(find('HELLO', 'body')).toEqual([1]);
    expect(find('grüsse', 'text')).toEqual([]);
    expect(find('grüße', 'text')).toEqual([1]);
    expect(find('grüße', 'body')).toEqual([]);
    expect(find('NEEDLE 100%', 'body')).toEqual([2]);
    expect(find('needle_100', 'body')).toEqual([]);
    expect(find('haystack', 'body')).toEqual([]);
    expect(find('haystack', 'text')).toEqual([2]);
    expect(find('überrasch', 'body')).toEqual([3]);
    expect(find('', 'text')).toEqual([1, 2, 3]);
  });

  test('give their headers and their bytes as they came', () => {
    const box = opened().mail.of('eng', 'jo');
    const odd = ['no header ends here', 'A: b\n\nunix\n', '\r\nbody alone', '', 'A: \xe9\0\r\n\r\n\xff'];
    for (const text of odd) append(box, 'INBOX', text);
    const answer = box.perform({ do: 'headers', folder: 'INBOX', uids: [1, 2, 3, 4, 5, 9] });
    const heads = ['no header ends here', 'A: b\n\n', '\r\n', '', 'A: \xe9\0\r\n\r\n'];
    expect(answer).toEqual({ done: 'headers', headers: heads.map((bytes, at) => ({ uid: at + 1, bytes })) });
    for (const [at, bytes] of odd.entries())
      expect(box.perform({ do: 'raw', folder: 'INBOX', uid: at + 1 })).toEqual({ done: 'raw', bytes });
    expect(box.perform({ do: 'raw', folder: 'INBOX', uid: 9 })).toEqual({ done: 'raw', bytes: null });
  });
});
