/** The lab's own clients, through the proxy: a login to a real Dovecot, a mail in every form, a conversation over TLS. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoginRequest, LoginStep, SendRequest } from '../../../shared/contract/clients.ts';
import { decodeUtf8 } from '../../../shared/wire/address.ts';
import { freePorts } from '../../e2e/fixtures/ports.ts';
import { account, type MailboxLab, newest, startMailboxLab } from '../../fakes/mailbox-lab.ts';
import { startLab } from '../../fakes/running-lab.ts';

let lab: MailboxLab;
beforeAll(async () => {
  lab = await startMailboxLab();
}, 30_000);
afterAll(() => lab.stop());

const door = (n: number) => lab.door(n);
const logIn = (n: number, change: Partial<LoginRequest> = {}) =>
  lab.call('client.login', {
    ...{ listener: door(n), user: account.user, password: account.password },
    ...{ way: 'auto', starttls: false, after: 'fetch' },
    ...change,
  });

const keys = (steps: readonly LoginStep[]) => steps.map(({ key, ok }) => (ok ? key : `not ${key}`)).join(' ');

describe('a login', () => {
  const full = 'greeting capability login list count open fetch quit';
  test.each<[string, number, Partial<LoginRequest>, string]>([
    ['IMAP, what the server offers', 0, {}, full],
    ['IMAP, LOGIN with a literal', 0, { way: 'command', after: 'count' }, 'greeting capability login list count quit'],
    ['IMAP, AUTHENTICATE PLAIN', 0, { way: 'PLAIN', after: 'nothing' }, 'greeting capability login quit'],
    ['IMAP, AUTHENTICATE LOGIN', 0, { way: 'LOGIN', after: 'nothing' }, 'greeting capability login quit'],
    ['IMAP, CRAM-MD5', 0, { way: 'CRAM-MD5', after: 'nothing' }, 'greeting capability login quit'],
    [
      'IMAP with STARTTLS',
      0,
      { starttls: true, after: 'nothing' },
      'greeting capability starttls tls capability login quit',
    ],
    ['IMAP over TLS', 1, {}, `tls ${full}`],
    ['POP3, what the server offers', 2, {}, 'greeting capability login stat fetch quit'],
    ['POP3, USER and PASS', 2, { way: 'command', after: 'count' }, 'greeting capability login stat quit'],
    ['POP3, APOP', 2, { way: 'APOP', after: 'nothing' }, 'greeting capability login quit'],
    ['POP3, AUTH PLAIN', 2, { way: 'PLAIN', after: 'nothing' }, 'greeting capability login quit'],
    [
      'POP3 with STLS',
      2,
      { starttls: true, after: 'nothing' },
      'greeting capability starttls tls capability login quit',
    ],
    ['SMTP, what the server offers', 3, {}, 'greeting hello login quit'],
    ['SMTP, AUTH LOGIN', 3, { way: 'LOGIN' }, 'greeting hello login quit'],
    ['SMTP with STARTTLS', 3, { starttls: true, way: 'PLAIN' }, 'greeting hello starttls tls hello login quit'],
  ])('%s', async (_, n, change, expected) => {
    const { ok, steps, message, session } = await logIn(n, change);
    expect(keys(steps)).toBe(expected);
    expect(ok).toBe(true);
    if (expected.includes('fetch')) expect(message).toBe(decodeUtf8(newest));
    const recorded = await lab.call('session.get', { id: session ?? -1 });
    expect(recorded?.summary).toMatchObject({ user: account.user, outcome: 'relayed' });
  });

  test('the mailbox is told of', async () => {
    const { steps } = await logIn(0, { way: 'PLAIN' });
    expect(steps.find(({ key }) => key === 'count')?.params).toMatchObject({ count: 2 });
    expect(steps.find(({ key }) => key === 'fetch')?.params).toEqual({ size: newest.length });
    expect(steps.find(({ key }) => key === 'login')?.params).toEqual({ user: account.user, way: 'PLAIN' });
  });

  test.each<[string, number, Partial<LoginRequest>, string, RegExp]>([
    [
      'refused by a rule',
      0,
      { user: 'nobody', password: 'x', way: 'PLAIN' },
      'greeting capability not login',
      /^NO no such user/,
    ],
    ['with a wrong password', 2, { password: 'wrong', way: 'command' }, 'greeting capability not login', /^-ERR /],
    ['in no such way', 1, { way: 'CRAM-MD5' }, 'tls greeting capability not login', /^BAD /],
    ['with STARTTLS where there is none', 4, { starttls: true }, 'greeting hello not starttls', /^5/],
    ['where none is offered', 5, {}, 'tls greeting hello not login.none', /^$/],
  ])('%s ends with the step that says so', async (_, n, change, expected, reply) => {
    const { ok, steps, session } = await logIn(n, change);
    expect([keys(steps), ok]).toEqual([expected, false]);
    expect(steps.at(-1)?.reply).toMatch(reply);
    expect(session).not.toBeNull();
  });

  test('a listener that does not exist is a sentence', async () => {
    const asked = lab.call('client.login', {
      ...{ listener: 'imap nowhere', user: '', password: '', way: 'auto', starttls: false, after: 'nothing' },
    });
    await expect(asked).rejects.toThrow('There is no listener "imap nowhere" in the running lab.');
  });
});

describe('a mail', () => {
  const send = (n: number, change: Partial<SendRequest> = {}) =>
    lab.call('send', {
      ...{ listener: door(n), from: 'dev@test.com', to: ['user@eng.test'], subject: 'hello', body: 'Hi\n' },
      ...change,
    });
  const arrived = async (session: number | null) => {
    const { id } = await lab.feed(
      (feed) => feed.type === 'messages' && feed.message.session === session && feed.message,
    );
    return lab.call('message.get', { id });
  };

  test.each<[string, number, Partial<SendRequest>]>([
    ['after a login', 3, { login: { ...account, mechanism: 'auto' } }],
    ['after CRAM-MD5', 3, { login: { ...account, mechanism: 'CRAM-MD5' } }],
    ['after STARTTLS and a login', 3, { starttls: true, login: { ...account, mechanism: 'LOGIN' } }],
    ['behind a PROXY header', 4, {}],
    ['over TLS, asked for STARTTLS as well', 5, { starttls: true }],
  ])('%s', async (_, n, change) => {
    const result = await send(n, change);
    expect(result).toMatchObject({ ok: true, accepted: ['user@eng.test'], error: null });
    expect((await arrived(result.session))?.message.subject).toBe('hello');
  });

  test('with copies, HTML, headers and files arrives whole, and the blind copy stands in the envelope alone', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256));
    const result = await send(5, {
      ...{ cc: ['cc@eng.test'], bcc: ['Bcc <bcc@eng.test>'], html: '<p>Hi</p>', headers: 'X-Test: one\n\nX-Two:two' },
      attachments: [{ name: '../etc/Grüße.bin', type: 'application/x-test', content: bytes.toString('base64') }],
    });
    expect(result.fates?.map(({ address, ok }) => [address, ok])).toEqual([
      ['user@eng.test', true],
      ['cc@eng.test', true],
      ['bcc@eng.test', true],
    ]);
    const got = await arrived(result.session);
    expect(got?.message.to).toEqual(['user@eng.test', 'cc@eng.test', 'bcc@eng.test']);
    const raw = String(got?.raw);
    expect(raw).not.toMatch(/bcc@/);
    for (const line of ['Cc: cc@eng.test', 'X-Test: one', 'X-Two: two', '<p>Hi</p>', 'application/x-test'])
      expect(raw).toContain(line);
    expect(raw.replace(/\r\n/g, '')).toContain(bytes.toString('base64').slice(0, 5000));
  });

  test('a whole message goes out as it stands', async () => {
    const result = await send(5, { raw: 'Subject: raw\nX-Odd : yes\n\n.dot\nGrüße' });
    const raw = Buffer.from((await arrived(result.session))?.raw ?? '', 'latin1');
    expect(raw.toString('utf8')).toContain('X-Odd : yes\r\n\r\n.dot\r\nGrüße');
  });

  test('what cannot be sent is told', async () => {
    await expect(send(5, { to: [] })).rejects.toThrow('it has no recipient yet');
    await expect(send(0)).rejects.toThrow('does not take mail');
    expect(await send(4, { starttls: true })).toMatchObject({ ok: false, error: null, response: /^5/ });
    const refused = await send(3, { login: { ...account, password: 'wrong', mechanism: 'PLAIN' } });
    expect(refused).toMatchObject({ ok: false, response: expect.stringMatching(/^535 /), error: null });
    const unknown = await send(5, { login: { ...account, mechanism: 'CRAM-MD5' } });
    expect(unknown).toMatchObject({ ok: false, response: expect.stringMatching(/^5/), error: null });
  });

  test('every recipient’s fate is told, also when the proxy hangs up after the first', async () => {
    const listener = door(6);
    const result = await send(6, { listener, to: ['who@nowhere.test', 'a@eng.test'] });
    expect(result).toMatchObject({ ok: false, accepted: [] });
    expect(result.fates).toEqual([
      { address: 'who@nowhere.test', ok: false, reply: '550 5.1.1 nobody' },
      { address: 'a@eng.test', ok: false, reply: '' },
    ]);
    const good = await send(5, {});
    expect(good.fates).toEqual([{ address: 'user@eng.test', ok: true, reply: expect.stringMatching(/^250 /) }]);
  });

  test('more than 25 MB of files are refused before anything is sent', async () => {
    const half = { name: 'a', type: '', content: 'A'.repeat(17_000_000) };
    await expect(send(5, { attachments: [half, half] })).rejects.toThrow('more than 25 MB together');
  });
});

describe('typed by hand', () => {
  const heard = (connection: number, text: string) =>
    lab.feed(() => {
      const all = lab.feeds.flatMap((feed) =>
        feed.type === 'telnet' && feed.connection === connection ? [feed.data] : [],
      );
      return all.join('').includes(text);
    });

  test('TLS at once, after STARTTLS, and bytes that are no text', async () => {
    const { connection, tls } = await lab.call('telnet.open', { listener: door(5) });
    expect(tls).toMatchObject({ protocol: 'TLSv1.3', subject: 'CN=mx.test', distrust: expect.any(String) });
    await heard(connection, '220 mail.test');
    const other = await lab.call('telnet.open', { listener: door(3) });
    expect(other.tls).toBeNull();
    await heard(other.connection, '220 ');
    await lab.call('telnet.write', { connection: other.connection, text: 'STARTTLS\r\n' });
    await heard(other.connection, '220 2.0.0');
    const { tls: upgraded } = await lab.call('telnet.secure', { connection: other.connection });
    expect(upgraded.subject).toBe('CN=mx.test');
    await lab.call('telnet.write', { connection: other.connection, text: 'EHLO \xff\r\n' });
    await heard(other.connection, '250');
  });

  test('a PROXY header goes out first', async () => {
    const { connection } = await lab.call('telnet.open', { listener: door(4) });
    await heard(connection, '220 mail.test');
  });

  test('TLS where none is spoken is told, and the connection is over', async () => {
    const { connection } = await lab.call('telnet.open', { listener: door(4) });
    await heard(connection, '220 mail.test');
    await expect(lab.call('telnet.secure', { connection })).rejects.toThrow(/There was no TLS to be had: .*clear text/);
    await lab.feed((feed) => feed.type === 'telnet-closed' && feed.connection === connection);
    await expect(lab.call('telnet.secure', { connection })).rejects.toThrow('There is no such connection any more');
  });

  test('clear text into a TLS port can be tried', async () => {
    const { connection, tls } = await lab.call('telnet.open', { listener: door(5), plain: true });
    expect(tls).toBeNull();
    await lab.call('telnet.write', { connection, text: 'HELO me\r\n' });
    await lab.feed((feed) => feed.type === 'telnet-closed' && feed.connection === connection);
  });
});

test('a person who has had enough stops what is under way', async () => {
  const server = createServer();
  const [own = 0, auth = 0, silent = 0] = await freePorts(3);
  server.listen(silent, '127.0.0.1');
  const connected = once(server, 'connection');
  const file = join(lab.folder, 'slow.lab.yaml');
  const proxy = `mail { auth_http 127.0.0.1:${auth}; server { listen 127.0.0.1:${own}; protocol imap; } }`;
  const upstreams = `upstreams:\n  mute: { external: true, imap: 127.0.0.1:${silent} }\n`;
  const rules = `auth:\n  listen: 127.0.0.1:${auth}\n  otherwise: { route: mute }\n`;
  writeFileSync(file, `lab: 1\nname: slow\nproxy: |\n  ${proxy}\n${rules}${upstreams}`);
  const slow = await startLab('', { file });
  const asked = slow.call('client.login', {
    ...{ listener: `imap 127.0.0.1:${own}`, user: 'a', password: 'b' },
    ...{ way: 'command', starttls: false, after: 'nothing' },
  });
  await connected;
  expect(await slow.call('client.stop', {})).toEqual({ stopped: 1 });
  expect((await asked).steps.at(-1)).toMatchObject({ key: 'broken', params: { doing: 'login', code: 'ABORTED' } });
  await slow.stop();
  server.close();
});
