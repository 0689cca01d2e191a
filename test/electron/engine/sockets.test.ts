import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import { placesOf } from '../../../electron/engine/places.ts';
import type { Listen, MailServer } from '../../../shared/nginx/mail.ts';
import { readProxyHeader } from '../../../shared/wire/proxy-in.ts';
import { freePorts } from '../../e2e/fixtures/ports.ts';
import {
  Client,
  fakeAuthority,
  fakeUpstream,
  MemoryRecorder,
  releaseFirst,
  route,
  tutorialServer,
} from '../../fakes/rig.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});
function rig(allowLan = false, authority = fakeAuthority()): { engine: Engine; recorder: MemoryRecorder } {
  const recorder = new MemoryRecorder();
  const engine = createEngine({ authority, recorder, upstreamName: () => null, allowLan });
  cleanup.push(engine.stop);
  return { engine, recorder };
}
const listen = (host: string, port: number, more: Partial<Listen> = {}): Listen => ({
  text: `${host}:${port}`,
  host,
  port,
  line: 1,
  ...more,
});
const server = (serverName: string, ...listens: Listen[]): MailServer => ({ ...tutorialServer, serverName, listens });
const greets = async (where: ConstructorParameters<typeof Client>[0]): Promise<string> => {
  const client = new Client(where);
  const text = await client.greeting();
  client.socket.destroy();
  return text.split(' ')[1] ?? '';
};

describe('a unix socket', () => {
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'unix-'));
    cleanup.push(() => rmSync(made, { recursive: true, force: true }));
    return made;
  };
  const unix = (path: string): Listen => listen('unix:', 0, { unix: path, text: `unix:${path}` });

  test('is listened on, its clients have no address, and its file goes with the listener', async () => {
    const path = join(folder(), 'mail.sock');
    const authority = fakeAuthority({ type: 'reject', message: 'no', waitMs: 0 });
    const { engine, recorder } = rig(false, authority);
    const [listener] = await engine.apply({ servers: [server('unix.test', unix(path))] });
    expect(listener).toEqual({
      id: `smtp unix:${path}`,
      protocol: 'smtp',
      address: `unix:${path}`,
      port: 0,
      state: 'listening',
      error: null,
      narrowed: false,
      ssl: false,
      starttls: 'off',
      proxyProtocol: false,
    });
    // As nginx leaves it: anybody on this machine may connect.
    expect(statSync(path).mode & 0o777).toBe(0o666);
    const client = new Client({ path });
    expect(await client.greeting()).toBe('220 unix.test ESMTP ready\r\n');
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await client.end();
    const { summary, entries } = await recorder.over(1);
    expect(summary).toMatchObject({ client: 'unix:', listener: `unix:${path}` });
    expect(entries[0]?.params).toMatchObject({ client: 'unix:', listener: `unix:${path}` });
    expect(authority.asked[0]).toContain('Client-IP: unix:\r\n');
    await engine.apply(null);
    expect(existsSync(path)).toBe(false);
  });

  test('whose file is there already is taken, as in nginx, and can be tried again', async () => {
    const path = join(folder(), 'mail.sock');
    writeFileSync(path, '');
    const { engine } = rig();
    const [stale] = await engine.apply({ servers: [server('unix.test', unix(path))] });
    expect(stale).toMatchObject({ state: 'failed', error: 'EADDRINUSE' });
    rmSync(path);
    const [again] = await engine.retry(`smtp unix:${path}`);
    expect(again).toMatchObject({ state: 'listening', error: null });
    expect(await greets({ path })).toBe('unix.test');
  });
});

describe('several addresses on one port', () => {
  test('a wildcard that may leave loopback accepts for the others, and the local address chooses', async () => {
    const [port = 0] = await freePorts(1);
    const { engine, recorder } = rig(true);
    const wild = server('wild.test', listen('*', port));
    const exact = server('exact.test', listen('127.0.0.2', port));
    const listeners = await engine.apply({ servers: [wild, exact] });
    expect(listeners.map(({ id, state }) => `${id} ${state}`)).toEqual([
      `smtp 0.0.0.0:${port} listening`,
      `smtp [::1]:${port} listening`,
      `smtp 127.0.0.2:${port} listening`,
    ]);
    expect(await greets({ host: '127.0.0.1', port })).toBe('wild.test');
    expect(await greets({ host: '127.0.0.2', port })).toBe('exact.test');
    expect((await recorder.over(2)).summary.listener).toBe(`127.0.0.2:${port}`);
    // Without the wildcard it needs a socket of its own; with it again, that one goes.
    await engine.apply({ servers: [exact] });
    expect(await greets({ host: '127.0.0.2', port })).toBe('exact.test');
    await engine.apply({ servers: [wild, exact] });
    expect(await greets({ host: '127.0.0.2', port })).toBe('exact.test');
    expect(await greets({ host: '127.0.0.3', port })).toBe('wild.test');
  });

  test('bind asks for a socket of its own, which Linux does not give beside a wildcard: nginx fails too', async () => {
    const [port = 0] = await freePorts(1);
    const { engine } = rig(true);
    const listeners = await engine.apply({
      servers: [
        server('wild.test', listen('*', port)),
        server('exact.test', listen('127.0.0.2', port, { bind: true })),
      ],
    });
    const exact = listeners.find(({ address }) => address === '127.0.0.2');
    expect(exact).toMatchObject({ state: 'failed', error: 'EADDRINUSE' });
  });

  test('a wildcard narrowed to loopback takes no address from another listen', async () => {
    const [port = 0] = await freePorts(1);
    const { engine, recorder } = rig();
    await engine.apply({
      servers: [server('wild.test', listen('*', port)), server('exact.test', listen('127.0.0.2', port))],
    });
    expect(await greets({ host: '127.0.0.1', port })).toBe('wild.test');
    expect(await greets({ host: '127.0.0.2', port })).toBe('exact.test');
    const [wild, exact] = [(await recorder.over(1)).entries[0], (await recorder.over(2)).entries[0]];
    expect(wild?.params).toMatchObject({ listener: `127.0.0.1:${port}`, inNginx: `0.0.0.0:${port}` });
    expect(exact?.params).not.toHaveProperty('inNginx');
  });

  test('ipv6only=off takes IPv4 clients too, who then have IPv4-mapped addresses', async () => {
    const { engine, recorder } = rig();
    const listens = [listen('::', 0, { ipv6only: false })];
    const listeners = await engine.apply({ servers: [{ ...tutorialServer, listens }] });
    expect(listeners.map(({ address }) => address)).toEqual(['::1', '::ffff:127.0.0.1']);
    const port = listeners[0]?.port ?? 0;
    expect(listeners[1]?.port).toBe(port);
    expect(await greets({ host: '::1', port })).toBe('mail.test.com');
    expect(await greets({ host: '127.0.0.1', port })).toBe('mail.test.com');
    expect((await recorder.over(2)).summary.client).toMatch(/^\[::ffff:127\.0\.0\.1\]:\d+$/);
    expect((await recorder.over(2)).entries[0]?.params?.inNginx).toBe(`[::]:${port}`);
  });

  test('one IPv6 wildcard alone keeps to IPv6', () => {
    const addresses = placesOf({ servers: [server('x', listen('::', 25))] }, false).map(({ address }) => address);
    expect(addresses).toEqual(['::1']);
  });
});

describe('parameters of a socket', () => {
  test('so_keepalive and backlog are its own: it is bound again when they change', async () => {
    const [port = 0] = await freePorts(1);
    const { engine } = rig();
    const one = (more: Partial<Listen>) => ({ servers: [server('x.test', listen('127.0.0.1', port, more))] });
    await engine.apply(one({}));
    expect(await greets(port)).toBe('x.test');
    const keepalive = { idleMs: 30_000, intervalMs: null, count: 3 };
    const [listener] = await engine.apply(one({ backlog: 5, keepalive }));
    expect(listener).toMatchObject({ state: 'listening', port });
    expect(await greets(port)).toBe('x.test');
    await engine.apply(one({ keepalive: { idleMs: null, intervalMs: null, count: null } }));
    expect(await greets(port)).toBe('x.test');
  });
});

describe('proxy_protocol', () => {
  test.each(['on', 'v2'] as const)('%s: the upstream is told first who the client is', async (proxyProtocol) => {
    // An upstream that expects a header of version 1 greets nobody before it has come.
    const replies = { PROXY: '220 up\r\n' };
    const upstream = await fakeUpstream(replies, proxyProtocol === 'on' ? '' : '220 up\r\n');
    cleanup.push(upstream.close);
    const { engine, recorder } = rig(false, fakeAuthority(route(upstream.port)));
    const [listener] = await engine.apply({ servers: [{ ...tutorialServer, proxyProtocol }] });
    const port = listener?.port ?? 0;
    const client = new Client(port);
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await client.until(() => client.received.includes('rcpt ok') || client.closed);
    client.socket.end();
    const { entries, summary } = await recorder.over(1);
    const sent = entries.find(({ why }) => why === 'session.proxy-header');
    expect(sent).toMatchObject({ leg: 'upstream', direction: 'out', kind: 'line', disposition: 'invented' });
    expect(entries[sent?.cause ?? -1]?.why).toBe('smtp.back.connected');
    expect(entries[(sent?.seq ?? 0) + 1]?.why).toBe('smtp.back.hello');
    const received = upstream.received();
    expect(received.startsWith(`${sent?.bytes}HELO mail.test.com\r\n`)).toBe(true);
    expect(received.startsWith('PROXY ')).toBe(proxyProtocol === 'on');
    const source = { address: '127.0.0.1', port: Number(summary.client.split(':')[1]) };
    const destination = { address: '127.0.0.1', port };
    expect(readProxyHeader(received)).toEqual({ length: sent?.bytes.length, proxied: { source, destination } });
  });

  test('the header stops at the gate towards the upstream', async () => {
    const upstream = await fakeUpstream();
    cleanup.push(upstream.close);
    const { engine, recorder } = rig(false, fakeAuthority(route(upstream.port)));
    const [listener] = await engine.apply({ servers: [{ ...tutorialServer, proxyProtocol: 'on' }] });
    engine.gates.arm('P>U', true);
    const client = new Client(listener?.port ?? 0);
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    const begun = recorder.sessions.get(1);
    await client.greeting();
    await expect.poll(() => engine.gates.view().heldCount).toBe(1);
    expect(upstream.received()).toBe('');
    engine.gates.arm('P>U', false);
    releaseFirst(engine, 1);
    await client.until(() => client.received.includes('rcpt ok'));
    expect(upstream.received()).toMatch(/^PROXY TCP4 /);
    expect(begun).toBeUndefined();
  });

  test('a client over a unix socket is unknown', async () => {
    const upstream = await fakeUpstream();
    cleanup.push(upstream.close);
    const made = mkdtempSync(join(tmpdir(), 'unix-'));
    cleanup.push(() => rmSync(made, { recursive: true, force: true }));
    const path = join(made, 'mail.sock');
    const { engine } = rig(false, fakeAuthority(route(upstream.port)));
    const listens = [listen('unix:', 0, { unix: path })];
    await engine.apply({ servers: [{ ...tutorialServer, proxyProtocol: 'on', listens }] });
    const client = new Client({ path });
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await client.until(() => client.received.includes('rcpt ok'));
    expect(upstream.received()).toMatch(/^PROXY UNKNOWN\r\nHELO /);
    client.socket.destroy();
  });
});

describe('quitting', () => {
  test('accepts nobody any more, and is over with the last session', async () => {
    const { engine } = rig();
    const [listener] = await engine.apply({ servers: [tutorialServer] });
    const port = listener?.port ?? 0;
    const client = new Client(port);
    await client.greeting();
    let over = false;
    const quitting = engine.quit(null).then(() => {
      over = true;
    });
    const next = createServer().listen(port, '127.0.0.1');
    await once(next, 'listening');
    next.close();
    expect(await client.ask('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
    expect(over).toBe(false);
    client.socket.end();
    await quitting;
    expect(engine.open()).toEqual([]);
  });

  test('is over at once where nobody is there', async () => {
    const { engine } = rig();
    await engine.apply({ servers: [tutorialServer] });
    await engine.quit(null);
    expect(engine.listeners()).toEqual([]);
  });

  test('cuts relays after worker_shutdown_timeout, also one that begins later; a dialogue has its own timeout', async () => {
    const upstream = await fakeUpstream();
    cleanup.push(upstream.close);
    const { engine, recorder } = rig(false, fakeAuthority(route(upstream.port)));
    const [listener] = await engine.apply({ servers: [tutorialServer] });
    const relayed = new Client(listener?.port ?? 0);
    const waiting = new Client(listener?.port ?? 0);
    relayed.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await relayed.until(() => relayed.received.includes('rcpt ok'));
    await waiting.greeting();
    const quitting = engine.quit(20);
    await relayed.end();
    const first = recorder.sessions.get(1)?.summary.client.endsWith(`:${relayed.socket.localPort}`) ? 1 : 2;
    const { entries, summary } = await recorder.over(first);
    expect(entries.slice(-3).map(({ why }) => why)).toEqual([
      'session.shutdown-timeout',
      'session.done',
      'session.done',
    ]);
    expect(summary).toMatchObject({ outcome: 'relayed', error: 'session.shutdown-timeout' });
    expect(await waiting.ask('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
    waiting.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    expect(await waiting.end()).toContain('250 rcpt ok\r\n');
    await quitting;
    expect((await recorder.over(3 - first)).summary.error).toBe('session.shutdown-timeout');
  });

  test('stopping puts an end to it', async () => {
    const { engine } = rig();
    const [listener] = await engine.apply({ servers: [tutorialServer] });
    const client = new Client(listener?.port ?? 0);
    await client.greeting();
    const quitting = engine.quit(null);
    await engine.stop();
    await quitting;
    await client.end();
  });
});
