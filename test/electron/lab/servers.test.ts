import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createServers, type Wanted } from '../../../electron/lab/servers.ts';

const at = { host: '127.0.0.1', port: 0 };
const played = (protocol: Wanted['protocol'], how: string): Wanted => ({
  role: 'upstream',
  name: protocol,
  protocol,
  at,
  how,
});

test('servers stand in the order of the lab file, whichever of them was started anew', async () => {
  const stopped: string[] = [];
  const servers = createServers({
    create: ({ name }) => ({
      listen: () => Promise.resolve({ port: 1 }),
      stop: () => Promise.resolve(void stopped.push(name)),
    }),
    refuses: () => false,
  });
  const names = () => servers.views().map(({ name }) => name);
  await servers.raise([played('smtp', 'a'), played('imap', 'a'), played('pop3', 'a')]);
  expect(names()).toEqual(['smtp', 'imap', 'pop3']);
  const other = [played('smtp', 'b'), played('imap', 'a'), played('pop3', 'a')];
  await servers.drop(other);
  expect(stopped).toEqual(['smtp']);
  await servers.raise(other);
  expect(names()).toEqual(['smtp', 'imap', 'pop3']);
});

test('a port that is to refuse is closed and comes back where it was; somebody who took it meanwhile is told, until he leaves', async () => {
  let closed = false;
  const stopped: number[] = [];
  const servers = createServers({
    create: () => {
      const server = createServer();
      return {
        listen: (host, port) =>
          new Promise((resolve, reject) => {
            server.once('error', reject);
            server.listen(port, host, () => resolve({ port: (server.address() as AddressInfo).port }));
          }),
        refuse: () => void server.close(),
        stop: () => new Promise((resolve) => void server.close(() => resolve(void stopped.push(1)))),
      };
    },
    refuses: () => closed,
  });
  await servers.raise([played('smtp', 'a')]);
  const [before] = servers.views();
  const port = before?.port ?? 0;
  const seen = () => servers.views().map((one) => [one.state, one.error, one.port]);
  expect(await knock(port)).toBe('connected');
  closed = true;
  await servers.align();
  expect(seen()).toEqual([['refusing', null, port]]);
  expect(await knock(port)).toBe('ECONNREFUSED');
  await servers.raise([played('smtp', 'a')]);
  expect(await knock(port)).toBe('ECONNREFUSED');

  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  closed = false;
  await servers.align();
  expect(seen()).toEqual([['failed', 'EADDRINUSE', port]]);
  expect(await servers.retry(before?.id ?? '')).toBe(false);
  other.close();
  await once(other, 'close');
  expect(await servers.retry(before?.id ?? '')).toBe(true);
  expect(seen()).toEqual([['listening', null, port]]);
  expect(await knock(port)).toBe('connected');
  await servers.stop();
  expect(stopped).toEqual([1]);
});

test('what refuses from the start has its port, and nobody else can have it unseen', async () => {
  const server = createServer();
  const servers = createServers({
    create: () => ({
      listen: async (host, port) => {
        server.listen(port, host);
        await once(server, 'listening');
        return { port: (server.address() as AddressInfo).port };
      },
      refuse: () => void server.close(),
      stop: () => Promise.resolve(),
    }),
    refuses: () => true,
  });
  await servers.raise([played('imap', 'a')]);
  const [view] = servers.views();
  expect(view).toMatchObject({ state: 'refusing', error: null });
  expect(view?.port).toBeGreaterThan(0);
  expect(await knock(view?.port ?? 0)).toBe('ECONNREFUSED');
});

/** What becomes of a connection to a port of this machine. */
function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
  });
}
