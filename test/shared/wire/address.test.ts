import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, parsePath } from '../../../shared/wire/address.ts';

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('the address in a command line', () => {
  test.each([
    ['RCPT TO:<foo@eng.abc.com>', 'foo@eng.abc.com', ''],
    ['RCPT To:<Foo@ENG.abc.com>', 'foo@eng.abc.com', ''],
    ['rcpt to: <a@b> NOTIFY=NEVER', 'a@b', 'NOTIFY=NEVER'],
    ['RCPT TO :<a@b>', 'a@b', ''],
    ['  RCPT\t TO:\t<a@b>  X=1 Y=2 ', 'a@b', 'X=1 Y=2'],
    ['MAIL FROM:<dev@test.com> SIZE=100 BODY=8BITMIME', 'dev@test.com', 'SIZE=100 BODY=8BITMIME'],
    ['MAIL FROM:<>', '', ''],
    ['MAIL FROM:<> SIZE=1', '', 'SIZE=1'],
    ['mail from: < >', '', ''],
    ['RCPT TO:a@b NOTIFY=NEVER', 'a@b', 'NOTIFY=NEVER'],
    ['RCPT TO: a@b', 'a@b', ''],
    ['RCPT TO:<a@b', 'a@b', ''],
    ['RCPT TO:<a@b X=1', 'a@b', 'X=1'],
    ['RCPT TO:<@hosta.int,@jkl.org:userc@d.bar.org>', 'userc@d.bar.org', ''],
    ['RCPT TO:<"john smith"@b.test> X', '"john smith"@b.test', 'X'],
    ['RCPT TO:<"a>b@c"@d>', '"a>b@c"@d', ''],
    ['RCPT TO:<"a\\">b"@d>', '"a\\">b"@d', ''],
    ['rcpt to:<x y@z>  NOTIFY=NEVER ', 'x y@z', 'NOTIFY=NEVER'],
    ['RCPT TO:<Postmaster>', 'postmaster', ''],
    ['user@hr.abc.com', 'user@hr.abc.com', ''],
    ['<User@hr.abc.com>', 'user@hr.abc.com', ''],
    ['', '', ''],
    ['RCPT TO:', '', ''],
    ['mail from dev', 'dev', ''],
    ['MAIL xyz', 'xyz', ''],
    ['RCPT to', '', ''],
  ])('%s', (line, address, parameters) => {
    expect(parsePath(line)).toMatchObject({ raw: line, address, parameters });
  });

  test('local part and domain are told apart at the last @, and quoting is undone', () => {
    expect(parsePath('RCPT TO:<"a@b\\"c"@D.test>')).toMatchObject({ local: 'a@b"c', domain: 'd.test' });
    expect(parsePath('RCPT TO:<postmaster>')).toMatchObject({ local: 'postmaster', domain: '' });
  });

  test('UTF-8 is decoded before it is lower-cased', () => {
    expect(parsePath(latin1('RCPT TO:<ÉVA@Bücher.test>')).address).toBe('éva@bücher.test');
  });

  test('a last letter whose UTF-8 ends in the byte 0xa0 is kept', () => {
    expect(parsePath(latin1('RCPT TO:<a@b.à>')).address).toBe('a@b.à');
    expect(parsePath(latin1('RCPT TO:< a@b.à > X=à')).parameters).toBe(latin1('X=à'));
  });

  test('any bytes give an address and keep the line', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => parsePath(line).raw === line));
  });

  test('what stands between plain brackets is the address', () => {
    const mailbox = fc.stringMatching(/^[a-z0-9.+-]{1,20}@[a-z0-9.-]{1,20}$/);
    const verb = fc.constantFrom('RCPT TO:', 'rcpt to: ', 'Mail From:', '');
    fc.assert(
      fc.property(verb, mailbox, fc.constantFrom('', ' SIZE=1'), (before, address, after) => {
        expect(parsePath(`${before}<${address.toUpperCase()}>${after}`).address).toBe(address);
      }),
    );
  });
});

describe('UTF-8 for the screen', () => {
  test('decodes bytes exactly as the platform does', () => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const expectSame = (bytes: Uint8Array) => {
      expect(decodeUtf8(Buffer.from(bytes).toString('latin1'))).toBe(decoder.decode(bytes));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), expectSame));
    const nearly = fc.constantFrom(
      0x41,
      0x80,
      0xbf,
      0xc2,
      0xdf,
      0xe0,
      0xa0,
      0xed,
      0x9f,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xf5,
    );
    fc.assert(
      fc.property(fc.array(nearly, { maxLength: 8 }), (list) => expectSame(Uint8Array.from(list))),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeUtf8(latin1(text))).toBe(text);
      }),
    );
  });
});
