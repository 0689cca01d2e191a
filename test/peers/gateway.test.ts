/** The production-like example at work: real clients in front, Dovecot and Postfix behind, everything in the journal. */
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Journal } from '../../electron/journal/journal.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import { account, type Door, type Gateway, startGateway } from './gateway.ts';
import { idle } from './imapflow.ts';
import { python, type Security } from './python.ts';
import { run } from './run.ts';

let gateway: Gateway;
let journal: Journal | null = null;

beforeAll(async () => {
  gateway = await startGateway();
}, 90_000);

afterAll(async () => {
  journal?.close();
  await gateway?.stop();
});

const mail = (subject: string): string =>
  `From: x@test.com\r\nSubject: ${subject}\r\n\r\nbody of ${subject}\r\n.dot\r\n`;
const errand = (security: Security, door: Door) => ({
  ...account,
  security,
  port: gateway.port(door),
  ca: gateway.ca,
  mail: mail(security),
});
const user = `${account.user}:${account.password}`;

const secured = [
  ['plain', 10143, 10110],
  ['starttls', 10143, 10110],
  ['tls', 10993, 10995],
] as const;

describe('Dovecot behind the gateway', () => {
  for (const [security, imap, pop3] of secured) {
    test(`imaplib, ${security}: stores with a literal, fetches, deletes`, async () => {
      const { code, output } = await python('imap', errand(security, imap));
      expect(code, output).toBe(0);
      expect(output).toContain(`body of ${security}`);
      expect(output).toContain('EXPUNGED OK');
      expect(output).toMatch(/OK BYE/);
    });

    test(`poplib, ${security}: reads the last message and deletes it`, async () => {
      const file = join(gateway.folder, `${security}.eml`);
      writeFileSync(file, mail(`pop3 ${security}`));
      const url = `imap://127.0.0.1:${gateway.port(10143)}/INBOX`;
      const stored = await run('curl', ['-sS', '--url', url, '--user', user, '--upload-file', file]);
      expect(stored.code, stored.output).toBe(0);
      const { code, output } = await python('pop3', errand(security, pop3));
      expect(code, output).toBe(0);
      expect(output).toContain(`body of pop3 ${security}`);
      expect(output).toMatch(/DELETED b'\+OK/);
    });
  }

  const urls = [
    ['imap', 10143],
    ['imaps', 10993],
    ['pop3', 10110],
    ['pop3s', 10995],
  ] as const;
  for (const [scheme, door] of urls)
    test(`curl ${scheme}:// lists, and insists on TLS`, async () => {
      const args = ['-sS', '-v', '--cacert', gateway.ca, '--ssl-reqd', '--user', user];
      const { code, output } = await run('curl', [...args, '--url', `${scheme}://localhost:${gateway.port(door)}/`]);
      expect(code, output).toBe(0);
      expect(output).toMatch(/SSL connection using TLSv1\.[23]/);
      expect(output).toMatch(/> (?:\w+ )?LIST/);
    });

  test.each([
    ['STARTTLS', 10143, false],
    ['TLS at once', 10993, true],
  ] as const)('imapflow, %s: IDLE tells of new mail', async (name, door, secure) => {
    const ca = readFileSync(gateway.ca, 'utf8');
    const seen = await idle(gateway.port(door), secure, ca, account, mail(`idle ${name}`));
    expect(seen.source).toBe(mail(`idle ${name}`));
    expect(seen).toMatchObject({ left: seen.told - 1, secured: true });
  });

  test('a wrong password is refused by the auth service, in its words', async () => {
    const args = ['-sS', '-v', '--user', `${account.user}:wrong`, '--url', `imap://127.0.0.1:${gateway.port(10143)}/`];
    const { code, output } = await run('curl', args);
    expect(code, output).toBe(67);
    expect(output).toContain('NO Invalid login or password');
  });
});

describe('Postfix behind the gateway', () => {
  test('smtplib with STARTTLS and AUTH: Postfix sees who sends, and from where', async () => {
    const { code, output } = await python('smtp', errand('starttls', 10587));
    expect(code, output).toBe(0);
    expect(output).toContain('REFUSED {}');
    await gateway.postfix.says(/client=\S*\[127\.0\.0\.1\], sasl_method=XCLIENT, sasl_username=ann@example\.com/);
  });

  test('smtplib with TLS at once', async () => {
    const { code, output } = await python('smtp', errand('tls', 10465));
    expect(code, output).toBe(0);
  });

  test('submission without TLS is refused', async () => {
    const { code, output } = await run(
      'curl',
      [
        ...[
          '-sS',
          '-v',
          '--url',
          `smtp://127.0.0.1:${gateway.port(10587)}`,
          '--user',
          user,
          '--login-options',
          'AUTH=PLAIN',
        ],
        ...['--mail-from', 'a@test.com', '--mail-rcpt', account.user, '--upload-file', '-'],
      ],
      mail('clear'),
    );
    expect(code, output).not.toBe(0);
  });

  test('swaks --tls with AUTH', async () => {
    const { code, output } = await run('swaks', [
      ...['--server', '127.0.0.1', '--port', `${gateway.port(10587)}`, '--tls', '--helo', 'swaks.test'],
      ...['--auth', 'PLAIN', '--auth-user', account.user, '--auth-password', account.password],
      ...['--from', 'swaks@test.com', '--to', account.user],
    ]);
    expect(code, output).toBe(0);
    expect(output).toContain('=== TLS started');
  });

  test('curl --ssl-reqd without a login, by recipient', async () => {
    const { code, output } = await run(
      'curl',
      [
        ...[
          '-sS',
          '-v',
          '--cacert',
          gateway.ca,
          '--ssl-reqd',
          '--url',
          `smtp://localhost:${gateway.port(10025)}/curl.test`,
        ],
        ...['--mail-from', 'curl@test.com', '--mail-rcpt', account.user, '--upload-file', '-'],
      ],
      mail('curl'),
    );
    expect(code, output).toBe(0);
  });

  test('a client behind a load balancer: Postfix is told its address', async () => {
    const lines = ['EHLO far.test', 'MAIL FROM:<far@test.com>', `RCPT TO:<${account.user}>`, 'QUIT'];
    const output = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const socket = net.connect(gateway.port(10026), '127.0.0.1');
      socket.on('error', reject);
      socket.write('PROXY TCP4 192.0.2.77 198.51.100.1 4321 25\r\n');
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString('latin1');
        const next = /(?:^|\n)\d{3} [^\n]*\n$/.test(heard) ? lines.shift() : undefined;
        if (next !== undefined) socket.write(`${next}\r\n`);
      });
      socket.on('close', () => resolve(heard));
    });
    expect(output).toMatch(/^250 2\.1\.5 Ok/m);
    await gateway.postfix.says(/connect from unknown\[192\.0\.2\.77\]|client=unknown\[192\.0\.2\.77\]/);
    expect(gateway.questions.at(-1)).toMatchObject({ 'client-ip': '192.0.2.77', 'proxy-protocol-port': '4321' });
  });
});

describe('openssl s_client', () => {
  const doors = [
    ['smtp', 10587, ['-starttls', 'smtp'], 'QUIT\r\n', '221'],
    ['imap', 10143, ['-starttls', 'imap'], 'a LOGOUT\r\n', '* BYE'],
    ['pop3', 10110, ['-starttls', 'pop3'], 'QUIT\r\n', '+OK'],
    ['smtps', 10465, [], 'QUIT\r\n', '221'],
    ['imaps', 10993, [], 'a LOGOUT\r\n', '* BYE'],
    ['pop3s', 10995, [], 'QUIT\r\n', '+OK'],
  ] as const;
  for (const [name, door, how, says, answer] of doors)
    test(`${name}: the certificate holds, and the session goes on encrypted`, async () => {
      const args = [
        's_client',
        '-connect',
        `localhost:${gateway.port(door)}`,
        '-CAfile',
        gateway.ca,
        '-verify_return_error',
      ];
      const { code, output } = await run('openssl', [...args, '-crlf', '-ign_eof', ...how], says.replace('\r', ''));
      expect(code, output).toBe(0);
      expect(output).toContain('Verify return code: 0 (ok)');
      expect(output).toContain(answer);
    });
});

describe('the journal afterwards', () => {
  const of = (sessions: readonly SessionSummary[], protocol: string) =>
    sessions.filter((one) => one.protocol === protocol);

  test('tells every session, with commands, answers and literals', async () => {
    journal = await gateway.read();
    const { sessions } = journal.list({ filter: '', limit: 500 });
    for (const protocol of ['smtp', 'imap', 'pop3'])
      expect(of(sessions, protocol).filter(({ outcome }) => outcome === 'relayed').length).toBeGreaterThan(3);
    const whole = of(sessions, 'imap').flatMap(({ id }) => journal?.session(id) ?? []);
    const appending = whole.find(({ entries }) => entries.some(({ bytes }) => /^\w+ APPEND /i.test(bytes)));
    const texts = appending?.entries.map(({ kind, bytes }) => `${kind} ${bytes.split('\r\n')[0]}`) ?? [];
    expect(texts).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^line \w+ APPEND .*\{\d+\+?\}$/i),
        expect.stringMatching(/^data From: x@test\.com/),
        expect.stringMatching(/^line \w+ OK .*Append completed/),
      ]),
    );
  });
});
