/** Sessions that have the same mailbox: who is told of what, and when. */
import { describe, expect, test } from 'vitest';
import { imapMock } from '../../../../shared/upstream/imap/imap.ts';
import { plainPlay } from '../../../../shared/upstream/play.ts';
import { FakeMailbox } from '../../../fakes/mailbox.ts';
import { connect, select } from './talk.ts';

const mails = (count: number) => Array.from({ length: count }, (_, n) => `Subject: ${n + 1}\r\n\r\nx\r\n`);

describe('news', () => {
  test('in IDLE at once: arrivals, flags, expunges', () => {
    const mailbox = new FakeMailbox(mails(3));
    const idle = select(mailbox);
    const other = select(mailbox);
    expect(idle.say('i IDLE')).toEqual(['+ idling']);
    mailbox.deliver('Subject: new\r\n\r\n');
    expect(idle.talk.fresh()).toBe('* 4 EXISTS\r\n* 4 RECENT\r\n');
    other.say('x STORE 2 +FLAGS (\\Deleted $mark)');
    expect(idle.talk.fresh()).toMatch(/^\* FLAGS \(.* \$mark\)\r\n.*\r\n\* 2 FETCH \(UID 2 FLAGS \(\\Deleted \$mark/);
    other.say('x EXPUNGE');
    expect(idle.talk.fresh()).toBe('* 2 EXPUNGE\r\n');
    expect(idle.say('DONE')).toEqual(['i OK IDLE done']);
    expect(idle.say('i IDLE')).toEqual(['+ idling']);
    expect(idle.say('x NOOP')).toEqual(['i BAD Expected DONE']);
  });

  test('no EXPUNGE while sequence numbers are used; then before the reply', () => {
    const mailbox = new FakeMailbox(mails(3));
    const one = select(mailbox);
    const other = select(mailbox);
    other.say('x STORE 1 +FLAGS \\Deleted');
    other.say('x EXPUNGE');
    for (const line of ['FETCH 3 UID', 'SEARCH ALL', 'STORE 3 FLAGS \\Seen'])
      expect(one.say(`x ${line}`).join()).not.toContain('EXPUNGE');
    expect(one.say('x FETCH 3 UID')).toContain('* 3 FETCH (UID 3)');
    expect(one.say('x SEARCH ALL')[0]).toBe('* SEARCH 2 3');
    expect(one.say('x FETCH 1 BODY[]')).toEqual(['x NO [EXPUNGEISSUED] Some of the messages were expunged meanwhile']);
    expect(one.say('x NOOP')).toEqual(['* 1 EXPUNGE', 'x OK Done']);
    expect(one.say('x FETCH 2 UID')).toContain('* 2 FETCH (UID 3)');
  });

  test('UID FETCH may tell of it', () => {
    const mailbox = new FakeMailbox(mails(3));
    const one = select(mailbox);
    mailbox.perform({ do: 'expunge', folder: 'INBOX', uids: [1, 3] });
    expect(one.say('x UID FETCH 2 FLAGS')).toEqual([
      '* 2 FETCH (UID 2 FLAGS (\\Recent))',
      '* 3 EXPUNGE',
      '* 1 EXPUNGE',
      'x OK FETCH done',
    ]);
  });

  test('flags are added to what they are now, not to what they were', () => {
    const mailbox = new FakeMailbox(mails(1));
    const one = select(mailbox);
    const other = select(mailbox);
    other.say('x STORE 1 FLAGS (\\Flagged)');
    expect(one.say('x STORE 1 +FLAGS (\\Seen)')).toContain('* 1 FETCH (FLAGS (\\Flagged \\Seen \\Recent))');
    expect(one.say('x STORE 1 -FLAGS.SILENT (\\Flagged)')).toEqual(['x OK STORE done']);
    expect(other.say('x UID STORE 1 +FLAGS ($a)').at(-2)).toBe('* 1 FETCH (UID 1 FLAGS (\\Seen $a))');
    expect(one.say('x UID STORE 99 FLAGS ()')).not.toContain('FETCH (UID 99');
  });

  test('only the first session that opens it to change it calls a message recent', () => {
    const mailbox = new FakeMailbox(mails(2));
    expect(select(mailbox, 'EXAMINE').say('x FETCH 1 FLAGS')[0]).toContain('\\Recent');
    expect(select(mailbox).say('x FETCH 1 FLAGS')[0]).toContain('\\Recent');
    expect(select(mailbox).say('x FETCH 1 FLAGS')[0]).not.toContain('\\Recent');
  });

  test('a mailbox that is deleted, or is another by its name, becomes an empty one', () => {
    const mailbox = new FakeMailbox();
    const one = connect({ mailbox });
    one.say('l LOGIN a b');
    one.say('c CREATE box');
    mailbox.deliver('a: b\r\n\r\n', 'box');
    one.say('s SELECT box');
    const other = connect({ mailbox });
    other.say('l LOGIN a b');
    other.say('d DELETE box');
    expect(one.say('x NOOP')).toEqual(['* 1 EXPUNGE', 'x OK Done']);
    expect(one.say('x FETCH 1 FLAGS')[0]).toMatch(/^x BAD/);
  });
});

test('a mailbox that is renamed by the session that has it open stays open', () => {
  const { say, mailbox, talk } = connect({ mailbox: new FakeMailbox() });
  for (const line of ['l LOGIN a b', 'c CREATE box', 's SELECT box']) say(line);
  expect(say('x RENAME box crate')).toEqual(['x OK RENAME done']);
  mailbox.deliver('a: b\r\n\r\n', 'crate');
  expect(say('x NOOP')[0]).toBe('* 1 EXISTS');
  expect(talk.state.view?.folder).toBe('crate');
});

test('a large mailbox is read in slices, and only for what is not known', () => {
  const { talk, mailbox } = select(new FakeMailbox(mails(2000)));
  const asked = (line: string) => {
    const from = mailbox.asked.length;
    expect(talk.send(`x ${line}\r\n`)).toMatch(/x OK [A-Z]+ done\r\n$/);
    return mailbox.asked.slice(from);
  };
  expect(asked('UID FETCH 1:* (FLAGS RFC822.SIZE INTERNALDATE)')).toEqual([]);
  expect(asked('SEARCH UNSEEN LARGER 5')).toEqual([]);
  for (const line of ['FETCH 1:* (FLAGS ENVELOPE)', 'SEARCH FROM x']) {
    const slices = asked(line).map((request) => (request.do === 'headers' ? request.uids.length : 0));
    expect(slices.reduce((sum, length) => sum + length, 0)).toBe(2000);
    expect(Math.max(...slices)).toBeLessThanOrEqual(500);
    expect(Math.min(...slices)).toBeGreaterThanOrEqual(250);
  }
});

describe('COPY and MOVE', () => {
  test('COPYUID, TRYCREATE, and into the mailbox that is open', () => {
    const { say } = select(new FakeMailbox(mails(4)));
    expect(say('x COPY 1 box')).toEqual(['x NO [TRYCREATE] There is no such mailbox']);
    say('x CREATE box');
    expect(say('x COPY 2:3,1 box')).toEqual(['x OK [COPYUID 8 1:3 1:3] COPY done']);
    expect(say('x UID COPY 4,9 INBOX')).toEqual(['* 5 EXISTS', '* 5 RECENT', 'x OK [COPYUID 7 4 5] COPY done']);
    expect(say('x UID COPY 99 box')).toEqual(['x OK No messages to copy']);
    expect(say('x MOVE 1,3 box')).toEqual([
      '* OK [COPYUID 8 1,3 4:5] Moved',
      '* 3 EXPUNGE',
      '* 1 EXPUNGE',
      'x OK MOVE done',
    ]);
  });

  test('EXPUNGE of all that is deleted, UID EXPUNGE only of those named', () => {
    const { say, mailbox } = select(new FakeMailbox(mails(4)));
    say('x STORE 1,2,4 +FLAGS.SILENT \\Deleted');
    expect(say('x UID EXPUNGE 2:3')).toEqual(['* 2 EXPUNGE', 'x OK EXPUNGE done']);
    expect(say('x EXPUNGE')).toEqual(['* 3 EXPUNGE', '* 1 EXPUNGE', 'x OK EXPUNGE done']);
    expect(mailbox.raws()).toEqual([mails(4)[2]]);
  });
});

describe('for faults', () => {
  const machine = imapMock({ name: 'mock', play: plainPlay, secure: false });
  const proof = Buffer.from('\0ann\0pw').toString('base64');

  test.each([
    ['a LOGIN ann pw', 'login', 'ann'],
    ['a AUTHENTICATE PLAIN', null, ''],
    [`a AUTHENTICATE PLAIN ${proof}`, 'login', 'ann'],
    ['a CAPABILITY', 'capability', ''],
    ['a STARTTLS', 'starttls', ''],
    ['a lsub "" *', 'list', ''],
    ['a EXAMINE x', 'select', ''],
    ['a UID FETCH 1 FLAGS', 'fetch', ''],
    ['a FETCH rubbish', 'fetch', ''],
    ['a MOVE 1 x', 'copy', ''],
    ['a UID EXPUNGE 1', 'expunge', ''],
    ['a IDLE', 'idle', ''],
    ['a LOGOUT', 'logout', ''],
    ['a NOOP', null, ''],
    ['a WHAT', null, ''],
    ['a LOGIN {3}', null, ''],
  ])('%s is at %s', (line, stage, subject) => {
    const { state } = connect().talk;
    expect(machine.stageOf(state, `${line}\r\n`)).toBe(stage);
    expect(machine.subjectOf(state, `${line}\r\n`)).toBe(subject);
  });

  test('a login in pieces is refused at its last, with its tag, and is over', () => {
    const { talk } = connect();
    talk.send('t1 LOGIN {3}\r\nann {2}\r\npw');
    expect(machine.stageOf(talk.state, '\r\n')).toBe('login');
    expect(machine.subjectOf(talk.state, '\r\n')).toBe('ann');
    expect(machine.refusal(talk.state, '\r\n', 'NO [OVERQUOTA] full')).toBe('t1 NO [OVERQUOTA] full\r\n');
    talk.state = machine.refused?.(talk.state, '\r\n') ?? talk.state;
    expect(talk.send('t2 NOOP\r\n')).toBe('t2 OK Done\r\n');
  });

  test('the answer to a prompt is the login; the greeting has no tag', () => {
    const { talk } = connect();
    talk.send('t1 AUTHENTICATE PLAIN\r\n');
    expect(machine.stageOf(talk.state, `${proof}\r\n`)).toBe('login');
    expect(machine.subjectOf(talk.state, `${proof}\r\n`)).toBe('ann');
    expect(machine.refusal(talk.state, `${proof}\r\n`, 'NO x')).toBe('t1 NO x\r\n');
    expect(machine.refusal(machine.initial, '', 'BYE busy')).toBe('* BYE busy\r\n');
    talk.send(`${proof}\r\n`);
    expect(machine.subjectOf(talk.state, 'a SELECT INBOX\r\n')).toBe('ann');
  });
});
