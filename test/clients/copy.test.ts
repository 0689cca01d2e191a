/** Recorded sessions, copied as commands and run: the new session's client says what the recorded one's said. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyAs, type Program, type Remark } from '../../shared/client/copy.ts';
import { type Recorded, recordedOf } from '../../shared/client/recorded.ts';
import type { LoginRequest, SendRequest } from '../../shared/contract/clients.ts';
import { account, type MailboxLab, startMailboxLab } from '../fakes/mailbox-lab.ts';

let lab: MailboxLab;
beforeAll(async () => {
  lab = await startMailboxLab();
}, 30_000);
afterAll(() => lab.stop());

async function recorded(id: number): Promise<Recorded> {
  const ended = (await lab.call('session.get', { id }))?.summary.ms;
  if (ended === null)
    await lab.feed((feed) => feed.type === 'sessions' && feed.changed.some((one) => one.id === id && one.ms !== null));
  const got = await lab.call('session.get', { id });
  const found = got && recordedOf(got.summary.protocol, got.summary.listener, got.entries);
  if (!found) throw new Error(`session ${id} cannot be copied`);
  return found;
}

const newestId = async () => (await lab.call('sessions.list', { limit: 1 })).sessions[0]?.id ?? 0;

/** Runs the copy; the session it made. */
async function again(program: Program, of: Recorded, remarks: readonly Remark[] = []): Promise<Recorded> {
  const copied = copyAs(program, of, true);
  if (!copied) throw new Error(`no ${program} for this`);
  const before = await newestId();
  const run = promisify(execFile)('/bin/sh', ['-c', copied.text], { timeout: 20_000 });
  // A server that refuses is no failure of the copy; what the client said is looked at below.
  const { stderr = '' } = await run.catch((error: { stderr?: string }) => error);
  const made = await newestId();
  expect(made, `${copied.text}\n${stderr}`).toBe(before + 1);
  expect(copied.remarks).toEqual(remarks);
  return recorded(made);
}

const exactly = ({ sent, before }: Recorded) => [before, sent].map((part) => part.map(({ raw }) => raw));

/** Without what clients add to MAIL: sizes and body types (RFC 1870, 6152). */
const mailOf = ({ sent }: Recorded) =>
  sent.map(({ kind, raw, bytes }) => (kind === 'data' ? raw : bytes.replace(/^(MAIL FROM:<.*?>).*$/, '$1')));

/** Commands without their tags, without asking for capabilities, which each client does at its own time, and logins. */
const commandsOf = ({ sent, protocol }: Recorded) =>
  sent
    .map(({ bytes }) => (protocol === 'imap' ? bytes.replace(/^[A-Za-z]+\d+ /, '') : bytes))
    .filter((line) => !/^(CAPA|LOGIN |AUTHENTICATE |[\w+/]{20,}=*$)/.test(line));

const send = async (n: number, change: Partial<SendRequest> = {}) => {
  const { session } = await lab.call('send', {
    ...{ listener: lab.door(n), helo: 'recorded.test', from: 'dev@test.com', to: ['a@eng.test', 'b@eng.test'] },
    ...{ subject: 'hello', body: 'it\'s $HOME `id` "\\n"\n.dot\n..\nGrüße %DATE%\n' },
    ...change,
  });
  return recorded(session ?? -1);
};

const logIn = async (n: number, change: Partial<LoginRequest> = {}) => {
  const { session, ok } = await lab.call('client.login', {
    ...{ listener: lab.door(n), user: account.user, password: account.password },
    ...{ way: 'PLAIN', starttls: false, after: 'fetch' },
    ...change,
  });
  expect(ok).toBe(true);
  return recorded(session ?? -1);
};

/** A conversation typed line by line; each waits for an answer. */
async function typed(n: number, lines: readonly string[], last = /./): Promise<Recorded> {
  const { connection } = await lab.call('telnet.open', { listener: lab.door(n) });
  const heard = () =>
    lab.feeds.flatMap((feed) => (feed.type === 'telnet' && feed.connection === connection ? [feed.data] : [])).join('');
  const more = (length: number) => lab.feed(() => heard().length > length && heard().endsWith('\r\n'));
  await more(0);
  for (const line of lines) {
    const length = heard().length;
    await lab.call('telnet.write', { connection, text: line });
    if (line.endsWith('\r\n')) await more(length);
  }
  expect(heard()).toMatch(last);
  const id = await newestId();
  await lab.call('telnet.close', { connection });
  return recorded(id);
}

describe('SMTP', () => {
  test.each<[string, number, Partial<SendRequest>]>([
    ['behind a PROXY header', 4, {}],
    ['over TLS', 5, {}],
    ['after a login', 3, { login: { ...account, mechanism: 'PLAIN' } }],
    ['after a login with LOGIN, and STARTTLS', 3, { starttls: true, login: { ...account, mechanism: 'LOGIN' } }],
    ['from nobody', 5, { from: '', to: ['o\'brien"$(id)`@eng.test'] }],
  ])('swaks and curl: %s', async (_, n, change) => {
    const original = await send(n, change);
    const copies = [await again('swaks', original), await again('curl', original)];
    for (const copy of copies) {
      expect(mailOf(copy)).toEqual(mailOf(original));
      expect([copy.tls, copy.proxied, copy.login]).toEqual([original.tls, original.proxied, original.login]);
    }
  });

  test('openssl: over TLS, and with STARTTLS', async () => {
    for (const original of [
      await send(5),
      await send(3, { starttls: true, login: { ...account, mechanism: 'PLAIN' } }),
    ]) {
      const copy = await again('openssl', original);
      expect(exactly(copy)).toEqual(exactly(original));
      expect(copy.tls).toBe(original.tls);
      expect(copyAs('telnet', original, true)).toBeNull();
    }
  });

  test('telnet: every line, odd ones too', async () => {
    const lines = [
      "HELO it's\r\n",
      'NOOP \'; touch x; echo "$(id)" `id` \\n %s\r\n',
      'NOOP Gr\xc3\xbc\xc3\x9fe\t\r\n',
      'QUIT\r\n',
    ];
    const original = await typed(3, lines, /221/);
    const copy = await again('telnet', original);
    expect(exactly(copy)).toEqual(exactly(original));
    expect(exactly(original)[1]).toEqual(lines);
    expect(copyAs('openssl', original, true)).toBeNull();
  });

  test('swaks goes as far as the client went', async () => {
    const hello = await typed(3, ['HELO me\r\n', 'QUIT\r\n']);
    expect(mailOf(await again('swaks', hello))).toEqual(mailOf(hello));
    expect(copyAs('curl', hello, true)).toBeNull();
    const refused = await typed(3, ['EHLO me\r\n', 'MAIL FROM:<a@b.test>\r\n', 'QUIT\r\n']);
    expect(mailOf(await again('swaks', refused))).toEqual(mailOf(refused));
  });
});

describe('IMAP and POP3', () => {
  test.each<[string, number, Partial<LoginRequest>]>([
    ['AUTHENTICATE PLAIN', 0, {}],
    ['LOGIN', 0, { way: 'command' }],
    ['LOGIN over TLS', 1, { way: 'command', after: 'count' }],
    ['AUTHENTICATE with STARTTLS', 0, { starttls: true, after: 'nothing' }],
  ])('curl, IMAP: %s', async (_, n, change) => {
    const original = await logIn(n, change);
    const copy = await again('curl', original, change.way === 'command' ? ['mechanism'] : []);
    const said = commandsOf(original);
    // Where nothing was asked after the login, curl has to ask something.
    expect(commandsOf(copy).filter((line) => line !== 'NOOP')).toEqual(said);
    // Its own command for a login is nothing that every curl can be told to use.
    if (change.way === 'command') expect(copy.login?.user).toBe(original.login?.user);
    else expect(copy.login).toEqual(original.login);
    expect(copy.tls).toBe(original.tls);
  });

  test('curl, POP3', async () => {
    const original = await logIn(2, {});
    const copy = await again('curl', original);
    expect(commandsOf(copy)).toEqual(commandsOf(original));
  });

  test('telnet and openssl: byte for byte', async () => {
    for (const [program, original] of [
      ['telnet', await logIn(0, { way: 'command' })],
      ['telnet', await logIn(2, { way: 'command' })],
      ['openssl', await logIn(1)],
      ['openssl', await logIn(2, { starttls: true })],
    ] as const)
      expect(exactly(await again(program, original))[1]).toEqual(exactly(original)[1]);
  });
});

describe('secrets', () => {
  test('stay out unless they are wanted', async () => {
    const mail = await send(3, { login: { ...account, mechanism: 'PLAIN' } });
    const box = await logIn(0, { way: 'command' });
    const hidden = [
      account.password,
      'pa \\"ss',
      Buffer.from(`\0${account.user}\0${account.password}`).toString('base64'),
    ];
    for (const [program, of] of [
      ['swaks', mail],
      ['curl', mail],
      ['telnet', mail],
      ['curl', box],
      ['telnet', box],
    ] as const) {
      const copied = copyAs(program, of, false);
      expect(copied?.remarks).toContain('masked');
      for (const secret of hidden) expect(copied?.text).not.toContain(secret);
      expect(copyAs(program, of, true)?.remarks).not.toContain('masked');
    }
  });

  test('a digest tells no password', async () => {
    const { login } = await logIn(0, { way: 'CRAM-MD5', after: 'nothing' });
    expect(login).toEqual({ mechanism: 'CRAM-MD5', inline: false, user: account.user, password: '' });
  });
});
