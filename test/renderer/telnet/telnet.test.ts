import { describe, expect, test } from 'vitest';
import { noPast, recall, remember } from '../../../renderer/telnet/past.ts';
import { linesOf, suggest } from '../../../renderer/telnet/suggest.ts';

const material = { from: 'dev@test.com', to: ['user@eng.abc.com', 'user@hr.abc.com'] };
const next = (...said: string[]) => suggest(linesOf(`${said.join('\r\n')}\r\n`, 'smtp'), 'smtp', material);

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

test('lines are told apart by their form, and a half line counts', () => {
  expect(linesOf('220 hi\r\nHELO me\r\n250-a\r\n250 b\r\nMAI', 'smtp').map((one) => one.from)).toEqual([
    'server',
    'client',
    'server',
    'server',
    'client',
  ]);
  expect(linesOf('* OK hi\r\na1 LOGOUT\r\n* BYE\r\na1 OK done\r\n', 'imap').map((one) => one.from)).toEqual([
    'server',
    'client',
    'server',
    'server',
  ]);
  expect(linesOf('', 'smtp')).toEqual([]);
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
});
