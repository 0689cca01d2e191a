/** The sample connection of RFC 3501 8, with a message that has what its answers tell. */
import { expect, test } from 'vitest';
import { FakeMailbox } from '../../../fakes/mailbox.ts';
import { connect } from './talk.ts';

const fields = [
  'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
  'From: Terry Gray <gray@cac.washington.edu>',
  'Subject: IMAP4rev1 WG mtg summary and minutes',
  'To: imap@cac.washington.edu',
  'cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>',
  'Message-Id: <B27397-0100000@cac.washington.edu>',
  'MIME-Version: 1.0',
  'Content-Type: TEXT/PLAIN; CHARSET=US-ASCII',
];
const row = `${'x'.repeat(31)}\r\n`;
const body = `${row.repeat(91)}${'y'.repeat(3028 - 91 * row.length - 2)}\r\n`;
const shown = `${fields.join('\r\n')}\r\n\r\n`;
const sizeOfRest = 4286 - body.length - shown.length;
const received = `Received: ${'z'.repeat(sizeOfRest - 'Received: \r\n'.length)}\r\n`;
const minutes = received + shown + body;
const at = Date.parse('1996-07-17T02:44:25-07:00');

test('the sample connection of RFC 3501', () => {
  const other = { raw: 'Subject: x\r\n\r\nx\r\n', flags: ['\\Seen'] };
  const mailbox = new FakeMailbox([
    ...Array.from({ length: 11 }, () => other),
    { raw: minutes, flags: ['\\Seen'], at },
    ...Array.from({ length: 6 }, () => other),
  ]);
  const { greeting, say, read, talk } = connect({ mailbox });
  expect(greeting).toMatch(/^\* OK /);
  expect(say('a001 login mrc secret').at(-1)).toMatch(/^a001 OK /);
  const opened = say('a002 select inbox');
  expect(opened).toEqual(
    expect.arrayContaining(['* 18 EXISTS', '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)']),
  );
  expect(opened.at(-1)).toMatch(/^a002 OK \[READ-WRITE\] /);

  const gray = '(("Terry Gray" NIL "gray" "cac.washington.edu"))';
  expect(say('a003 fetch 12 full')).toEqual([
    '* 12 FETCH (FLAGS (\\Seen \\Recent) INTERNALDATE "17-Jul-1996 09:44:25 +0000" RFC822.SIZE 4286 ENVELOPE ' +
      `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ${gray} ${gray} ${gray} ` +
      '((NIL NIL "imap" "cac.washington.edu")) ' +
      '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL ' +
      '"<B27397-0100000@cac.washington.edu>") BODY ("text" "plain" ("charset" "US-ASCII") NIL NIL "7bit" 3028 92))',
    'a003 OK FETCH done',
  ]);

  const [header] = read('a004 fetch 12 body[header]');
  expect(header).toMatchObject({ type: 'fetch', number: 12 });
  expect(header?.type === 'fetch' && header.items.get('BODY[HEADER]')).toBe(received + shown);
  expect(say('a005 store 12 +flags \\deleted')).toEqual([
    '* 12 FETCH (FLAGS (\\Seen \\Deleted \\Recent))',
    'a005 OK STORE done',
  ]);
  expect(say('a006 logout')).toEqual(['* BYE Logging out', 'a006 OK Bye']);
  expect(talk.closed).toBe(true);
});
