import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type AuthServer, createAuthServer } from '../../../electron/authority/server.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

async function serverOf(book: RuleBook): Promise<number> {
  const server: AuthServer = createAuthServer({ book: () => book });
  cleanup.push(() => server.stop());
  return (await server.listen('127.0.0.1', 0)).port;
}

function client(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  cleanup.push(() => socket.destroy());
  return socket;
}

const book = (delay: number): RuleBook => ({
  rules: [],
  otherwise: { reject: '550 no', delay },
  accounts: [],
  upstreams: {},
});

const question = 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\nAuth-Method: none\r\nAuth-Protocol: smtp\r\n\r\n';

test('a client that was answered and never closes does not keep its connection', async () => {
  const socket = client(await serverOf(book(0)));
  socket.write(question);
  await once(socket, 'end');
  // Only something that is sent can tell this side that the other has forgotten it.
  socket.write('GET / HTTP/1.1\r\n');
  const nudge = setInterval(() => socket.write('X-More: x\r\n'), 20);
  cleanup.push(() => clearInterval(nudge));
  const error = await once(socket, 'error').then(([thrown]: NodeJS.ErrnoException[]) => thrown?.code);
  expect(['EPIPE', 'ECONNRESET']).toContain(error);
});

test('questions pipelined behind one that waits are not read', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  cleanup.push(() => process.off('warning', note));
  const socket = client(await serverOf(book(300)));
  let received = '';
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
  });
  const flood = question.replace('HTTP/1.0', 'HTTP/1.1').repeat(200_000);
  let isRead = false;
  socket.write(flood, () => {
    isRead = true;
  });
  await Promise.race([once(socket, 'end'), once(socket, 'error').then(() => undefined)]);
  expect(received).toBe('HTTP/1.0 200 OK\r\nAuth-Status: no\r\nAuth-Error-Code: 550\r\n\r\n');
  expect(isRead).toBe(false);
  expect(warnings).toEqual([]);
});
