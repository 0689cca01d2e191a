import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { createUpstreamFaults } from '../../../electron/upstream/faults.ts';
import type { Switch, UpstreamFault } from '../../../shared/upstream/fault.ts';
import { type Play, plainPlay, type SmtpPlay } from '../../../shared/upstream/play.ts';
import { Dialogue, greeted, running } from './dialogue.ts';
import { certificate, overTls, secured } from './tls.ts';

const accounts = [
  { user: 'ann', password: 'secret', upstream: 'eng' },
  { user: 'jürgen', password: 'grün', upstream: 'eng' },
];

const played = (smtp: Partial<SmtpPlay>, more: Partial<Play> = {}): Play => ({
  ...plainPlay,
  ...more,
  smtp: { ...plainPlay.smtp, ...smtp },
});

const plain = (user: string, password: string): string =>
  `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}\r\n`;

const base64 = (text: string): string => `${Buffer.from(text).toString('base64')}\r\n`;

async function offered(play: Play): Promise<readonly string[]> {
  const { port } = await running({ play, certificate });
  const client = new Dialogue(port);
  await client.reply();
  const lines = (await client.say('EHLO laptop\r\n')).split('\r\n').slice(1, -1);
  return lines.map((line) => line.slice(4));
}

describe('what EHLO offers', () => {
  test('as it stands', async () => {
    expect(await offered(plainPlay)).toEqual([
      'PIPELINING',
      '8BITMIME',
      'SMTPUTF8',
      'AUTH PLAIN LOGIN CRAM-MD5',
      `SIZE ${plainPlay.smtp.size}`,
      'XCLIENT NAME ADDR PORT PROTO HELO LOGIN',
    ]);
  });

  test('more, less, and nothing that a switch has turned off', async () => {
    const play = played({ extra: ['X-ODD one two', 'DSN'], hide: ['pipelining', 'SIZE'], auth: 'off', xclient: false });
    expect(await offered(play)).toEqual(['8BITMIME', 'SMTPUTF8', 'X-ODD one two', 'DSN']);
    expect(await offered(played({ size: 1000 }, { starttls: true }))).toEqual(
      expect.arrayContaining(['SIZE 1000', 'STARTTLS']),
    );
  });

  test('what is hidden still works', async () => {
    const { port } = await running({ play: played({ hide: ['XCLIENT', 'AUTH'] }) });
    const client = await greeted(port);
    expect(await client.say(plain('who', 'ever'))).toMatch(/^235 /);
  });
});

describe('a login', () => {
  test('is unknown where it is off', async () => {
    const { port } = await running({ play: played({ auth: 'off' }) });
    expect(await (await greeted(port)).say(plain('ann', 'secret'))).toMatch(/^500 /);
  });

  test('has to come first where it is required, however long it is not', async () => {
    const { port, messages } = await running({ play: played({ auth: 'required' }), accounts });
    const client = await greeted(port);
    for (let n = 0; n < 30; n += 1) expect(await client.say('MAIL FROM:<a@b>\r\n')).toMatch(/^530 /);
    expect(await client.say(plain('ann', 'secret'))).toMatch(/^235 /);
    for (const line of ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA']) await client.say(`${line}\r\n`);
    expect(await client.say('x\r\n.\r\n')).toMatch(/^250 /);
    expect(messages).toHaveLength(1);
  });

  test('XCLIENT with a login is one', async () => {
    const { port } = await running({ play: played({ auth: 'required' }), accounts });
    const client = await greeted(port);
    expect(await client.say('XCLIENT ADDR=192.0.2.7 LOGIN=ann\r\n')).toMatch(/^220 /);
    await client.say('EHLO laptop\r\n');
    expect(await client.say('MAIL FROM:<a@b>\r\n')).toMatch(/^250 /);
  });

  test.each([
    ['the right password', 'ann', 'secret', /^235 /],
    ['beyond ASCII', 'jürgen', 'grün', /^235 /],
    ['a wrong one', 'ann', 'Secret', /^535 /],
    ['nobody', 'bob', 'secret', /^535 /],
  ])('by %s', async (_, user, password, answer) => {
    const { port } = await running({ accounts });
    expect(await (await greeted(port)).say(plain(user, password))).toMatch(answer);
    const client = await greeted(port);
    expect(await client.say('AUTH LOGIN\r\n')).toBe('334 VXNlcm5hbWU6\r\n');
    expect(await client.say(base64(user))).toBe('334 UGFzc3dvcmQ6\r\n');
    expect(await client.say(base64(password))).toMatch(answer);
  });

  test.each([
    ['where there is no account', {}],
    ['where everybody may', { accounts, play: played({}, { anyLogin: true }) }],
  ])('by anybody, %s', async (_, options) => {
    const { port } = await running(options);
    expect(await (await greeted(port)).say(plain('who', 'ever'))).toMatch(/^235 /);
  });

  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('of a real client, %s', async (method) => {
    const { port, messages } = await running({ accounts, play: played({ auth: 'required' }) });
    const send = (pass: string) =>
      createTransport({
        host: '127.0.0.1',
        port,
        ignoreTLS: true,
        authMethod: method,
        auth: { user: 'ann', pass },
      }).sendMail({ from: 'a@b.test', to: 'c@d.test', text: 'hello' });
    await expect(send('wrong')).rejects.toThrow(/535/);
    await send('secret');
    expect(messages.map(({ to }) => to)).toEqual([['c@d.test']]);
  });
});

describe('XCLIENT', () => {
  test('is believed from whom it may come, and offered to nobody else', async () => {
    const { port } = await running({ play: played({ xclientFrom: ['192.0.2.0/24', '127.0.0.0/8'] }) });
    expect(await (await greeted(port)).say('XCLIENT ADDR=198.51.100.1\r\n')).toMatch(/^220 /);
    const other = await running({ play: played({ xclientFrom: ['192.0.2.0/24'] }) });
    const client = new Dialogue(other.port);
    await client.reply();
    expect(await client.say('EHLO laptop\r\n')).not.toContain('XCLIENT');
    expect(await client.say('XCLIENT ADDR=198.51.100.1\r\n')).toMatch(/^550 /);
  });

  test('is an unknown command where it is off', async () => {
    const { port } = await running({ play: played({ xclient: false }) });
    expect(await (await greeted(port)).say('XCLIENT ADDR=198.51.100.1\r\n')).toMatch(/^500 /);
  });
});

describe('STARTTLS', () => {
  const play = played({}, { starttls: true });

  test('with the certificate that it is given', async () => {
    const { port } = await running({ play, certificate });
    const client = await greeted(port);
    expect(await client.say('STARTTLS\r\n')).toMatch(/^220 /);
    expect(await secured(client)).toMatch(/^250-eng\r\n(?!.*STARTTLS)/s);
  });

  test('for a real client that trusts it', async () => {
    const { port, messages } = await running({ play, certificate });
    const tls = { ca: certificate().certificate, servername: 'eng' };
    const transport = createTransport({ host: '127.0.0.1', port, requireTLS: true, tls });
    await transport.sendMail({ from: 'a@b.test', to: 'c@d.test', text: 'hello' });
    expect(messages).toHaveLength(1);
  });

  test('is not there without one, and none is made for nothing', async () => {
    expect((await greetedBy({ play })).offer).not.toContain('STARTTLS');
    const never = () => {
      throw new Error('nobody wants a certificate');
    };
    expect((await greetedBy({ certificate: never })).offer).not.toContain('STARTTLS');
  });

  test('is broken off by a fault under TLS', async () => {
    const faults = createUpstreamFaults();
    const { port } = await running({ play, certificate, faults });
    const client = await greeted(port);
    await client.say('STARTTLS\r\n');
    const tls = await overTls(client);
    faults.arm(fault('mail', { type: 'reset' }));
    const broken = new Promise((resolve) => tls.once('error', resolve));
    tls.write('EHLO laptop\r\nMAIL FROM:<a@b>\r\n');
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });
});

async function greetedBy(options: Parameters<typeof running>[0]) {
  const { port } = await running(options);
  const client = new Dialogue(port);
  await client.reply();
  return { client, offer: await client.say('EHLO laptop\r\n') };
}

const fault = (stage: UpstreamFault['stage'], act: UpstreamFault['act'], more: Partial<UpstreamFault> = {}) => ({
  upstream: 'eng',
  protocol: 'smtp' as const,
  stage,
  act,
  scope: { type: 'always' as const },
  only: {},
  ...more,
});

describe('a PROXY header', () => {
  const play = played({ xclientFrom: ['192.0.2.7'] }, { proxyProtocol: true });
  const text = 'PROXY TCP4 192.0.2.7 192.0.2.1 51514 25\r\n';
  const binary = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc0\0\x02\x01\xc9\x3a\0\x19';

  test.each([
    ['version 1', text],
    ['version 2', binary],
  ])('of %s comes before the greeting, in pieces or with what follows', async (_, header) => {
    const { port, messages } = await running({ play });
    const client = new Dialogue(port);
    await new Promise<void>((resolve) => client.socket.once('connect', resolve));
    for (const char of header.slice(0, -3))
      await new Promise<void>((resolve) => client.socket.write(char, 'latin1', () => resolve()));
    client.socket.write(`${header.slice(-3)}EHLO laptop\r\n`, 'latin1');
    expect(await client.reply()).toBe('220 eng ESMTP\r\n');
    // The address that it gave is the client's: XCLIENT is believed from it.
    expect(await client.reply()).toContain('XCLIENT');
    for (const line of ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA']) await client.say(`${line}\r\n`);
    await client.say('.\r\n');
    expect(messages[0]?.clientPort).toBe(client.socket.localPort);
  });

  test('that names nobody leaves the client as it is', async () => {
    const { port } = await running({ play });
    const client = new Dialogue(port);
    expect(await client.say('PROXY UNKNOWN\r\n')).toBe('220 eng ESMTP\r\n');
    expect(await client.say('EHLO laptop\r\n')).not.toContain('XCLIENT');
  });

  test.each(['EHLO laptop\r\n', 'PROXY NONSENSE\r\n', '\x16\x03\x01'])(
    'that is none, %j, ends it without a word',
    async (said) => {
      const { port } = await running({ play });
      const client = new Dialogue(port);
      expect(await client.say(said)).toBe('');
    },
  );

  test('can be asked for by a fault, for some clients', async () => {
    const faults = createUpstreamFaults();
    faults.arm(fault('connect', { type: 'switch', name: 'proxy-protocol' }, { only: { client: '127.0.0.0/8' } }));
    const { port } = await running({ faults });
    expect(await new Dialogue(port).say(text)).toMatch(/^220 /);
    faults.clear();
    faults.arm(fault('connect', { type: 'switch', name: 'proxy-protocol' }, { only: { client: '192.0.2.7' } }));
    expect(await new Dialogue(port).reply()).toMatch(/^220 /);
  });
});

describe('switches that faults throw', () => {
  test.each<[Switch, RegExp]>([
    ['no-xclient', /XCLIENT/],
    ['login-disabled', /AUTH/],
  ])('%s, until it is cleared', async (name, gone) => {
    const faults = createUpstreamFaults();
    const { port } = await running({ faults });
    const ehlo = async () => {
      const client = new Dialogue(port);
      await client.reply();
      return client.say('EHLO laptop\r\n');
    };
    expect(await ehlo()).toMatch(gone);
    const id = faults.arm(fault('connect', { type: 'switch', name }));
    expect(await ehlo()).not.toMatch(gone);
    faults.clear(id);
    expect(await ehlo()).toMatch(gone);
  });
});

describe('at connect', () => {
  const connected = async (act: UpstreamFault['act']) => {
    const faults = createUpstreamFaults();
    faults.arm(fault('connect', act, { scope: { type: 'next', times: 1 } }));
    const mock = await running({ faults });
    return { ...mock, client: new Dialogue(mock.port) };
  };

  test.each(['close', 'reset'] as const)('%s, once', async (type) => {
    const { client, port } = await connected({ type });
    expect(await client.reply()).toBe('');
    expect(client.broken).toBe(type === 'reset');
    expect(await new Dialogue(port).reply()).toBe('220 eng ESMTP\r\n');
  });

  test('late', async () => {
    const { client } = await connected({ type: 'delay', ms: 20 });
    expect(await client.reply()).toBe('220 eng ESMTP\r\n');
  });

  test('who is never greeted can leave, and the server can stop', async () => {
    const { client, port, stop } = await connected({ type: 'silent' });
    const other = new Dialogue(port);
    await other.reply();
    const left = client.reply();
    client.socket.end();
    expect(await left).toBe('');
    await stop();
  });
});

test('an address says what becomes of it', async () => {
  const { port, messages } = await running({ faults: createUpstreamFaults() });
  const client = await greeted(port);
  expect(await client.say('MAIL FROM:<451-4.7.1@fault.test>\r\n')).toBe('451 4.7.1 asked for by the address\r\n');
  await client.say('MAIL FROM:<a@b>\r\n');
  expect(await client.say('RCPT TO:<550-5.1.1@fault.test>\r\n')).toBe('550 5.1.1 asked for by the address\r\n');
  expect(await client.say('RCPT TO:<end-554@fault.test> NOTIFY=NEVER\r\n')).toMatch(/^250 /);
  await client.say('DATA\r\n');
  expect(await client.say('x\r\n.\r\n')).toBe('554 asked for by the address\r\n');
  expect(messages).toEqual([]);
  await client.say('MAIL FROM:<a@b>\r\n');
  expect(await client.say('RCPT TO:<close@fault.test>\r\n')).toBe('');
});

test('only the recipient that is meant, and only the next two', async () => {
  const faults = createUpstreamFaults();
  const act = { type: 'reply', text: '450 4.2.0 Greylisted' } as const;
  faults.arm(fault('rcpt', act, { scope: { type: 'next', times: 2 }, only: { address: '*@slow.test' } }));
  const { port } = await running({ faults });
  const client = await greeted(port);
  await client.say('MAIL FROM:<a@b>\r\n');
  const told = [];
  for (const to of ['x@fast.test', 'X@Slow.Test', 'y@slow.test', 'z@slow.test'])
    told.push((await client.say(`RCPT TO:<${to}>\r\n`)).slice(0, 3));
  expect(told).toEqual(['250', '450', '450', '250']);
  expect(faults.list()).toEqual([]);
});

test('a message is only accepted when it is kept', async () => {
  const kept = Promise.withResolvers<void>();
  const { port } = await running({ onMessage: () => kept.promise });
  const client = await greeted(port);
  for (const line of ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA']) await client.say(`${line}\r\n`);
  let answer = '';
  const answered = client.say('x\r\n.\r\n').then((reply) => {
    answer = reply;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(answer).toBe('');
  kept.resolve();
  await answered;
  expect(answer).toMatch(/^250 /);
  const failing = await running({ onMessage: () => Promise.reject(new Error('disk full')) });
  const other = await greeted(failing.port);
  for (const line of ['MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA']) await other.say(`${line}\r\n`);
  expect(await other.say('x\r\n.\r\n')).toMatch(/^451 /);
});
