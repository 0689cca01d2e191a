import { describe, expect, test } from 'vitest';
import {
  APPEND_MAX,
  FETCH_ITEMS_MAX,
  KEYWORDS_MAX,
  LINE_MAX,
  LITERAL_MAX,
  NAME_MAX,
  PIECES_MAX,
  SEARCH_DEPTH_MAX,
  SEARCH_KEYS_MAX,
  SEARCH_TEXTS_MAX,
} from '../../../../shared/upstream/imap/limits.ts';
import { decodeName, encodeName } from '../../../../shared/upstream/imap/utf7.ts';
import { FakeMailbox } from '../../../fakes/mailbox.ts';
import { connect, select } from './talk.ts';

const mail = (subject: string, more = ''): string =>
  `From: ann@example.com\r\nSubject: ${subject}\r\n${more}\r\nbody of ${subject}\r\n`;

describe('logins', () => {
  const account = (user: string, password: string) => ({
    login: (name: string, proof: { how: string; password?: string }) =>
      name === user && proof.how === 'plain' && proof.password === password ? user : null,
  });

  test('LOGIN with atoms, quotes and literals', () => {
    const begin = account('ann', 'a "b" c');
    expect(connect(begin).say('a LOGIN ann "a \\"b\\" c"').at(-1)).toMatch(/^a OK \[CAPABILITY IMAP4rev1 /);
    const { talk } = connect(begin);
    expect(talk.send('a LOGIN {3}\r\n')).toBe('+ Send the literal\r\n');
    expect(talk.send('ann {7}\r\n')).toBe('+ Send the literal\r\n');
    expect(talk.send('a "b" c\r\n')).toMatch(/^a OK /);
    expect(connect(begin).talk.send('a LOGIN {3+}\r\nann {7+}\r\na "b" c\r\n')).toMatch(/^a OK /);
    expect(connect(begin).say('a LOGIN ann wrong')).toEqual([
      'a NO [AUTHENTICATIONFAILED] Unknown user or wrong password',
    ]);
  });

  test('AUTHENTICATE PLAIN, prompted and at once', () => {
    const proof = Buffer.from('\0ann\0pw').toString('base64');
    const prompted = connect(account('ann', 'pw'));
    expect(prompted.talk.send('a AUTHENTICATE PLAIN\r\n')).toBe('+ \r\n');
    expect(prompted.say(proof).at(-1)).toMatch(/^a OK /);
    expect(connect(account('ann', 'pw')).say(`a authenticate plain ${proof}`).at(-1)).toMatch(/^a OK /);
    const cancelled = connect();
    cancelled.talk.send('a AUTHENTICATE PLAIN\r\n');
    expect(cancelled.say('*')).toEqual(['a BAD Authentication cancelled']);
    expect(connect().say('a AUTHENTICATE PLAIN =')[0]).toMatch(/^a BAD The proof/);
    expect(connect().say('a AUTHENTICATE CRAM-MD5')[0]).toMatch(/^a NO CRAM-MD5 is not offered/);
  });

  test('LOGINDISABLED, PREAUTH, own and hidden capabilities', () => {
    const disabled = connect({ imap: { loginDisabled: true } });
    expect(disabled.greeting).toContain('LOGINDISABLED');
    expect(disabled.greeting).not.toContain('AUTH=PLAIN');
    expect(disabled.say('a LOGIN ann pw')[0]).toMatch(/^a NO \[PRIVACYREQUIRED\]/);
    expect(disabled.say('a AUTHENTICATE PLAIN')[0]).toMatch(/^a NO \[PRIVACYREQUIRED\]/);
    expect(connect({ imap: { loginDisabled: true }, secure: true }).say('a LOGIN ann pw')[0]).toMatch(/^a OK/);

    const preauth = connect({ imap: { preauth: 'ann' } });
    expect(preauth.greeting).toMatch(/^\* PREAUTH /);
    expect(preauth.say('a LOGIN ann pw')).toEqual(['a BAD Logged in already']);
    expect(preauth.say('a SELECT INBOX').at(-1)).toMatch(/^a OK/);

    const offer = connect({ imap: { extra: ['X-LAB'], hide: ['idle', 'literal+'] } }).say('a CAPABILITY');
    expect(offer[0]).toMatch(/ X-LAB$/);
    expect(offer[0]).not.toMatch(/IDLE|LITERAL/);
  });

  test('STARTTLS forgets what was said before it', () => {
    const session = connect({ play: { starttls: true } });
    expect(session.greeting).toContain('STARTTLS');
    expect(session.say('a STARTTLS')).toEqual(['a OK Begin TLS now']);
    expect(session.say('b CAPABILITY')[0]).not.toContain('STARTTLS');
    expect(session.say('c STARTTLS')).toEqual(['c BAD TLS is already on']);
    expect(connect().say('a STARTTLS')).toEqual(['a BAD STARTTLS is not offered here']);
  });
});

describe('what is out of place', () => {
  test.each([
    ['x', 'x BAD The command is missing'],
    ['', '* BAD A command begins with a tag'],
    ['+ x', '* BAD A command begins with a tag'],
    ['x FOO', 'x BAD Unknown command FOO'],
    ['x UID FOO', 'x BAD Unknown command UID FOO'],
    ['x UID NOOP', 'x BAD Unknown command UID NOOP'],
    ['x SELECT INBOX', 'x BAD Log in first'],
    ['x NOOP x', 'x BAD Unexpected arguments at:  x'],
    ['x LOGIN a', 'x BAD Expected a space at the end'],
  ])('before the login: %s', (line, answer) => {
    expect(connect().say(line)).toEqual([answer]);
  });

  test.each([
    ['x FETCH 1 FLAGS', 'x BAD No mailbox is selected'],
    ['x STARTTLS', 'x BAD Logged in already'],
    ['x LIST "" &', /^x NO \[CANNOT\] /],
    ['x SELECT nowhere', 'x NO [NONEXISTENT] There is no such mailbox'],
    ['x STATUS INBOX (SIZE)', /^x BAD SIZE is no status item/],
  ])('behind it: %s', (line, answer) => {
    const session = connect();
    session.say('l LOGIN a b');
    expect(session.say(line)[0]).toMatch(
      answer instanceof RegExp ? answer : new RegExp(`^${answer.replace(/[[\]]/g, '\\$&')}$`),
    );
  });

  test.each([
    ['FETCH 2 FLAGS', /^x BAD The last message has number 1$/],
    ['FETCH 0 FLAGS', /^x BAD 0 is no message number/],
    ['FETCH 1:2:3 FLAGS', /^x BAD /],
    ['FETCH 4294967296 FLAGS', /^x BAD 4294967296 is too large/],
    ['FETCH 1 (FLAGS', /^x BAD Expected "\)" at the end/],
    ['FETCH 1 (ALL)', /^x BAD ALL cannot be fetched/],
    ['FETCH 1 BODY[MIME]', /^x BAD MIME needs a part number/],
    ['FETCH 1 BODY[1.]', /^x BAD Expected a part number/],
    ['FETCH 1 BODY[0]', /^x BAD /],
    ['FETCH 1 BODY[]<1.0>', /^x BAD Expected at least one byte/],
    ['STORE 1 FLAGS \\Recent', /^x BAD \\Recent is no flag that a client may set/],
    ['SEARCH', /^x BAD /],
    ['SEARCH SINCE 31-Feb-2020', /^x BAD 31-Feb-2020 is no date/],
    ['SEARCH CHARSET KOI8-R ALL', /^x NO \[BADCHARSET \(US-ASCII UTF-8\)\]/],
    ['SEARCH FROBNICATE', /^x BAD FROBNICATE is no search key/],
  ])('selected: %s', (line, answer) => {
    expect(select(new FakeMailbox([mail('a')])).say(`x ${line}`)[0]).toMatch(answer);
  });

  test('a mailbox opened with EXAMINE cannot be changed', () => {
    const { say, mailbox } = select(new FakeMailbox([mail('a')]), 'EXAMINE');
    for (const line of ['STORE 1 FLAGS \\Seen', 'EXPUNGE', 'MOVE 1 INBOX'])
      expect(say(`x ${line}`)[0]).toMatch(/^x NO \[READ-ONLY\]/);
    say('x FETCH 1 BODY[]');
    expect(say('x FETCH 1 FLAGS')[0]).not.toContain('Seen');
    expect(say('x CLOSE')).toEqual(['x OK CLOSE done']);
    expect(mailbox.raws()).toHaveLength(1);
  });
});

describe('limits', () => {
  const long = (length: number) => `x LOGIN a ${'b'.repeat(length)}`;

  test('of a line: answered with its tag, and the next command is heard', () => {
    const { talk, say } = connect();
    expect(talk.send(long(LINE_MAX))).toBe(`x BAD The line is longer than ${LINE_MAX} bytes\r\n`);
    expect(talk.send('b'.repeat(3 * LINE_MAX))).toBe('');
    expect(say('')).toEqual([]);
    expect(say('y NOOP')).toEqual(['y OK Done']);
  });

  test('of literals, announced and unasked', () => {
    expect(connect().say(`x LOGIN {${LITERAL_MAX + 1}}`)).toEqual([
      `x BAD The literal is longer than ${LITERAL_MAX} bytes`,
    ]);
    const unasked = connect();
    expect(unasked.say(`x LOGIN {${LITERAL_MAX + 1}+}`)).toEqual([
      `x BAD The literal is longer than ${LITERAL_MAX} bytes`,
      '* BYE A literal came that is too large',
    ]);
    expect(unasked.talk.closed).toBe(true);
    const session = connect();
    session.say('l LOGIN a b');
    expect(session.say(`x APPEND INBOX {${APPEND_MAX + 1}}`)).toEqual([
      `x NO [TOOBIG] The message is larger than ${APPEND_MAX} bytes`,
    ]);
    expect(session.talk.send(`x APPEND INBOX {${APPEND_MAX}}\r\n`)).toBe('+ Send the literal\r\n');
    expect(connect().say('x APPEND INBOX {10}')).toEqual(['x BAD Log in first']);
    const named = connect();
    named.say('l LOGIN a b');
    expect(named.say(`x APPEND {${LITERAL_MAX + 1}}`)[0]).toMatch(/^x BAD The literal is longer/);
    expect(connect().talk.send('x FOO {3+}\r\nabc\r\ny NOOP\r\n')).toBe('x BAD Unknown command FOO\r\ny OK Done\r\n');
    expect(connect().talk.send(`x LOGIN ${'{0+}\r\n'.repeat(PIECES_MAX + 2)}`)).toContain('x BAD A command has');
  });

  test('of names, keywords, keys and items', () => {
    const session = select(new FakeMailbox([mail('a')]));
    const { say } = session;
    expect(say(`x CREATE ${'a'.repeat(NAME_MAX + 1)}`)[0]).toMatch(/^x NO \[CANNOT\]/);
    expect(say(`x LIST "" ${'%*'.repeat(NAME_MAX)}`)[0]).toMatch(/^x NO \[CANNOT\]/);
    const words = Array.from({ length: KEYWORDS_MAX + 1 }, (_, n) => `k${n}`);
    expect(say(`x STORE 1 FLAGS (${words.join(' ')})`)[0]).toMatch(/^x NO \[LIMIT\]/);
    expect(say(`x SEARCH ${'NOT '.repeat(SEARCH_DEPTH_MAX + 1)}ALL`)[0]).toMatch(/^x BAD Keys are nested/);
    expect(say(`x SEARCH ${'('.repeat(SEARCH_DEPTH_MAX + 2)}`)[0]).toMatch(/^x BAD Keys are nested/);
    expect(say(`x SEARCH${' ALL'.repeat(SEARCH_KEYS_MAX + 1)}`)[0]).toMatch(/^x BAD More than/);
    expect(say(`x SEARCH${' TEXT a'.repeat(SEARCH_TEXTS_MAX + 1)}`)[0]).toMatch(/^x BAD More than/);
    expect(say(`x FETCH 1 (${'FLAGS '.repeat(FETCH_ITEMS_MAX)}UID)`)[0]).toMatch(/^x BAD More than/);
  });
});

describe('mailboxes', () => {
  const with_ = (...names: string[]) => {
    const session = connect();
    session.say('l LOGIN a b');
    for (const name of names) session.say(`c CREATE ${name}`);
    const list = (line: string) => session.say(`x ${line}`).slice(0, -1);
    return { ...session, list };
  };

  test('LIST: patterns, levels, the root', () => {
    const { list } = with_('a/b/c', 'a/d', '"x y"');
    expect(list('LIST "" ""')).toEqual(['* LIST (\\Noselect) "/" ""']);
    expect(list('LIST "" %')).toEqual([
      '* LIST (\\HasNoChildren) "/" INBOX',
      '* LIST (\\Noselect \\HasChildren) "/" a',
      '* LIST (\\HasNoChildren) "/" "x y"',
    ]);
    expect(list('LIST "" inb%')).toEqual(['* LIST (\\HasNoChildren) "/" INBOX']);
    expect(list('LIST a/ %')).toEqual([
      '* LIST (\\Noselect \\HasChildren) "/" a/b',
      '* LIST (\\HasNoChildren) "/" a/d',
    ]);
    expect(list('LIST "" a*c')).toEqual(['* LIST (\\HasNoChildren) "/" a/b/c']);
    expect(list('LIST "" nothing')).toEqual([]);
  });

  test('LIST: INBOX has no case above its children either', () => {
    const { list } = with_('InBox/Sent', 'inboxes');
    const child = '* LIST (\\HasNoChildren) "/" INBOX/Sent';
    for (const line of ['LIST "" iNbox/%', 'LIST inbox/ *', 'LIST inbox /Sent'])
      expect(list(line), line).toEqual([child]);
    expect(list('LIST "" Inbox/sent')).toEqual([]);
    expect(list('LIST "" inboxes')).toEqual(['* LIST (\\HasNoChildren) "/" inboxes']);
  });

  test('what a FETCH asks for twice is told once', () => {
    const { say } = select(new FakeMailbox(['Subject: 1\r\n\r\nx\r\n']));
    expect(say('x FETCH 1 (UID FLAGS UID FLAGS)')[0]).toBe('* 1 FETCH (UID 1 FLAGS (\\Recent))');
  });

  test('LSUB tells of subscribed ones, and of levels above them only where % stops there', () => {
    const { list, say } = with_('a/b');
    say('x UNSUBSCRIBE INBOX');
    expect(list('LSUB "" *')).toEqual(['* LSUB (\\HasNoChildren) "/" a/b']);
    expect(list('LSUB "" %')).toEqual(['* LSUB (\\Noselect \\HasChildren) "/" a']);
    say('x SUBSCRIBE inbox');
    expect(list('LSUB "" *')).toHaveLength(2);
    expect(say('x SUBSCRIBE nowhere')).toEqual(['x NO [NONEXISTENT] There is no such mailbox']);
  });

  test('names are modified UTF-7', () => {
    const { list, say } = with_('"Entw&APw-rfe"', '&2D3cjA-');
    expect(list('LIST "" *')).toContain('* LIST (\\HasNoChildren) "/" Entw&APw-rfe');
    expect(decodeName('Entw&APw-rfe &- &2D3cjA-')).toBe('Entwürfe & \u{1f48c}');
    expect(encodeName('~peter/mail/台北/日本語')).toBe('~peter/mail/&U,BTFw-/&ZeVnLIqe-');
    for (const bad of ['&', '&AP', '&APw', 'a\xfcb', '&AGE-', '&2D0-', '&!-']) expect(decodeName(bad)).toBeNull();
    expect(say('x SELECT Entw&APw-rfe').at(-1)).toMatch(/^x OK/);
    expect(say('x DELETE inbox')).toEqual(['x NO [CANNOT] That cannot be done to this mailbox']);
    expect(say('x CREATE INBOX')[0]).toMatch(/^x NO \[ALREADYEXISTS\]/);
    expect(say('x RENAME Entw&APw-rfe new')).toEqual(['x OK RENAME done']);
    expect(list('LIST "" n*')).toEqual(['* LIST (\\HasNoChildren) "/" new']);
  });

  test('STATUS, NAMESPACE, ID, CHECK, UNSELECT, CLOSE', () => {
    const session = select(new FakeMailbox([mail('a'), { raw: mail('b'), flags: ['\\Seen', '\\Deleted'] }]));
    const { say, mailbox } = session;
    expect(say('x STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)')[0]).toBe(
      '* STATUS inbox (MESSAGES 2 RECENT 0 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 1)',
    );
    expect(say('x NAMESPACE')[0]).toBe('* NAMESPACE (("" "/")) NIL NIL');
    expect(say('x ID ("name" "imaplib" "version" NIL)')[0]).toMatch(/^\* ID \("name" /);
    expect(say('x ID NIL').at(-1)).toBe('x OK Done');
    expect(say('x CHECK')).toEqual(['x OK Done']);
    expect(say('x UNSELECT')).toEqual(['x OK UNSELECT done']);
    expect(mailbox.raws()).toHaveLength(2);
    expect(say('x CHECK')).toEqual(['x BAD No mailbox is selected']);
    say('x SELECT INBOX');
    expect(say('x CLOSE')).toEqual(['x OK CLOSE done']);
    expect(mailbox.raws()).toHaveLength(1);
    say('x SELECT INBOX');
    expect(say('x SELECT nowhere').at(-1)).toMatch(/^x NO/);
    expect(say('x CHECK')).toEqual(['x BAD No mailbox is selected']);
  });
});

describe('APPEND', () => {
  test('with flags and a date; it says where the message is', () => {
    const { talk, say, mailbox } = select(new FakeMailbox([mail('a')]));
    const raw = mail('b');
    expect(talk.send(`x APPEND INBOX (\\Seen $k) "17-Jul-1996 02:44:25 -0700" {${raw.length}}\r\n`)).toMatch(/^\+ /);
    const said = talk.send(`${raw}\r\n`);
    expect(said).toContain('* 2 EXISTS\r\n');
    expect(said).toMatch(/x OK \[APPENDUID 7 2\] APPEND done\r\n$/);
    expect(mailbox.raws()[1]).toBe(raw);
    expect(say('x FETCH 2 (FLAGS INTERNALDATE)')[0]).toBe(
      '* 2 FETCH (FLAGS (\\Seen $k \\Recent) INTERNALDATE "17-Jul-1996 09:44:25 +0000")',
    );
  });

  test('to a mailbox that is not there, of nothing, with no literal', () => {
    const { say, talk } = select(new FakeMailbox());
    expect(talk.send('x APPEND nowhere {1+}\r\na\r\n')).toMatch(/^x NO \[TRYCREATE\]/);
    expect(talk.send('x APPEND INBOX {0+}\r\n\r\n')).toMatch(/^x NO \[CANNOT\] The message is empty/);
    expect(say('x APPEND INBOX "message"')[0]).toMatch(/^x BAD Expected a date/);
    expect(talk.send('x APPEND INBOX "31-Feb-2020 00:00:00 +0000" {1+}\r\na\r\n')).toMatch(/^x BAD .* is no date/);
  });

  test('bytes that no literal may hold are shown as others', () => {
    const { talk } = select(new FakeMailbox(['a: b\r\n\r\n\0']));
    expect(talk.send('x FETCH 1 BODY.PEEK[TEXT]\r\n')).toContain('{1}\r\n\x80)');
  });
});

describe('SEARCH', () => {
  const day = Date.parse('2020-02-03T23:59:00Z');
  const mailbox = () =>
    new FakeMailbox([
      {
        raw: mail(
          'Grüße'.replace('ü', '\xc3\xbc').replace('ß', '\xc3\x9f'),
          'Date: Mon, 3 Feb 2020 10:00:00 +0100\r\nTo: Bob <bob@x>\r\n',
        ),
        at: day,
      },
      {
        raw: mail('=?UTF-8?Q?Gr=C3=BC=C3=9Fe?= =?UTF-8?B?IQ==?=', 'Cc: c@x\r\nX-Spam: yes\r\n'),
        flags: ['\\Seen', '\\Deleted', 'work'],
        at: day + 60_000,
      },
      {
        raw: mail('plain', 'Date: 4 Feb 20 10:00:00\r\nBcc: d@x\r\n'),
        flags: ['\\Answered', '\\Flagged', '\\Draft'],
        at: day + 86_400_000,
      },
    ]);

  test.each([
    ['ALL', '1 2 3'],
    ['SEEN', '2'],
    ['UNSEEN', '1 3'],
    ['ANSWERED FLAGGED DRAFT', '3'],
    ['UNANSWERED UNFLAGGED UNDRAFT UNDELETED', '1'],
    ['DELETED', '2'],
    ['NEW', '1 3'],
    ['OLD', ''],
    ['RECENT', '1 2 3'],
    ['KEYWORD WORK', '2'],
    ['UNKEYWORD work', '1 3'],
    ['ON 3-Feb-2020', '1'],
    ['BEFORE 4-Feb-2020', '1'],
    ['SINCE "4-Feb-2020"', '2 3'],
    ['SENTON 3-Feb-2020', '1'],
    ['SENTBEFORE 4-Feb-2020', '1'],
    ['SENTSINCE 4-Feb-2020', '3'],
    ['FROM ANN@', '1 2 3'],
    ['TO bob', '1'],
    ['CC c@x', '2'],
    ['BCC d@x', '3'],
    ['SUBJECT gr', '1 2'],
    ['SUBJECT "e!"', '2'],
    ['HEADER X-Spam ""', '2'],
    ['HEADER x-spam YES', '2'],
    ['BODY "body of plain"', '3'],
    ['BODY subject', ''],
    ['TEXT subject', '1 2 3'],
    ['LARGER 10 SMALLER 1000', '1 2 3'],
    ['LARGER 1000', ''],
    ['2:*', '2 3'],
    ['7', ''],
    ['UID 2:3', '2 3'],
    ['NOT 2', '1 3'],
    ['OR 1 SEEN', '1 2'],
    ['OR (SEEN DELETED) NOT (FROM ann)', '2'],
    ['NOT (TO bob UNSEEN)', '2 3'],
    ['CHARSET US-ASCII SUBJECT plain', '3'],
  ])('%s', (keys, numbers) => {
    const { say } = select(mailbox());
    expect(say(`x SEARCH ${keys}`)).toEqual([`* SEARCH ${numbers}`.trim(), 'x OK SEARCH done']);
  });

  test('texts in UTF-8, as a literal', () => {
    const { talk } = select(mailbox());
    expect(talk.send('x UID SEARCH CHARSET utf-8 SUBJECT {7+}\r\nGR\xc3\x9c\xc3\x9fE\r\n')).toBe(
      '* SEARCH 1 2\r\nx OK SEARCH done\r\n',
    );
  });

  test('only messages that nothing else decides are asked for their headers', () => {
    const { say, mailbox: asked } = select(mailbox());
    say('x SEARCH SEEN FROM ann');
    expect(asked.asked.at(-1)).toEqual({ do: 'headers', folder: 'INBOX', uids: [2] });
  });
});
