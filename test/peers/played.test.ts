/** The example of three protocols as it is run: real clients send and read, and the lab plays every server behind. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openJournal } from '../../electron/journal/journal.ts';
import { startCli, stopChild } from '../e2e/fixtures/browser-host.ts';
import { withFreePorts } from '../e2e/fixtures/ports.ts';
import { python, type Security } from './python.ts';
import { run } from './run.ts';

const example = join(import.meta.dirname, '../../examples/three-protocols.lab.yaml');

const user = 'bob@hr.abc.com';
const password = 'two';

let folder = '';
/** As the example is, and as it runs. */
let exampleText = '';
let text = '';
let stop: () => Promise<unknown> = async () => undefined;

/** Ports, where the text says who listens on them. */
const ports = (lab: string): readonly number[] =>
  Array.from(lab.matchAll(/(?:listen +|127\.0\.0\.1:)(\d+)/g), (match) => Number(match[1]));

/** The port that stands where the example has this one. */
const port = (written: number): number => ports(text)[ports(exampleText).indexOf(written)] ?? 0;

const certificate = (name: string): string => join(folder, 'certificates', `self-signed-${name}.pem`);
const mail = (subject: string): string =>
  `From: x@test.com\r\nSubject: ${subject}\r\n\r\nbody of ${subject}\r\n.dot\r\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'played-'));
  exampleText = (await readFile(example, 'utf8'))
    .replaceAll('plain;', 'plain;\n          starttls  on;')
    .replace(/hr: +\{ /, 'hr: { play: { starttls: true }, ');
  text = await withFreePorts(exampleText);
  const file = join(folder, 'played.lab.yaml');
  await writeFile(file, text);
  const { child } = await startCli(['run', file, '--db', join(folder, 'journal.db')], /ready/, folder);
  stop = () => stopChild(child);
}, 60_000);

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

/** What curl says, line by line, and what it prints. */
async function curl(...args: readonly string[]): Promise<string> {
  const { code, output } = await run('curl', ['-sS', '-v', ...args]);
  expect(code, output).toBe(0);
  return output;
}

/** Brings a mail with curl. */
async function send(subject: string): Promise<void> {
  const file = join(folder, 'mail.eml');
  await writeFile(file, mail(subject));
  const envelope = ['--mail-from', 'ann@eng.abc.com', '--mail-rcpt', user];
  await curl('--url', `smtp://127.0.0.1:${port(3325)}`, ...envelope, '--upload-file', file);
}

const errand = (security: Security, at: number, ca: string) => ({ security, port: at, user, password, ca, mail: '' });
const asBob = ['--user', `${user}:${password}`];

describe('through the proxy', () => {
  test.each(['plain', 'starttls'] as const)('poplib, %s: reads the message and deletes it', async (security) => {
    await send(`for poplib, ${security}`);
    const { code, output } = await python('pop3', errand(security, port(3310), certificate('mail.test.com')));
    expect(code, output).toBe(0);
    expect(output).toContain(`body of for poplib, ${security}`);
    expect(output).toContain('\\r\\n.dot');
    expect(output).toMatch(/DELETED b'\+OK message 1 deleted/);
    expect(output).toContain('LISTED');
  });

  test('curl pop3:// lists, reads and deletes', async () => {
    await send('for curl');
    const url = `pop3://127.0.0.1:${port(3310)}`;
    expect(await curl('--url', `${url}/`, ...asBob)).toMatch(/^1 \d+\r?$/m);
    expect(await curl('--url', `${url}/1`, ...asBob)).toContain(mail('for curl'));
    expect(await curl('--url', url, ...asBob, '--request', 'TOP 1 1')).toMatch(/^< \+OK top of/m);
    expect(await curl('--url', url, ...asBob, '--request', 'UIDL')).toMatch(/^1 \d+\.\d+\r?$/m);
    expect(await curl('--url', `${url}/1`, ...asBob, '--request', 'DELE', '--head')).toMatch(/^< \+OK message 1/m);
    expect(await curl('--url', url, ...asBob, '--request', 'STAT', '--head')).toMatch(/^< \+OK 0 0/m);
  });

  test('curl pop3:// insists on TLS', async () => {
    const args = ['--cacert', certificate('mail.test.com'), '--ssl-reqd', ...asBob];
    const output = await curl('--url', `pop3://localhost:${port(3310)}/`, ...args);
    expect(output).toMatch(/SSL connection using TLSv1\.3/);
    expect(output).toMatch(/< \+OK \d+ message/);
  });

  test('what curl brings with SMTP, curl reads with IMAP', async () => {
    await send('for both');
    const url = `imap://127.0.0.1:${port(3343)}/INBOX`;
    expect(await curl('--url', `${url};MAILINDEX=1`, ...asBob)).toContain(mail('for both'));
    await curl('--url', url, ...asBob, '--request', 'STORE 1 +FLAGS.SILENT (\\Deleted)');
    expect(await curl('--url', url, ...asBob, '--request', 'EXPUNGE')).toMatch(/^< \* 1 EXPUNGE/m);
  });
});

describe('the played server itself', () => {
  test('takes the digest that curl makes of its greeting, and STLS', async () => {
    const url = `pop3://localhost:${port(1106)}/`;
    const apop = await curl('--url', url, ...asBob, '--login-options', 'AUTH=+APOP');
    expect(apop).toMatch(/^> APOP bob@hr\.abc\.com [0-9a-f]{32}/m);
    expect(apop).toMatch(/^< \+OK maildrop/m);
    const secured = await curl('--url', url, ...asBob, '--ssl-reqd', '--cacert', certificate('hr'));
    expect(secured).toMatch(/SSL connection using TLSv1\.3/);
    expect(secured).toMatch(/^< \+OK maildrop/m);
  });

  test('refuses a wrong password', async () => {
    const args = ['-sS', '-v', '--user', `${user}:wrong`, '--url', `pop3://127.0.0.1:${port(1106)}/`];
    const { code, output } = await run('curl', args);
    expect(code, output).toBe(67);
    expect(output).toContain('-ERR [AUTH] wrong user or password');
  });
});

test('the journal has them all, readable', async () => {
  await stop();
  const journal = openJournal({ file: join(folder, 'journal.db') });
  const { sessions } = journal.list({ filter: '', limit: 500 });
  const seen = (protocol: string) => sessions.filter((one) => one.protocol === protocol && one.outcome === 'relayed');
  for (const protocol of ['smtp', 'imap', 'pop3']) {
    expect(seen(protocol).length).toBeGreaterThan(1);
    expect(new Set(seen(protocol).map(({ upstream }) => upstream))).toEqual(new Set(['hr']));
  }
  const lines = seen('pop3').flatMap(({ id }) => journal.session(id)?.entries.map(({ bytes }) => bytes) ?? []);
  journal.close();
  expect(lines).toEqual(expect.arrayContaining(['RETR 1\r\n', '+OK message 1 deleted\r\n', '+OK bye\r\n']));
});
