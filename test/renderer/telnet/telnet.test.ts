import { describe, expect, test } from 'vitest';
import { addSaid, type Said } from '../../../renderer/store/said.ts';
import { bytesOfLine, readable } from '../../../renderer/telnet/bytes.ts';
import { isSecret, keepLine, noPast, readPast, recall, remember } from '../../../renderer/telnet/past.ts';
import { agreedToTls, awaitsReply, linesOf, suggest } from '../../../renderer/telnet/suggest.ts';

const material = { from: 'dev@test.com', to: ['user@eng.abc.com', 'user@hr.abc.com'], secure: false };

/** Lines of a conversation; those of the client begin with `> `, a handshake is `-`. */
function talk(...lines: string[]) {
  return linesOf(
    lines.reduce<readonly Said[]>((said, line) => {
      if (line === '-') return addSaid(said, 'note', '');
      const from = line.startsWith('> ') ? 'client' : 'server';
      return addSaid(said, from, `${line.replace(/^> /, '')}\r\n`);
    }, []),
  );
}

const isReply = /^\d{3}([ -]|$)/;
const next = (...said: string[]) =>
  suggest(talk(...said.map((line) => (isReply.test(line) ? line : `> ${line}`))), 'smtp', material);
const nextImap = (...said: string[]) => suggest(talk(...said), 'imap', material);
const nextPop3 = (...said: string[]) => suggest(talk(...said), 'pop3', material);

describe('suggest', () => {
  test('follows the tutorial from the greeting to QUIT', () => {
    const said = ['220 mail.test.com ESMTP ready'];
    expect(next(...said)).toEqual(['HELO laptop', 'EHLO laptop']);
    said.push('HELO laptop', '250 mail.test.com');
    expect(next(...said)).toEqual(['MAIL FROM:<dev@test.com>', 'QUIT']);
    said.push('MAIL FROM:<dev@test.com>', '250 2.0.0 OK');
    expect(next(...said)).toEqual(['RCPT TO:<user@eng.abc.com>', 'RCPT TO:<user@hr.abc.com>', 'RSET']);
    said.push('RCPT TO:<user@eng.abc.com>', '250 Accepted');
    expect(next(...said)[0]).toBe('DATA');
    said.push('DATA', '354 go on');
    expect(next(...said)).toEqual(['Subject: hello', '', 'Hi there', '.']);
    said.push('Subject: hello', '');
    expect(next(...said)).toContain('.');
    said.push('.', '250 queued');
    expect(next(...said)).toEqual(['MAIL FROM:<dev@test.com>', 'QUIT']);
    said.push('QUIT', '221 bye');
    expect(next(...said)).toEqual([]);
  });

  test('a refused command did not happen', () => {
    expect(next('220 x', 'HELO', '501 5.5.4 Invalid argument')).toEqual(['HELO laptop', 'EHLO laptop']);
    expect(next('220 x', 'ehlo me', '250-x', '250 SIZE', 'mail from:<a@b>', '503 no')).toContain('QUIT');
  });

  test('RSET forgets sender and recipients', () => {
    const said = ['220 x', 'HELO me', '250 x', 'MAIL FROM:<a@b>', '250 ok', 'RCPT TO:<c@d>', '250 ok'];
    expect(next(...said, 'RSET', '250 ok')).toEqual(['MAIL FROM:<dev@test.com>', 'QUIT']);
  });
});

describe('suggestions for IMAP', () => {
  const greeting = '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready';
  test('follow from the greeting to a message, with tags that count up', () => {
    expect(nextImap()).toEqual([]);
    expect(nextImap('* OK hi')).toEqual(['a1 CAPABILITY', 'a1 LOGIN user password', 'a1 LOGOUT']);
    expect(nextImap(greeting)).toContain('a1 STARTTLS');
    const said = ['* OK hi', '> a1 LOGIN u p', 'a1 OK done'];
    expect(nextImap(...said)[0]).toBe('a2 LIST "" "*"');
    said.push('> a2 SELECT INBOX', '* 3 EXISTS', 'a2 OK [READ-WRITE] done');
    expect(nextImap(...said)).toContain('a3 FETCH 1 BODY.PEEK[]');
    expect(nextImap(...said, '> a3 LOGOUT', '* BYE')).toEqual([]);
  });

  test('a refused login did not happen, and a literal is no command', () => {
    expect(nextImap('* OK hi', '> a1 LOGIN u p', 'a1 NO no')).toContain('a2 LOGIN user password');
    const literal = ['* OK hi', '> a1 LOGIN {1}', '+ go', '> u {1}', '+ go', '> p', 'a1 OK in'];
    expect(nextImap(...literal)[0]).toBe('a2 LIST "" "*"');
    expect(nextImap('* OK hi', '> a1 LOGIN {1}', '+ go')).toEqual([]);
  });
});

test('suggestions for POP3 follow from the greeting to a message', () => {
  expect(nextPop3('+OK hi')).toEqual(['CAPA', 'USER user', 'QUIT']);
  expect(nextPop3('+OK hi', '> CAPA', '+OK list', 'STLS', '.')).toContain('STLS');
  expect(nextPop3('+OK hi', '> USER ann', '+OK')).toEqual(['PASS password', 'QUIT']);
  expect(nextPop3('+OK hi', '> USER ann', '+OK', '> PASS x', '-ERR no')).toContain('PASS password');
  expect(nextPop3('+OK hi', '> USER ann', '+OK', '> PASS x', '+OK in')).toContain('RETR 1');
  expect(nextPop3('+OK hi', '> QUIT', '+OK bye')).toEqual([]);
});

test('after a handshake the greeting is wanted again, and TLS no more', () => {
  const said = ['220 x', '> EHLO me', '250-x', '250 STARTTLS', '> STARTTLS', '220 go'];
  expect(suggest(talk(...said), 'smtp', material)).toEqual([]);
  expect(agreedToTls(talk(...said), 'smtp')).toBe(true);
  expect(agreedToTls(talk(...said, '-'), 'smtp')).toBe(false);
  const secure = { ...material, secure: true };
  expect(suggest(talk(...said, '-'), 'smtp', secure)).toEqual(['HELO laptop', 'EHLO laptop']);
  expect(suggest(talk(...said, '-', '> EHLO me', '250-x', '250 STARTTLS'), 'smtp', secure)).not.toContain('STARTTLS');
  expect(agreedToTls(talk('* OK', '> a1 STARTTLS', 'a1 OK go'), 'imap')).toBe(true);
  expect(agreedToTls(talk('* OK', '> a1 STARTTLS', 'a1 BAD no'), 'imap')).toBe(false);
  expect(agreedToTls(talk('+OK', '> STLS', '+OK go'), 'pop3')).toBe(true);
});

test('who said a line is known, whatever it looks like, and a half line counts', () => {
  const said = [
    { from: 'server', text: '220 hi\r\n' },
    { from: 'client', text: '250 I am the client\r\n' },
    { from: 'server', text: 'half' },
  ] as const;
  expect(linesOf(said)).toEqual([
    { text: '220 hi', from: 'server' },
    { text: '250 I am the client', from: 'client' },
    { text: 'half', from: 'server' },
  ]);
  expect(linesOf([])).toEqual([]);
});

test('what is kept of a conversation has an end, and the newest stays', () => {
  let said = addSaid([], 'client', 'x'.repeat(150_000));
  said = addSaid(said, 'server', 'y'.repeat(100_000));
  expect(said.map(({ from, text }) => [from, text.length])).toEqual([
    ['client', 100_000],
    ['server', 100_000],
  ]);
  expect(addSaid(said, 'server', 'z'.repeat(300_000)).map(({ text }) => text.length)).toEqual([200_000]);
  expect(addSaid([{ from: 'server', text: '22' }], 'server', '0 hi')).toEqual([{ from: 'server', text: '220 hi' }]);
});

describe('pasted lines wait for', () => {
  test.each<[string, 'smtp' | 'imap' | 'pop3', string[], boolean]>([
    ['the greeting', 'smtp', [], true],
    ['nothing after it', 'smtp', ['220 x'], false],
    ['the reply', 'smtp', ['220 x', '> HELO me'], true],
    ['the reply’s last line', 'smtp', ['220 x', '> EHLO me', '250-x'], true],
    ['nothing then', 'smtp', ['220 x', '> EHLO me', '250-x', '250 y'], false],
    ['nothing within a message', 'smtp', ['> DATA', '354 go', '> Subject: x', '> '], false],
    ['the reply to its end', 'smtp', ['> DATA', '354 go', '> x', '> .'], true],
    ['the tagged line', 'imap', ['* OK', '> a1 LIST "" *', '* LIST () "/" INBOX'], true],
    ['nothing after it, in IMAP', 'imap', ['* OK', '> a1 NOOP', 'a1 OK'], false],
    ['a continuation only', 'imap', ['* OK', '> a1 LOGIN {1}', '+ go'], false],
    ['the dot', 'pop3', ['+OK', '> LIST', '+OK 2', '1 10'], true],
    ['nothing after the dot', 'pop3', ['+OK', '> LIST', '+OK 2', '1 10', '.'], false],
    ['one line of POP3', 'pop3', ['+OK', '> STAT', '+OK 2 10'], false],
    ['no list that was refused', 'pop3', ['+OK', '> RETR 9', '-ERR no'], false],
    ['nothing after a handshake', 'imap', ['> a1 STARTTLS', 'a1 OK', '-'], false],
  ])('%s', (_, protocol, lines, waits) => {
    expect(awaitsReply(talk(...lines), protocol)).toBe(waits);
  });
});

test('typed text goes out as UTF-8, escapes as bytes only where they are wanted', () => {
  expect(bytesOfLine('Grüße', false)).toBe('Gr\xc3\xbc\xc3\x9fe');
  expect(bytesOfLine('a\\x00', false)).toBe('a\\x00');
  expect(bytesOfLine('a\\x00\\xFFü\\r\\n\\t\\\\x41\\q', true)).toBe('a\x00\xff\xc3\xbc\r\n\t\\x41\\q');
});

test('bytes that are no text are shown as what they are', () => {
  expect(readable('Gr\xc3\xbc\xc3\x9fe')).toBe('Grüße');
  expect(readable('\xff\x00a\x1b[31m')).toBe('\\xff\\x00a\\x1b[31m');
  expect(readable('\xe2\x80\xaeabc')).toBe('‹U+202E›abc');
});

describe('the past', () => {
  const past = ['HELO me', 'MAIL', 'MAIL', ''].reduce(remember, noPast);

  test('keeps a line once, and no empty ones', () => {
    expect(past.lines).toEqual(['HELO me', 'MAIL']);
  });

  test('goes back and forth, and gives the line being typed back', () => {
    const one = recall(past, -1, 'RC');
    expect(one?.line).toBe('MAIL');
    const two = one && recall(one.past, -1, one.line);
    expect(two?.line).toBe('HELO me');
    expect(two && recall(two.past, -1, two.line)).toBeNull();
    const again = two && recall(two.past, 1, two.line);
    expect(again?.line).toBe('MAIL');
    const end = again && recall(again.past, 1, again.line);
    expect(end?.line).toBe('RC');
    expect(end && recall(end.past, 1, end.line)).toBeNull();
  });

  test('is kept for the next start, per protocol, without what may be a password', () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
    keepLine(storage, 'smtp', 'HELO me');
    keepLine(storage, 'smtp', 'HELO me');
    keepLine(storage, 'imap', 'a1 NOOP');
    expect(readPast(storage, 'smtp')).toEqual({ lines: ['HELO me'], at: 1, draft: '' });
    expect(readPast(storage, 'pop3')).toEqual(noPast);
    kept.set('mail-lab.telnet.pop3', '{broken');
    expect(readPast(storage, 'pop3')).toEqual(noPast);
  });

  test.each<[string, 'smtp' | 'imap' | 'pop3', string, boolean]>([
    ['AUTH PLAIN AGEAYg==', 'smtp', '250 x', true],
    ['AUTH LOGIN', 'smtp', '250 x', false],
    ['cGFzcw==', 'smtp', '334 UGFzc3dvcmQ6', true],
    ['MAIL FROM:<a@b>', 'smtp', '250 x', false],
    ['a1 LOGIN ann secret', 'imap', '* OK', true],
    ['secret', 'imap', '+ go', true],
    ['a1 SELECT INBOX', 'imap', '* OK', false],
    ['PASS secret', 'pop3', '+OK', true],
    ['USER ann', 'pop3', '+OK', false],
  ])('%s may be a password: %s after %s', (line, protocol, before, secret) => {
    expect(isSecret(line, protocol, before)).toBe(secret);
  });
});
