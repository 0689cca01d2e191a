import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { ClientSide } from '../../../electron/engine/client-side.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const act of cleanup.splice(0)) act();
});

it('a client that does not read its last replies is let go in time, though it goes on sending', async () => {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  cleanup.push(() => {
    vi.useRealTimers();
    client.destroy();
    server.close();
  });
  const side = new ClientSide(
    socket,
    4096,
    () => undefined,
    () => undefined,
  );
  client.pause();
  side.say('x'.repeat(32_000_000));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  side.close();
  client.write('more');
  expect(socket.destroyed).toBe(false);
  vi.advanceTimersByTime(5000);
  expect(socket.destroyed).toBe(true);
});
