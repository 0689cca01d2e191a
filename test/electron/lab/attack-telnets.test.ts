import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createTelnets } from '../../../electron/lab/telnets.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

/** A server that listens and says nothing. */
async function listener() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return { server, at: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } };
}

test('a window that asks for a hundred connections at once gets twenty', async () => {
  const { at } = await listener();
  const telnets = createTelnets(() => undefined);
  cleanup.push(() => telnets.closeAll());
  const asked = await Promise.allSettled(Array.from({ length: 100 }, () => telnets.open(at)));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(asked.at(-1)).toMatchObject({ reason: { message: 'There are 20 connections open; close one first.' } });
});

test('a connection that comes about when its window has gone is closed', async () => {
  const { server, at } = await listener();
  const telnets = createTelnets(() => undefined);
  const accepted = once(server, 'connection') as Promise<Socket[]>;
  const opening = telnets.open(at);
  telnets.closeAll();
  const { connection } = await opening;
  const [socket] = await accepted;
  if (socket && !socket.closed) await once(socket, 'close');
  expect(telnets.write(connection, 'HELO me\r\n')).toBe(false);
});
