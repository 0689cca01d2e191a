/** The lab with SMTP, IMAP and POP3: what one protocol brings, the others show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';
import { Wire } from '../upstream/wire.ts';

const text = readFileSync(join(import.meta.dirname, '../../../examples/three-protocols.lab.yaml'), 'utf8');

async function started(change: (text: string) => string = (same) => same): Promise<RunningLab> {
  const running = await startLab(change(text));
  onTestFinished(() => running.stop());
  expect(running.lab.view().problems).toEqual([]);
  return running;
}

/** A listener of the proxy, or of an upstream. */
function portOf({ lab }: RunningLab, protocol: string, name = ''): number {
  const found = lab.listeners().find((one) => one.protocol === protocol && one.name === name);
  if (!found) throw new Error(`There is no ${protocol} listener ${name}`);
  expect(found.state).toBe('listening');
  return found.port;
}

async function deliver(running: RunningLab, to: string, subject: string): Promise<void> {
  const client = new Wire(portOf(running, 'smtp'));
  await client.line();
  for (const line of ['HELO me', 'MAIL FROM:<ann@eng.abc.com>', `RCPT TO:<${to}>`, 'DATA'])
    expect(await client.say(`${line}\r\n`)).toMatch(/^[23]/);
  expect(await client.say(`Subject: ${subject}\r\n\r\n.. hello\r\n.\r\n`)).toMatch(/^250/);
  client.send('QUIT\r\n');
  await client.rest();
}

async function pop3(port: number, user: string, password: string): Promise<Wire> {
  const client = new Wire(port);
  await client.line();
  await client.say(`USER ${user}\r\n`);
  client.send(`PASS ${password}\r\n`);
  return client;
}

async function imap(port: number, user: string, password: string): Promise<Wire> {
  const client = new Wire(port);
  await client.line();
  expect(await client.say(`a LOGIN ${user} ${password}\r\n`)).toMatch(/^a OK/);
  return client;
}

const bob = ['bob@hr.abc.com', 'two'] as const;

describe('a lab of three protocols', () => {
  it('keeps the promises of its own tests', async () => {
    const running = await started();
    const { report } = await running.call('tests.run', { send: true });
    expect(report?.tests.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed']);
  });

  it('plays every upstream in every protocol, and says where', async () => {
    const { lab } = await started();
    const upstreams = lab.listeners().filter(({ role }) => role === 'upstream');
    expect(upstreams.map(({ name, protocol, state }) => `${name} ${protocol} ${state}`)).toEqual(
      ['eng', 'hr'].flatMap((name) => ['smtp', 'imap', 'pop3'].map((protocol) => `${name} ${protocol} listening`)),
    );
  });

  it('shows with POP3 and IMAP what came with SMTP, to its owner alone', async () => {
    const running = await started();
    await deliver(running, 'Bob@HR.abc.com', 'for bob');
    const reader = await pop3(portOf(running, 'pop3'), ...bob);
    expect(await reader.line()).toMatch('+OK maildrop has 1 message');
    expect(await reader.say('RETR 1\r\n')).toMatch(/^\+OK \d+ octets/);
    expect(await reader.until(/^\.\r\n/m)).toBe('Subject: for bob\r\n\r\n.. hello\r\n.\r\n');
    const other = await imap(portOf(running, 'imap'), ...bob);
    other.send('b SELECT INBOX\r\nc FETCH 1 BODY[]\r\n');
    expect(await other.until(/^c OK[^\n]*\n/m)).toMatch(/\* 1 EXISTS.*Subject: for bob\r\n\r\n\. hello/s);
    const ann = await pop3(portOf(running, 'pop3'), 'ann@eng.abc.com', 'one');
    expect(await ann.line()).toMatch('+OK maildrop has 0 messages');
    const somebody = await pop3(portOf(running, 'pop3', 'hr'), 'bob@hr.abc.com', 'one');
    expect(await somebody.line()).toMatch('-ERR [AUTH]');
  });

  it('tells a waiting client at once of new mail, through the proxy', async () => {
    const running = await started();
    const client = await imap(portOf(running, 'imap'), ...bob);
    client.send('b SELECT INBOX\r\n');
    await client.until(/^b OK[^\n]*\n/m);
    expect(await client.say('c IDLE\r\n')).toMatch(/^\+/);
    await deliver(running, 'bob@hr.abc.com', 'news');
    expect(await client.line()).toBe('* 1 EXISTS\r\n');
    client.send('DONE\r\n');
    expect(await client.until(/^c OK[^\n]*\n/m)).toMatch('c OK');
  });

  it('removes with POP3 what IMAP then misses, and records each session', async () => {
    const running = await started();
    await deliver(running, 'bob@hr.abc.com', 'short-lived');
    const watcher = await imap(portOf(running, 'imap'), ...bob);
    watcher.send('b SELECT INBOX\r\n');
    await watcher.until(/^b OK[^\n]*\n/m);
    const reader = await pop3(portOf(running, 'pop3'), ...bob);
    await reader.line();
    reader.send('DELE 1\r\nQUIT\r\n');
    expect(await reader.rest()).toMatch('+OK message 1 deleted\r\n+OK bye');
    watcher.send('c NOOP\r\n');
    expect(await watcher.until(/^c OK[^\n]*\n/m)).toMatch('* 1 EXPUNGE');
    const summary = await running.ended(reader.localPort);
    expect(summary).toMatchObject({ protocol: 'pop3', upstream: 'hr', user: 'bob@hr.abc.com', outcome: 'relayed' });
  });

  it('links what IMAP puts into a mailbox with its session', async () => {
    const running = await started();
    const client = await imap(portOf(running, 'imap'), ...bob);
    await client.say('b APPEND INBOX {5}\r\n');
    expect(await client.say('a: b\n\r\n')).toMatch(/^b OK/);
    client.send('z LOGOUT\r\n');
    await client.rest();
    const { id } = await running.ended(client.localPort);
    const { messages } = await running.call('messages.list', { upstream: 'hr' });
    expect(messages.map(({ session }) => session)).toEqual([id]);
  });

  it('takes accounts as they are now, and leaves open sessions alone', async () => {
    const running = await started();
    const open = await pop3(portOf(running, 'pop3'), ...bob);
    await open.line();
    const change = running.text.replace(
      '  - { user: ann',
      '  - { user: eve, password: new, upstream: hr }\n  - { user: ann',
    );
    await running.call('lab.apply', { text: change });
    expect(running.lab.view().problems).toEqual([]);
    expect(await open.say('STAT\r\n')).toBe('+OK 0 0\r\n');
    const eve = await pop3(portOf(running, 'pop3'), 'eve', 'new');
    expect(await eve.line()).toMatch('+OK maildrop');
    const sender = new Wire(portOf(running, 'smtp', 'hr'));
    await sender.line();
    await sender.say('HELO me\r\n');
    expect(await sender.say(`AUTH PLAIN ${btoa('\0eve\0new')}\r\n`)).toMatch(/^235/);
  });

  it('starts only that server anew whose switches changed', async () => {
    const running = await started();
    const there = new Wire(portOf(running, 'pop3', 'hr'));
    const same = new Wire(portOf(running, 'imap', 'hr'));
    const other = new Wire(portOf(running, 'pop3', 'eng'));
    for (const client of [there, same, other]) await client.line();
    const change = running.text.replace(/(hr: +\{ )/, '$1play: { pop3: { apop: false } }, ');
    await running.call('lab.apply', { text: change });
    expect(await there.rest()).toBe('-ERR [SYS/TEMP] hr is stopping\r\n');
    expect(await same.say('a NOOP\r\n')).toMatch('a OK');
    expect(await other.say('CAPA\r\n')).toMatch('+OK');
    expect(await new Wire(portOf(running, 'pop3', 'hr')).line()).toBe('+OK hr POP3 ready\r\n');
  });

  it('finds servers on ports that the system chose', async () => {
    const running = await startLab(text.replace('pop3: 127.0.0.1:1106', 'pop3: "127.0.0.1:0"'));
    onTestFinished(() => running.stop());
    const port = portOf(running, 'pop3', 'hr');
    expect(port).toBeGreaterThan(0);
    const reader = await pop3(portOf(running, 'pop3'), ...bob);
    expect(await reader.line()).toMatch('+OK maildrop');
  });

  it('lets a server with a switch be reached with TLS and a PROXY header', async () => {
    const running = await started((same) =>
      same
        .replace(/(hr: +\{ )/, '$1play: { proxyProtocol: true, starttls: true }, ')
        .replaceAll('xclient     off;', 'xclient     off;\n      proxy_protocol on;'),
    );
    const reader = await pop3(portOf(running, 'pop3'), ...bob);
    expect(await reader.line()).toMatch('+OK maildrop');
    const direct = new Wire(portOf(running, 'pop3', 'hr'));
    direct.send('PROXY TCP4 192.0.2.1 127.0.0.1 1 2\r\n');
    await direct.line();
    expect(await direct.say('STLS\r\n')).toMatch('+OK');
    expect(await direct.secure()).toBe('hr');
  });
});
