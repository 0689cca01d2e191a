import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import type { Socketed } from '../../../electron/engine/dial-guard.ts';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import type { Authority } from '../../../electron/engine/ports.ts';
import type { Verdict } from '../../../shared/machine/machine.ts';
import { sessionLog } from '../../../shared/nginx/log.ts';
import { Client, fakeAuthority, MemoryRecorder, tutorialServer } from '../../fakes/rig.ts';

let engine: Engine | undefined;
afterEach(() => engine?.stop());

test('an IPv6 upstream is known by its address in brackets', async () => {
  const recorder = new MemoryRecorder();
  const asked: string[] = [];
  engine = createEngine({
    authority: fakeAuthority({ type: 'route', server: '::1', port: 1, name: '::1:1' }),
    recorder,
    upstreamName: (address) => {
      asked.push(address);
      return 'eng';
    },
    allowLan: false,
  });
  const [listener] = await engine.apply({ servers: [tutorialServer] });
  const client = new Client(listener?.port ?? 0);
  client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
  await client.end();
  expect(asked).toEqual(['[::1]:1']);
  expect((await recorder.over(1)).summary.upstream).toBe('eng');
});

test('an auth service cannot make the lab send mail to another machine', async () => {
  const recorder = new MemoryRecorder();
  const away: Verdict = { type: 'route', server: '192.0.2.1', port: 25, name: '192.0.2.1:25' };
  const asked: string[] = [];
  engine = createEngine({
    authority: fakeAuthority(away),
    recorder,
    upstreamName: () => null,
    allowLan: false,
    allowed: (address) => {
      asked.push(address);
      return false;
    },
  });
  const [listener] = await engine.apply({ servers: [tutorialServer] });
  const client = new Client(listener?.port ?? 0);
  client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
  expect(await client.end()).toMatch(/451 4\.3\.2 Internal server error\r\n$/);
  const { summary, entries } = await recorder.over(1);
  expect(asked).toEqual(['192.0.2.1:25']);
  expect(summary).toMatchObject({ outcome: 'failed', error: 'session.dial.off-box' });
  expect(entries.find(({ why }) => why === 'session.dial.off-box')?.params).toMatchObject({ error: 'NOT_ALLOWED' });
});

/** A proxy whose auth service always names this address; `own` is a socket of the lab's besides. */
async function rigTo(server: string, port: 'itself' | number, own: Socketed[] = [], allowLan = false) {
  const recorder = new MemoryRecorder();
  const verdict: Verdict[] = [];
  const authority: Authority = {
    ask: (question, done) => fakeAuthority(...verdict).ask(question, done),
  };
  engine = createEngine({ authority, recorder, upstreamName: () => null, allowLan, own: () => own });
  const [listener] = await engine.apply({ servers: [tutorialServer] });
  const at = port === 'itself' ? (listener?.port ?? 0) : port;
  verdict.push({ type: 'route', server, port: at, name: `${server}:${at}` });
  const client = new Client(listener?.port ?? 0);
  client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
  const heard = await client.end();
  const { summary, entries } = await recorder.over(1);
  return { heard, summary, entries, sessions: recorder.sessions.size };
}

test.each(['127.0.0.1', '::ffff:127.0.0.1', '0.0.0.0', '::ffff:0.0.0.0'])(
  'an auth service cannot make the proxy talk to itself at %s',
  async (server) => {
    const { heard, summary, entries, sessions } = await rigTo(server, 'itself');
    expect(heard).toMatch(/451 4\.3\.2 Internal server error\r\n$/);
    expect(summary).toMatchObject({ outcome: 'failed', error: 'session.dial.own' });
    expect(sessions).toBe(1);
    const refused = entries.filter(({ why }) => why === 'session.dial.own');
    expect(refused.map(({ params }) => params)).toEqual([
      { upstream: `${server}:${entries[0]?.params?.listener?.toString().split(':')[1]}`, name: '', error: 'OWN_PORT' },
    ]);
    // As nginx tells of a server that refuses.
    expect(sessionLog(entries).map(({ text }) => text)).toContainEqual(
      expect.stringContaining('recv() failed (111: Connection refused) while reading response from upstream'),
    );
  },
);

test('nor to the auth service or the page of the lab, at any address that is theirs', async () => {
  const held = createServer().listen(0, '127.0.0.1');
  await once(held, 'listening');
  const address = held.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  for (const [server, bound, error] of [
    ['127.0.0.1', '127.0.0.1', 'session.dial.own'],
    ['::ffff:7f00:1', '127.0.0.1', 'session.dial.own'],
    ['127.0.0.1', '0.0.0.0', 'session.dial.own'],
    ['127.0.0.9', '0.0.0.0', 'session.dial.own'],
    ['::1', '::', 'session.dial.own'],
    ['::', '::1', 'session.dial.own'],
    // Another address of the same port is somebody else's.
    ['127.0.0.9', '127.0.0.1', 'smtp.back.refused'],
    ['192.0.2.1', '0.0.0.0', 'session.dial.off-box'],
  ] as const) {
    const { summary } = await rigTo(server, port, [{ address: bound, port }]);
    expect([server, bound, summary.error]).toEqual([server, bound, error]);
    await engine?.stop();
  }
  held.close();
});

test("an address of this machine's network is the lab's own where the lab listens on all of them", async () => {
  const [network] = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  const there = network?.address ?? '127.0.0.1';
  const { summary } = await rigTo(there, 9, [{ address: '0.0.0.0', port: 9 }], true);
  expect(summary.error).toBe('session.dial.own');
});
