import { expect, test } from 'vitest';
import { actsAt, faultOf, formAt, isOdd, missing, numbersOf } from '../../../renderer/upstreams/fault-form.ts';
import { leadsOutside, outside } from '../../../renderer/upstreams/off-box.ts';
import { stages } from '../../../shared/upstream/fault.ts';
import { faultProblem } from '../../../shared/upstream/fault-problem.ts';

test('whatever the form offers can be armed, at every stage of every protocol', () => {
  for (const protocol of ['smtp', 'imap', 'pop3'] as const)
    for (const stage of stages[protocol])
      for (const act of actsAt(protocol, stage)) {
        const form = { ...formAt(protocol, stage), act, address: 'a@b', client: '192.0.2.0/24' };
        const fault = faultOf(form, { upstream: 'eng', protocol, stage });
        expect([protocol, stage, act, faultProblem(fault as Parameters<typeof faultProblem>[0])]).toEqual([
          protocol,
          stage,
          act,
          null,
        ]);
      }
});

test('a port that is closed asks for nothing more: it refuses everybody, always', () => {
  const form = { ...formAt('smtp', 'connect'), scope: 'every' as const, client: '192.0.2.1' };
  expect(form.act).toBe('refuse');
  expect(numbersOf(form)).toEqual([]);
  expect(faultOf(form, { upstream: 'eng', protocol: 'smtp', stage: 'connect' })).toMatchObject({
    act: { type: 'refuse' },
    scope: { type: 'always' },
    only: {},
  });
  expect(numbersOf({ ...form, act: 'reset' })).toEqual(['nth']);
});

test('a reply is bytes, and only what the choice needs is asked for', () => {
  const form = { ...formAt('smtp', 'rcpt'), text: ' 550 für später ', scope: 'chance' as const };
  const fault = faultOf(form, { upstream: 'eng', protocol: 'smtp', stage: 'rcpt' });
  expect(fault).toMatchObject({ act: { text: '550 f\xc3\xbcr sp\xc3\xa4ter' }, only: {} });
  expect(numbersOf(form)).toEqual(['percent', 'seed']);
  expect(numbersOf({ ...form, act: 'drip', scope: 'next' })).toEqual(['ms', 'times']);
  expect(missing({ ...form, text: ' ' })).toBe('missing.text');
  expect(missing({ ...form, text: ' ', act: 'close' })).toBeNull();
});

test.each([
  ['smtp', '550 5.1.1 no', 'hello'],
  ['smtp', '250-two\\n250 lines', '999 odd'],
  ['smtp', '421', '4211 x'],
  ['imap', 'no [OVERQUOTA] full', '550 5.1.1 no'],
  ['imap', 'BYE', 'a1 NO'],
  ['pop3', '-ERR', 'ERR'],
  ['pop3', '+OK fine', '+OKAY'],
] as const)('what no server of %s would say is remarked on', (protocol, usual, odd) => {
  const form = formAt(protocol, 'greeting');
  expect(isOdd({ ...form, text: ` ${usual}` }, protocol)).toBe(false);
  expect(isOdd({ ...form, text: odd }, protocol)).toBe(true);
  expect(isOdd({ ...form, text: odd, act: 'close' }, protocol)).toBe(false);
  expect(isOdd({ ...form, text: ' ' }, protocol)).toBe(false);
});

test.each([
  ['192.0.2.1:25', '192.0.2.1:25'],
  ['2001:db8::1:25', '[2001:db8::1]:25'],
  ['[2001:db8::1]:25', '[2001:db8::1]:25'],
  ['mail.example:25', 'mail.example:25'],
  ['127.0.0.1:25', null],
  ['::1:25', null],
  ['0.0.0.0:25', null],
  ['::ffff:127.0.0.1:25', null],
  ['eng', null],
])('%s leaves this machine as %s', (address, confirmed) => {
  expect(outside(address)).toBe(confirmed);
});

test('a rule leads outside by the name of an upstream, or by an address', () => {
  const listener = { id: '', role: 'upstream', protocol: 'smtp', port: 25, error: null, narrowed: false } as const;
  const lab = {
    upstreams: [
      { name: 'far', external: true, messages: 0 },
      { name: 'near', external: true, messages: 0 },
    ],
    listeners: [
      { ...listener, name: 'far', address: '192.0.2.1', state: 'external' },
      { ...listener, name: 'near', address: '127.0.0.1', state: 'external' },
    ],
  } as const;
  const routes = ['far', 'near', '192.0.2.9:25', '127.0.0.1:25', 'account', undefined];
  expect(routes.map((route) => leadsOutside(lab, route))).toEqual([true, false, true, false, false, false]);
});
