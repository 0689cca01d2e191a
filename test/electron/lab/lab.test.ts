import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createLab } from '../../../electron/lab/lab.ts';
import { UserError } from '../../../electron/lab/user-error.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { freePorts } from '../../e2e/fixtures/ports.ts';
import { openWindow, type RunningLab, startLab } from '../../fakes/running-lab.ts';

const running: RunningLab[] = [];
const start = async (...args: Parameters<typeof startLab>) => {
  const lab = await startLab(...args);
  running.push(lab);
  return lab;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

async function sendByHand(lab: RunningLab, rcpt: string): Promise<number> {
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  await client.say('MAIL FROM:<dev@test.com>');
  await client.say(`RCPT TO:<${rcpt}>`);
  await client.say('DATA');
  await client.say('Subject: by hand\r\n\r\nHello!\r\n.');
  await client.say('QUIT');
  await client.closed();
  return client.localPort;
}

test('the tutorial runs: both routes, the message with its session, the session with its entries', async () => {
  const lab = await start();
  for (const [rcpt, upstream] of [
    ['user@eng.abc.com', 'eng'],
    ['user@hr.abc.com', 'hr'],
  ] as const) {
    const session = await lab.ended(await sendByHand(lab, rcpt));
    expect(session).toMatchObject({ upstream, outcome: 'relayed', to: [rcpt], authCalls: 1, error: null });
    const { messages } = await lab.call('messages.list', { upstream });
    expect(messages).toMatchObject([{ upstream, subject: 'by hand', session: session.id, from: 'dev@test.com' }]);
    const whole = await lab.call('session.get', { id: session.id });
    expect(whole?.entries.map(({ seq }) => seq)).toEqual([...Array(session.entries).keys()]);
  }
  const view = await lab.call('lab.get', {});
  expect(view.upstreams).toEqual([
    { name: 'eng', external: false, messages: 1 },
    { name: 'hr', external: false, messages: 1 },
  ]);
  expect(view.counts).toEqual({ sessions: 2, open: 0 });
});

test('a recipient nobody serves is refused with the words of the lab file', async () => {
  const lab = await start();
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  await client.say('MAIL FROM:<dev@test.com>');
  expect(await client.say('RCPT TO:<x@elsewhere.test>')).toBe('550 5.1.1 no such recipient here\r\n');
  client.end();
  expect(await lab.ended(client.localPort)).toMatchObject({ outcome: 'rejected', rule: 'otherwise', reply: 550 });
});

test('a broken text gives every problem with its place and leaves the running lab alone', async () => {
  const lab = await start();
  const before = await lab.call('lab.get', {});
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  const broken = lab.text.replace('smtp_auth  none', 'smpt_auth  none').replace('transport:', 'transprot:');
  const { ok, problems } = await lab.call('lab.apply', { text: broken });
  expect(ok).toBe(false);
  const lineOf = (needle: string) => broken.split('\n').findIndex((line) => line.includes(needle)) + 1;
  expect(problems).toEqual(
    expect.arrayContaining([expect.objectContaining({ severity: 'error', file: 'lab', line: lineOf('transprot') })]),
  );
  const after = await lab.call('lab.get', {});
  expect(after).toMatchObject({ text: before.text, listeners: before.listeners, rules: before.rules });
  expect(after.problems).toEqual(problems);
  expect(await client.say('HELO laptop')).toMatch(/^250 /);
  client.end();
});

test("a fault of the proxy's text is placed where it stands in the lab file", async () => {
  const lab = await start();
  const broken = lab.text.replace('smtp_auth  none', 'smpt_auth  none');
  const { problems } = await lab.call('lab.check', { text: broken });
  const line = broken.split('\n').findIndex((text) => text.includes('smpt_auth'));
  const column = (broken.split('\n')[line]?.indexOf('smpt_auth') ?? 0) + 1;
  expect(problems).toMatchObject([{ severity: 'error', file: 'lab', line: line + 1, column }]);
  expect(problems[0]?.message).toContain('unknown directive "smpt_auth"');
  const { problems: shown } = await lab.call('lab.get', {});
  expect(shown).toEqual([]);
});

test('applying a change binds only what changed: open sessions and untouched servers go on', async () => {
  const lab = await start();
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  const [port] = await freePorts(1);
  const hr = lab.listener('hr').port;
  const text = lab.text.replace(`127.0.0.1:${hr}`, `127.0.0.1:${port}`).replace('*@hr.abc.com', '*@people.abc.com');
  expect(await lab.call('lab.apply', { text })).toEqual({ ok: true, problems: [] });
  const listeners = (await lab.call('lab.get', {})).listeners;
  expect(listeners.find(({ name }) => name === 'hr')).toMatchObject({ port, state: 'listening' });
  await client.say('MAIL FROM:<dev@test.com>');
  expect(await client.say('RCPT TO:<user@people.abc.com>')).toMatch(/^250 /);
  client.end();
  expect(await lab.ended(client.localPort)).toMatchObject({ rule: 'human resources', upstream: 'hr' });
  await expect(dialogue({ host: '127.0.0.1', port: hr })).rejects.toThrow('ECONNREFUSED');
});

test('a port in use fails that listener alone, with the reason; retry has it once it is free', async () => {
  const squatter = createServer();
  await new Promise<void>((done) => {
    squatter.listen(0, '127.0.0.1', done);
  });
  const address = squatter.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const lab = await start();
  const auth = lab.listener('auth').port;
  const text = lab.text.replaceAll(`127.0.0.1:${auth}`, `127.0.0.1:${port}`);
  expect(await lab.call('lab.apply', { text })).toEqual({ ok: true, problems: [] });
  const id = `auth 127.0.0.1:${port}`;
  const { listeners } = await lab.call('lab.get', {});
  expect(listeners.find((one) => one.id === id)).toMatchObject({ state: 'failed', error: 'EADDRINUSE', port });
  expect(listeners.filter(({ state }) => state === 'failed')).toHaveLength(1);
  expect(await lab.call('listener.retry', { id })).toEqual({ ok: false });
  expect(await lab.ended(await sendByHand(lab, 'user@eng.abc.com'))).toMatchObject({ outcome: 'relayed' });
  await new Promise((done) => squatter.close(done));
  expect(await lab.call('listener.retry', { id })).toEqual({ ok: true });
  await lab.feed((feed) => feed.type === 'lab' && feed.lab.listeners.every(({ state }) => state === 'listening'));
});

test("the proxy's own port in use: its other address and every other server are up", async () => {
  const lab = await start();
  const squatter = createServer();
  const [port = 0] = await freePorts(1);
  await new Promise<void>((done) => {
    squatter.listen(port, '127.0.0.1', done);
  });
  await lab.call('lab.apply', { text: lab.text.replace(/listen( +)\d+;/, `listen$1${port};`) });
  const failed = lab.lab.listeners().filter(({ state }) => state === 'failed');
  expect(failed).toMatchObject([{ role: 'proxy', address: '127.0.0.1', port, error: 'EADDRINUSE' }]);
  await new Promise((done) => squatter.close(done));
  const id = failed[0]?.id ?? '';
  expect(await lab.call('listener.retry', { id })).toEqual({ ok: true });
  await expect(lab.call('listener.retry', { id: 'smtp 127.0.0.1:1' })).rejects.toThrow(
    'There is no listener "smtp 127.0.0.1:1" in the running lab.',
  );
});

test('a watched session is fed whole and once, to the window that watches it', async () => {
  const lab = await start();
  const other = openWindow(lab.lab);
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  const id = await lab.feed(
    (feed) => feed.type === 'sessions' && feed.changed.find((one) => one.client.endsWith(`:${client.localPort}`))?.id,
  );
  const before = await lab.call('session.watch', { id });
  await client.say('HELO laptop');
  await client.say('QUIT');
  await lab.ended(client.localPort);
  const whole = await lab.call('session.get', { id });
  const last = whole?.entries.length ?? 0;
  await lab.feed((feed) => feed.type === 'entries' && feed.entries.some(({ seq }) => seq === last - 1));
  const fed = lab.feeds.flatMap((feed) => (feed.type === 'entries' ? feed.entries : []));
  expect([...(before?.entries ?? []), ...fed]).toEqual(whole?.entries);
  expect(other.feeds.some(({ type }) => type === 'entries')).toBe(false);
  other.close();
});

test('send answers with what the server said, and with its session', async () => {
  const lab = await start();
  const listener = lab.lab.listeners().find(({ role }) => role === 'proxy')?.id ?? '';
  const mail = { listener, from: 'dev@test.com', subject: 'grüße', body: 'Hello!' };
  const sent = await lab.call('send', { ...mail, to: ['user@hr.abc.com'] });
  expect(sent).toMatchObject({ ok: true, accepted: ['user@hr.abc.com'], rejected: [], error: null });
  expect((await lab.call('session.get', { id: sent.session ?? -1 }))?.summary.upstream).toBe('hr');
  const refused = await lab.call('send', { ...mail, to: ['nobody@elsewhere.test'] });
  expect(refused).toMatchObject({ ok: false, rejected: ['nobody@elsewhere.test'], error: null });
  expect(refused.response).toContain('550 5.1.1 no such recipient here');
  expect(refused.session).toBe((sent.session ?? 0) + 1);
  await expect(lab.call('send', { ...mail, listener: 'smtp 9', to: ['a@b.c'] })).rejects.toThrow('"smtp 9"');
});

test('telnet: what is typed goes out, what comes back is fed, and the end is told', async () => {
  const lab = await start();
  const listener = lab.lab.listeners().find(({ role }) => role === 'proxy')?.id ?? '';
  const { connection } = await lab.call('telnet.open', { listener });
  const heard = () =>
    lab.feeds.map((feed) => (feed.type === 'telnet' && feed.connection === connection ? feed.data : '')).join('');
  await lab.feed(() => heard().includes('220 '));
  expect(await lab.call('telnet.write', { connection, text: 'QUIT\r\n' })).toEqual({ ok: true });
  await lab.feed((feed) => feed.type === 'telnet-closed' && feed.connection === connection);
  expect(heard()).toMatch(/^220 .*\r\n221 .*\r\n$/s);
  expect(await lab.call('telnet.write', { connection, text: 'NOOP\r\n' })).toEqual({ ok: false });
});

test('route.try shows the trail and the exact bytes without a session', async () => {
  const lab = await start();
  const result = await lab.call('route.try', { rcpt: 'user@eng.abc.com', from: 'dev@test.com' });
  const port = lab.listener('eng').port;
  expect(result).toMatchObject({ rule: 'engineering', upstream: 'eng', verdict: `route 127.0.0.1:${port}` });
  expect(result.request).toContain('Auth-SMTP-To: RCPT TO:<user@eng.abc.com>\r\n');
  expect(result.response).toContain(`Auth-Port: ${port}\r\n`);
  expect(await lab.call('route.try', { rcpt: 'x@y.z' })).toMatchObject({
    verdict: 'reject 550 5.1.1 no such recipient here',
    upstream: null,
  });
  expect((await lab.call('lab.get', {})).counts.sessions).toBe(0);
});

test('saving writes the running text, under a new name if asked, and knows what is unsaved', async () => {
  const lab = await start();
  const text = lab.text.replace('human resources', 'people');
  await lab.call('lab.apply', { text });
  expect(lab.lab.isUnsaved()).toBe(true);
  expect(await readFile(lab.file, 'utf8')).toBe(lab.text);
  const as = join(lab.folder, 'other.lab.yaml');
  expect(await lab.call('lab.save', { as })).toEqual({ saved: as });
  expect(await readFile(as, 'utf8')).toBe(text);
  expect(await readFile(lab.file, 'utf8')).toBe(lab.text);
  expect(lab.lab.isUnsaved()).toBe(false);
  expect((await lab.call('lab.get', {})).file).toBe(as);
  await expect(lab.call('lab.save', { as: join(lab.folder, 'x.txt') })).rejects.toThrow('ends in .lab.yaml');
  await expect(lab.call('lab.save', { as: join(lab.folder, 'no/x.yaml') })).rejects.toThrow('there is no such file');
  for (const name of ['a\0b.yaml', `${'x'.repeat(3000)}.yaml`])
    await expect(lab.call('lab.save', { as: join(lab.folder, name) })).rejects.toThrow(
      /^Cannot write .*: the system says/,
    );
  expect((await stat(as)).isFile()).toBe(true);
});

test('opening: a good file runs, a broken one is refused with its problems, a missing one in a sentence', async () => {
  const lab = await start();
  const broken = join(lab.folder, 'broken.lab.yaml');
  await writeFile(broken, 'lab: 1\nname: [\n');
  const refused = await lab.call('lab.open', { path: broken });
  expect(refused.opened).toBeNull();
  expect(refused.problems.length).toBeGreaterThan(0);
  expect(await lab.call('lab.get', {})).toMatchObject({ file: lab.file, text: lab.text, problems: [] });
  await expect(lab.call('lab.open', { path: join(lab.folder, 'none.yaml') })).rejects.toThrow('there is no such file.');
  await expect(lab.call('lab.open', {})).rejects.toThrow('Give the path of a lab file');
  const conf = join(lab.folder, 'nginx.conf');
  const [port, auth] = await freePorts(2);
  const server = `server { listen 127.0.0.1:${port}; protocol smtp; smtp_auth none; }`;
  await writeFile(conf, `mail { auth_http 127.0.0.1:${auth}/auth; server_name bare.test; ${server} }\nevents { }\n`);
  expect(await lab.call('lab.open', { path: conf })).toEqual({ opened: conf, problems: [] });
  const view = await lab.call('lab.get', {});
  expect(view).toMatchObject({ name: 'nginx.conf', serverName: 'bare.test', rules: [], upstreams: [] });
  expect(view.listeners.map(({ id }) => id)).toEqual([`smtp 127.0.0.1:${port}`]);
  await expect(lab.call('route.try', { rcpt: 'a@b.c' })).rejects.toThrow('no auth service of its own');
});

test('a lab that starts with a broken file holds it, with its problems, until it is put right', async () => {
  const lab = await start(tutorialText.replace('smtp_auth', 'smpt_auth'));
  expect(await lab.call('lab.get', {})).toMatchObject({ text: lab.text, listeners: [], problems: [{ file: 'lab' }] });
  await expect(lab.call('route.try', { rcpt: 'a@b.c' })).rejects.toThrow('put the problems of its file right first');
  const text = lab.text.replace('smpt_auth', 'smtp_auth');
  expect(await lab.call('lab.apply', { text })).toEqual({ ok: true, problems: [] });
  expect(await lab.ended(await sendByHand({ ...lab, text }, 'user@eng.abc.com'))).toMatchObject({ upstream: 'eng' });
});

test('a file that cannot be read is a UserError', async () => {
  await expect(createLab({ host: 'browser', dbFile: ':memory:', file: '/nonexistent.lab.yaml' })).rejects.toThrow(
    new UserError('Cannot read /nonexistent.lab.yaml: there is no such file.'),
  );
});

test('clearing the journal leaves open sessions, and tells every window', async () => {
  const lab = await start();
  await lab.ended(await sendByHand(lab, 'user@eng.abc.com'));
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  expect(await lab.call('sessions.clear', {})).toEqual({ cleared: 1 });
  await lab.feed((feed) => feed.type === 'lab' && feed.lab.counts.sessions === 1);
  client.end();
  await lab.ended(client.localPort);
});

test('a journal that cannot be kept is told of, and mail goes on', async () => {
  const lab = await start(tutorialText, { dbFile: join(import.meta.filename, 'journal.db') });
  const { recording } = await lab.call('lab.get', {});
  expect(recording.ok).toBe(false);
  expect(recording.error).toContain('journal.db');
  expect(await lab.ended(await sendByHand(lab, 'user@eng.abc.com'))).toMatchObject({ outcome: 'relayed' });
});
