import { describe, expect, test } from 'vitest';
import { type About, type Breakpoint, fitsOf, type Piece, wordOf } from '../../../shared/journal/breakpoint.ts';
import type { Gate } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';

const about: About = {
  id: 7,
  protocol: 'smtp',
  place: 'command',
  user: 'fred',
  from: 'ann@eng.abc.com',
  to: ['bob@hr.abc.com'],
  rule: 'engineering',
};
const piece = (text: string, more: Partial<Piece> = {}): Piece => ({
  leg: 'client',
  kind: 'line',
  text,
  secret: [],
  whys: ['smtp.mail'],
  addresses: [],
  ...more,
});

describe('a breakpoint', () => {
  const mail = piece('MAIL FROM:<ann@eng.abc.com>\r\n');
  test.each<[Breakpoint, boolean]>([
    [{}, true],
    [{ gate: 'C>P' }, true],
    [{ gate: 'P>C' }, false],
    [{ session: 7 }, true],
    [{ session: 8 }, false],
    [{ protocol: 'smtp' }, true],
    [{ protocol: 'imap' }, false],
    [{ word: 'mail' }, true],
    [{ word: 'M*' }, true],
    [{ word: 'MAI' }, false],
    [{ address: '*@ENG.abc.com' }, true],
    [{ address: 'bob@hr.abc.com' }, true],
    [{ address: 'fred' }, true],
    [{ address: '*@test.com' }, false],
    [{ rule: 'eng*' }, true],
    [{ rule: 'hr' }, false],
    [{ place: 'command' }, true],
    [{ place: 'relay' }, false],
    [{ why: 'smtp.mail' }, true],
    [{ why: 'smtp.*' }, true],
    [{ why: 'smtp.rcpt' }, false],
    [{ word: 'mail', place: 'relay' }, false],
  ])('%j holds a MAIL: %s', (breakpoint, expected) => {
    expect(fitsOf(breakpoint)('C>P', mail, about)).toBe(expected);
  });

  test('sees the address of the very line, and the rule of the very answer', () => {
    expect(fitsOf({ address: 'new@test.com' })('C>P', piece('RCPT TO:<New@test.com> NOTIFY=NEVER\r\n'), about)).toBe(
      true,
    );
    const login = piece('1 LOGIN joe secret\r\n', { addresses: ['joe', null, undefined] });
    expect(fitsOf({ address: 'joe' })('C>P', login, about)).toBe(true);
    const answer = piece('Auth-Status: OK\r\n\r\n', { kind: 'answer', rule: 'hr' });
    expect(fitsOf({ rule: 'hr' })('A>P', answer, about)).toBe(true);
    expect(fitsOf({ rule: 'engineering' })('A>P', answer, about)).toBe(false);
  });

  test('does not read addresses out of a content', () => {
    const content = piece('RCPT TO:<x@y.z>\r\n', { kind: 'data' });
    expect(fitsOf({ address: 'x@y.z' })('C>P', content, about)).toBe(false);
  });
});

describe('the word of', () => {
  test.each<[Gate, Piece['kind'], Protocol, string, string]>([
    ['C>P', 'line', 'smtp', 'rcpt to:<a>\r\n', 'RCPT'],
    ['P>U', 'line', 'smtp', 'EHLO x\r\n', 'EHLO'],
    ['P>C', 'line', 'smtp', '250-a\r\n250 b\r\n', '250'],
    ['U>P', 'line', 'smtp', '354\r\n', '354'],
    ['U>P', 'line', 'smtp', 'rubbish here\r\n', 'rubbish'],
    ['C>P', 'line', 'imap', 'a1 login x y\r\n', 'LOGIN'],
    ['C>P', 'line', 'imap', 'DONE\r\n', 'DONE'],
    ['U>P', 'line', 'imap', 'a1 NO [X] no\r\n', 'NO'],
    ['U>P', 'line', 'imap', '* 3 EXISTS\r\n', 'EXISTS'],
    ['P>C', 'line', 'imap', '* BYE\r\n', 'BYE'],
    ['P>C', 'line', 'imap', '+ OK\r\n', '+'],
    ['C>P', 'line', 'pop3', 'stat\r\n', 'STAT'],
    ['U>P', 'line', 'pop3', '-ERR no\r\n', '-ERR'],
    ['P>A', 'request', 'smtp', 'GET / HTTP/1.0\r\n\r\n', 'GET'],
    ['A>P', 'answer', 'smtp', 'HTTP/1.0 200 OK\r\nauth-status: WAIT\r\n\r\n', 'WAIT'],
    ['A>P', 'answer', 'smtp', '', ''],
    ['C>P', 'data', 'smtp', 'Subject: x\r\n', ''],
    ['C>P', 'line', 'smtp', '\r\n', ''],
  ])('%s %s %s %j is %j', (gate, kind, protocol, text, expected) => {
    expect(wordOf(gate, { kind, text }, protocol)).toBe(expected);
  });
});
