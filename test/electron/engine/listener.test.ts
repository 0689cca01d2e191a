import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import { placesOf } from '../../../electron/engine/places.ts';
import type { Listen } from '../../../shared/nginx/mail.ts';
import { Client, fakeAuthority, MemoryRecorder, tutorialServer } from '../../fakes/rig.ts';

const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});
const engine = (allowLan = false): Engine => {
  const made = createEngine({
    authority: fakeAuthority(),
    recorder: new MemoryRecorder(),
    upstreamName: () => null,
    allowLan,
  });
  engines.push(made);
  return made;
};
const listen = (host: string, port: number): Listen => ({ text: `${host}:${port}`, host, port, line: 1 });
const conf = (...listens: Listen[]) => ({ servers: [{ ...tutorialServer, listens }] });

describe('where the proxy listens', () => {
  test('every interface is narrowed to both loopbacks, unless the lab may leave them', () => {
    const addresses = (allowLan: boolean) =>
      placesOf(conf(listen('*', 3333)), allowLan).map(({ address, port, narrowed }) => ({ address, port, narrowed }));
    expect(addresses(false)).toEqual([
      { address: '127.0.0.1', port: 3333, narrowed: true },
      { address: '::1', port: 3333, narrowed: true },
    ]);
    expect(addresses(true)[0]).toEqual({ address: '0.0.0.0', port: 3333, narrowed: false });
  });

  test('a wildcard leaves the addresses that another listen names to that one', () => {
    const sockets = (...listens: Listen[]) => placesOf(conf(...listens), false).map(({ address }) => address);
    expect(sockets(listen('*', 25), listen('::', 25))).toEqual(['127.0.0.1', '::1']);
    expect(sockets(listen('*', 25), listen('127.0.0.1', 25))).toEqual(['::1', '127.0.0.1']);
    expect(sockets(listen('127.0.0.1', 25), listen('*', 26))).toEqual(['127.0.0.1', '127.0.0.1', '::1']);
  });

  test('a buffer without room for a byte refuses the first one', async () => {
    const proxy = engine();
    const [listener] = await proxy.apply({ servers: [{ ...tutorialServer, smtpClientBuffer: 0 }] });
    const client = new Client(listener?.port ?? 0);
    expect(await client.greeting()).toBe('220 mail.test.com ESMTP ready\r\n');
    client.send('N');
    expect(await client.end()).toMatch(/500 5\.5\.1 Invalid command\r\n$/);
  });

  test('another address than loopback is refused without permission', async () => {
    const [listener] = await engine().apply(conf(listen('192.0.2.1', 25)));
    expect(listener).toMatchObject({ state: 'failed', error: 'NOT_LOOPBACK' });
  });

  test('a port in use fails alone, names itself, and can be tried again', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const proxy = engine();
    const listeners = await proxy.apply(conf(listen('127.0.0.1', port), listen('127.0.0.1', 0)));
    expect(listeners.map(({ state, error }) => [state, error])).toEqual([
      ['failed', 'EADDRINUSE'],
      ['listening', null],
    ]);
    const other = new Client(listeners[1]?.port ?? 0);
    expect(await other.greeting()).toBe('220 mail.test.com ESMTP ready\r\n');
    squatter.close();
    await once(squatter, 'close');
    const again = await proxy.retry(`smtp 127.0.0.1:${port}`);
    expect(again.map(({ state }) => state)).toEqual(['listening', 'listening']);
  });

  test('a listener that stays keeps its socket and serves the new configuration; its open sessions keep the old', async () => {
    const proxy = engine();
    const first = conf(listen('127.0.0.1', 0));
    const [before] = await proxy.apply(first);
    const old = new Client(before?.port ?? 0);
    await old.greeting();
    const [after] = await proxy.apply({
      servers: [{ ...tutorialServer, ...first.servers[0], serverName: 'new.test' }],
    });
    expect(after?.port).toBe(before?.port);
    const young = new Client(after?.port ?? 0);
    expect(await young.greeting()).toBe('220 new.test ESMTP ready\r\n');
    expect(await old.ask('HELO x\r\n')).toBe('250 mail.test.com\r\n');
  });

  test('a listener that leaves frees its port, its open sessions go on', async () => {
    const proxy = engine();
    const [listener] = await proxy.apply(conf(listen('127.0.0.1', 0)));
    const client = new Client(listener?.port ?? 0);
    await client.greeting();
    expect(await proxy.apply(null)).toEqual([]);
    expect(await client.ask('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
    const next = createServer().listen(listener?.port, '127.0.0.1');
    await once(next, 'listening');
    next.close();
  });
});
