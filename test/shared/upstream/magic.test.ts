import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { type Stage, stages } from '../../../shared/upstream/fault.ts';
import { magicAct } from '../../../shared/upstream/magic.ts';

const said = (address: string | readonly string[], stage: Stage = 'rcpt', protocol: Protocol = 'smtp') =>
  magicAct({
    upstream: 'eng',
    protocol,
    stage,
    addresses: typeof address === 'string' ? [address] : address,
    client: '127.0.0.1',
  });
const reply = (text: string) => ({ type: 'reply', text: `${text} asked for by the address` });

describe('what an address says', () => {
  test.each([
    ['550-5.1.1@fault.test', reply('550 5.1.1')],
    ['451@fault.test', reply('451')],
    ['452-4.2.2@FAULT.Test', reply('452 4.2.2')],
    ['421@fault.test', reply('421')],
    ['close@fault.test', { type: 'close' }],
    ['Reset@fault.test', { type: 'reset' }],
    ['silent@fault.test', { type: 'silent' }],
    ['delay-3000@fault.test', { type: 'delay', ms: 3000 }],
    ['drip-20@fault.test', { type: 'drip', ms: 20 }],
    ['delay-9999999@fault.test', { type: 'delay', ms: 3_600_000 }],
  ])('%s', (address, act) => expect(said(address)).toEqual(act));

  test.each([
    '250@fault.test',
    '354@fault.test',
    '650@fault.test',
    '55@fault.test',
    '550-5.1@fault.test',
    '550-2.0.0@fault.test',
    '550-5.1.1-x@fault.test',
    'close-1@fault.test',
    'delay@fault.test',
    'delay-@fault.test',
    'drip-fast@fault.test',
    'toString@fault.test',
    '@fault.test',
    '550@notfault.test',
    '550@sub.fault.test',
    '550@fault.test.',
    '550@fault.testing',
    '550',
    '',
  ])('%j is an address like any other', (address) => expect(said(address)).toBe(null));

  test('the first of several that says something', () => {
    expect(said(['a@b', 'x@fault.test', 'close@fault.test', 'reset@fault.test'])).toEqual({ type: 'close' });
  });
});

describe('where it strikes', () => {
  const struckAt = (address: string, protocol: Protocol): readonly Stage[] =>
    stages[protocol].filter((stage) => said(address, stage, protocol) !== null);

  test('a sender at MAIL, a recipient at RCPT, a login when it is tried', () => {
    expect(struckAt('550@fault.test', 'smtp')).toEqual(['auth', 'mail', 'rcpt']);
    expect(struckAt('close@fault.test', 'imap')).toEqual(['login']);
    expect(struckAt('close@fault.test', 'pop3')).toEqual(['pass', 'apop']);
  });

  test('at DATA or at its end, where it says so', () => {
    expect(struckAt('data-550-5.7.1@fault.test', 'smtp')).toEqual(['data']);
    expect(struckAt('end-close@fault.test', 'smtp')).toEqual(['end']);
    expect(said('end-554-5.7.1@fault.test', 'end')).toEqual(reply('554 5.7.1'));
  });

  test('IMAP and POP3 say it in their words', () => {
    expect(said('450@fault.test', 'login', 'imap')).toEqual(reply('NO [UNAVAILABLE]'));
    expect(said('535-5.7.8@fault.test', 'login', 'imap')).toEqual(reply('NO [AUTHENTICATIONFAILED]'));
    expect(said('450@fault.test', 'pass', 'pop3')).toEqual(reply('-ERR [SYS/TEMP]'));
    expect(said('535@fault.test', 'apop', 'pop3')).toEqual(reply('-ERR [AUTH]'));
  });
});

test('what it says can always be sent, whatever the address', () => {
  const local = fc.oneof(fc.string(), fc.stringMatching(/^(data-|end-)?[45]\d\d(-[45]\.\d{1,3}\.\d{1,3})?$/));
  fc.assert(
    fc.property(local, (name) => {
      const act = said(`${name}@fault.test`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
      if (act?.type === 'reply') expect(act.text).toMatch(/^[45]\d\d [^\x00-\x1f]+$/);
    }),
  );
});
