/** The small pure parts of the message view. */
import { describe, expect, test } from 'vitest';
import { hexRow } from '../../../renderer/messages/hex-row.ts';
import { emptyMailbox, isUnread, mustAsk, pageOf, withMore, withNew } from '../../../renderer/messages/mailbox.ts';
import { lineNumbers, rowAt, rowStarts, rowText } from '../../../renderer/messages/rows.ts';
import { namelessName, saveName } from '../../../renderer/messages/save-name.ts';
import { sourcePieces } from '../../../renderer/messages/source-pieces.ts';
import type { MessagePage, MessageView } from '../../../shared/contract/messages.ts';

describe('rows of a text', () => {
  test('are its lines, and pieces of long lines; together they are the text', () => {
    const text = `one\r\n\n${'x'.repeat(2500)}\nend`;
    const starts = rowStarts(text);
    expect([...starts]).toEqual([0, 5, 6, 1006, 2006, 2507]);
    expect([...lineNumbers(text, starts)]).toEqual([1, 2, 3, 3, 3, 4]);
    expect([...starts].map((_, row) => rowText(text, starts, row)).join('')).toBe(text);
    expect([0, 4, 5, 1500, 9999].map((at) => rowAt(starts, at))).toEqual([0, 0, 1, 3, 5]);
  });

  test('there is always one', () => {
    expect([...rowStarts('')]).toEqual([0]);
    expect(rowText('', rowStarts(''), 0)).toBe('');
  });
});

describe('pieces of the source', () => {
  const show = (text: string, at: number, last: boolean, places: { at: number; length: number }[]) =>
    sourcePieces(text, at, last, places).map((one) => `${one.here ? '^' : one.text}${one.bad ? '!' : ''}`);

  test('bad places are cut out, also where they go over the row', () => {
    expect(show('abcdef', 10, false, [{ at: 12, length: 2 }])).toEqual(['ab', 'cd!', 'ef']);
    expect(
      show('abcdef', 10, false, [
        { at: 0, length: 12 },
        { at: 15, length: 90 },
      ]),
    ).toEqual(['ab!', 'cde', 'f!']);
    expect(
      show('abcdef', 10, false, [
        { at: 0, length: 10 },
        { at: 16, length: 1 },
      ]),
    ).toEqual(['abcdef']);
  });

  test('what is missing is shown where it should be, also behind the end', () => {
    expect(show('abc', 0, false, [{ at: 1, length: 0 }])).toEqual(['a', '^!', 'bc']);
    expect(show('abc', 0, false, [{ at: 3, length: 0 }])).toEqual(['abc']);
    expect(show('abc', 0, true, [{ at: 3, length: 0 }])).toEqual(['abc', '^!']);
  });
});

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\x', 'x'],
  ['..', 'none'],
  ['.bashrc', 'bashrc'],
  ['a\0b\r\n.txt', 'a_b__.txt'],
  ['CON.txt', '_CON.txt'],
  ['invoice\u202Efdp.exe', 'invoice_fdp.exe'],
  ['a:b|c?.txt', 'a_b_c_.txt'],
  [`${'x'.repeat(300)}.tar`, `${'x'.repeat(116)}.tar`],
  ['   ', 'none'],
  [null, 'none'],
])('%j is saved as %j', (given, name) => expect(saveName(given, 'none')).toBe(name));

test.each([
  ['text/calendar', 'attachment-1.ics'],
  ['message/rfc822', 'attachment-1.eml'],
  ['Text/Plain', 'attachment-1.txt'],
  ['message/delivery-status', 'attachment-1.txt'],
  ['image/svg+xml', 'attachment-1.svg'],
  ['application/pdf', 'attachment-1.pdf'],
  ['constructor', 'attachment-1.bin'],
  ['x/../y', 'attachment-1.bin'],
])('without a name, %s is saved as %s', (type, name) => expect(namelessName(type, 1)).toBe(name));

test('a hex row keeps its columns to the end', () => {
  expect(hexRow(Uint8Array.from([0x41, 0, 0xff]), 0)).toBe(`000000  ${'41 00 ff'.padEnd(47)}  A··`);
  expect(hexRow(new Uint8Array(20), 1).startsWith('000010  00 00 00 00  ')).toBe(true);
});

describe('the list of messages', () => {
  const view = (id: number, flags: readonly string[] = []): MessageView => ({
    ...{ id, upstream: 'eng', at: 0, from: 'a', to: ['b'], subject: 's', size: 1, session: null },
    ...{ places: [{ owner: '', folder: 'INBOX', uid: id, flags }], pinned: false, attachments: false },
  });
  const ids = (list: readonly MessageView[]) => list.map(({ id }) => id);

  test('new mail goes on top, once', () => {
    const box = { ...emptyMailbox, loaded: true, messages: [view(3), view(1)], matching: 2, total: 2 };
    const more = withNew(box, [view(4), view(3), view(5)]);
    expect([ids(more.messages), more.matching, more.total]).toEqual([[5, 4, 3, 1], 4, 4]);
    expect(withNew(box, [view(3)])).toBe(box);
  });

  test('a page continues below, whatever came on top meanwhile', () => {
    const page: MessagePage = {
      ...{ messages: [view(3), view(2)], matching: 9, total: 9, problem: null },
      kept: { messages: 9, bytes: 9, pinned: 0, maxMessages: 10, maxBytes: 10 },
    };
    expect(ids(withMore({ ...emptyMailbox, messages: [view(9), view(3)] }, page).messages)).toEqual([9, 3, 2]);
  });

  test('a mailbox is asked for with its upstream; a search is left to the lab', () => {
    expect(pageOf({ upstream: 'eng', owner: '', search: 'x' }, 7, 5)).toEqual({
      ...{ upstream: 'eng', owner: '', search: 'x', before: 7, limit: 5 },
    });
    expect(pageOf({ upstream: null, owner: 'joe', search: '' }, null, 5)).toEqual({ search: '', limit: 5 });
    expect(mustAsk({ upstream: 'eng', owner: null, search: '' })).toBe(false);
    expect(mustAsk({ upstream: 'eng', owner: '', search: '' })).toBe(true);
  });

  test('unread is what lies in a mailbox and nobody has seen', () => {
    expect(isUnread(view(1))).toBe(true);
    expect(isUnread(view(1, ['\\Seen']))).toBe(false);
    expect(isUnread({ ...view(1), places: [] })).toBe(false);
  });
});
