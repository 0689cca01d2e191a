/** Clients that are not what they should be: each gets nginx's reply and one session, and disturbs nobody. */
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dialogue, dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

let lab: RunningLab;
/** A client in the middle of its dialogue while all the others misbehave. */
let bystander: Dialogue;
beforeAll(async () => {
  lab = await startLab();
  bystander = await dialogue(lab.listener('proxy'));
  await bystander.until(REPLY);
  await bystander.say('HELO bystander');
});
afterAll(async () => {
  bystander.end();
  await lab.stop();
});

const connected = async () => {
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  return client;
};

/** Exactly one session came of this client, and the bystander is served as if nothing had happened. */
async function oneSession(client: Pick<Dialogue, 'localPort'>) {
  const session = await lab.ended(client.localPort);
  const { sessions } = await lab.call('sessions.list', { filter: '' });
  expect(sessions.filter((one) => one.client.endsWith(`:${client.localPort}`))).toHaveLength(1);
  expect(await bystander.say('NOOP')).toBe('250 2.0.0 OK\r\n');
  const whole = await lab.call('session.get', { id: session.id });
  expect(whole?.entries.at(-1)?.kind).toBe('close');
  return session;
}

test('HTTP: every line is an unknown command until there are too many', async () => {
  const client = await connected();
  const headers = ['Host: a', 'User-Agent: b', 'Accept: */*', 'Accept-Language: de', 'Cache-Control: no-cache'];
  client.write(`GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  const all = await client.closed();
  expect(all.split('\r\n').filter((line) => line === '500 5.5.1 Invalid command').length).toBeGreaterThanOrEqual(4);
  expect(await oneSession(client)).toMatchObject({ outcome: 'closed', to: [] });
});

test('a TLS hello: no TLS comes back, and the client gives up', async () => {
  const { host, port } = lab.listener('proxy');
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  const error = await new Promise<Error>((failed) => {
    socket.once('error', failed);
  });
  expect(error.message).toMatch(/wrong version number|packet length too long/i);
  const { sessions } = await lab.call('sessions.list', { filter: '' });
  const localPort = Number(sessions[0]?.client.split(':').at(-1));
  expect(await oneSession({ localPort })).toMatchObject({ to: [], authCalls: 0 });
});

test('bytes without meaning, NULs among them', async () => {
  const client = await connected();
  const noise = Array.from({ length: 256 }, (_none, byte) => String.fromCharCode(byte)).join('');
  client.write(noise.repeat(20));
  client.end();
  await client.closed();
  expect(await oneSession(client)).toMatchObject({ to: [], authCalls: 0 });
});

test('half a line, and then the other half', async () => {
  const client = await connected();
  client.write('HELO lap');
  client.write('top\r\n');
  expect(await client.until(REPLY)).toBe('250 mail.test.com\r\n');
  expect(await client.say('QUIT')).toMatch(/^221 /);
  expect(await oneSession(client)).toMatchObject({ outcome: 'quit' });
});

test('half a line, and then nobody', async () => {
  const client = await connected();
  client.write('HELO lap');
  client.end();
  await client.closed();
  expect(await oneSession(client)).toMatchObject({ outcome: 'quit', to: [] });
});

test('a line without end is cut off with an error', async () => {
  const client = await connected();
  client.write('X'.repeat(100_000));
  expect(await client.closed()).toContain('500 5.5.1 Invalid command\r\n');
  expect(await oneSession(client)).toMatchObject({ to: [], authCalls: 0 });
});

test('nothing at all, and then the end', async () => {
  const client = await connected();
  client.end();
  await client.closed();
  expect(await oneSession(client)).toMatchObject({ outcome: 'quit', bytesIn: 0 });
});

test('a connection broken before the greeting is read', async () => {
  const client = await dialogue(lab.listener('proxy'));
  client.reset();
  expect(await oneSession(client)).toMatchObject({ bytesIn: 0, authCalls: 0 });
});

test.each([
  ['after HELO', ['HELO laptop']],
  ['after MAIL', ['HELO laptop', 'MAIL FROM:<a@b.test>']],
  ['in the relay', ['HELO laptop', 'MAIL FROM:<a@b.test>', 'RCPT TO:<user@eng.abc.com>']],
  ['in the message', ['HELO laptop', 'MAIL FROM:<a@b.test>', 'RCPT TO:<user@eng.abc.com>', 'DATA']],
])('a connection broken %s', async (_where, lines) => {
  const client = await connected();
  for (const line of lines) await client.say(line);
  client.write('Subject: never');
  client.reset();
  const session = await oneSession(client);
  expect(session.authCalls).toBe(lines.length > 2 ? 1 : 0);
  const { messages } = await lab.call('messages.list', {});
  expect(messages).toEqual([]);
});

test('a hundred of them at once', async () => {
  const clients = await Promise.all(Array.from({ length: 100 }, connected));
  for (const [index, client] of clients.entries()) {
    client.write(['\u0016\u0003\u0001', 'GET / HTTP/1.0\r\n\r\n', 'HELO', 'x'.repeat(5000)][index % 4] ?? '');
    if (index % 2) client.reset();
    else client.end();
  }
  await Promise.all(clients.map((client) => lab.ended(client.localPort)));
  expect((await lab.call('lab.get', {})).counts.open).toBe(1);
  expect(await bystander.say('NOOP')).toBe('250 2.0.0 OK\r\n');
});
