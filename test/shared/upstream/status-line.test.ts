import { describe, expect, it } from 'vitest';
import { withStatusLine, yesOf } from '../../../shared/upstream/status-line.ts';

describe('the status line of an answer', () => {
  it.each([
    ['+OK fine', '+OK'],
    ['+OK\n1 5\n.', '+OK'],
    ['OK', 'OK'],
    ['ok [X] fine', 'OK'],
    ['* 1 EXISTS\nOK fine', 'OK'],
    ['-ERR no', null],
    ['+OKAY', null],
    ['NO [OVERQUOTA] full', null],
    ['OK fine\n* BYE', null],
    ['OKAY', null],
    ['* OK', null],
  ])('%j means yes: %s', (text, yes) => expect(yesOf(text)).toBe(yes));

  it.each([
    ['+OK\r\n', '+OK', 'X\r\n'],
    ['+OK 2 messages\r\n1 5\r\n.\r\n', '+OK', 'X\r\n1 5\r\n.\r\n'],
    ['* 1 EXISTS\r\na1 OK done\r\n', 'a1 OK', '* 1 EXISTS\r\nX\r\n'],
    ['a1 OK done\r\n', 'a1 OK', 'X\r\n'],
    ['-ERR +OK\r\n', '+OK', null],
    ['a1 NO\r\n', 'a1 OK', null],
    ['a11 OK\r\n', 'a1 OK', null],
    ['* OK still here\r\n', 'a1 OK', null],
    ['', '+OK', null],
  ])('of %j', (said, yes, expected) => expect(withStatusLine(said, yes, 'X\r\n')).toBe(expected));
});
