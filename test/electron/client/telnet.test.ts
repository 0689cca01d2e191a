import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openTelnet } from '../../../electron/client/telnet.ts';

/** A server that hands its first connection over. */
async function serving(): Promise<{ port: number; connection: Promise<Socket> }> {
  const server = createServer();
  const connection = new Promise<Socket>((resolve) => {
    server.once('connection', (socket: Socket) => {
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, connection };
}

/** A telnet with what it was told, and promises for what it will be. */
async function telnet(port: number) {
  let text = '';
  let look = (): void => undefined;
  let over: (error: string | null) => void = () => undefined;
  const closed = new Promise<string | null>((resolve) => {
    over = resolve;
  });
  const connection = await openTelnet({
    host: '127.0.0.1',
    port,
    onData: (more) => {
      text += more;
      look();
    },
    onClose: (error) => over(error),
  });
  onTestFinished(() => connection.close());
  const until = (length: number) =>
    new Promise<string>((resolve) => {
      look = () => {
        if (text.length >= length) resolve(text);
      };
      look();
    });
  return { connection, closed, until };
}

/** Everything that comes until `length` bytes are there. */
function bytes(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length >= length) resolve(got);
    });
  });
}

const every = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');

test('bytes go out and come in as they are, and our port is known', async () => {
  const { port, connection } = await serving();
  const client = await telnet(port);
  const socket = await connection;
  expect(client.connection.localPort).toBe(socket.remotePort);
  const received = bytes(socket, 256);
  client.connection.write(every);
  expect((await received).toString('latin1')).toBe(every);
  socket.write(Buffer.from(every, 'latin1'));
  expect(await client.until(256)).toBe(every);
});

test('text that is no byte string goes out as UTF-8', async () => {
  const { port, connection } = await serving();
  const client = await telnet(port);
  const received = bytes(await connection, 5);
  client.connection.write('漢é');
  expect((await received).toString('utf8')).toBe('漢é');
});

test('closed in order by the server, by us, and broken off', async () => {
  const first = await serving();
  const one = await telnet(first.port);
  (await first.connection).end('221 Bye\r\n');
  expect(await one.closed).toBeNull();
  expect(await one.until(9)).toBe('221 Bye\r\n');
  expect(() => one.connection.write('late')).not.toThrow();

  const second = await serving();
  const two = await telnet(second.port);
  two.connection.write('last words\r\n');
  const received = bytes(await second.connection, 12);
  two.connection.close();
  expect(await two.closed).toBeNull();
  expect(String(await received)).toBe('last words\r\n');

  const third = await serving();
  const three = await telnet(third.port);
  (await third.connection).resetAndDestroy();
  expect(await three.closed).toBe('ECONNRESET');
});

test('a server that does not read is given up, not queued for without end', async () => {
  const { port, connection } = await serving();
  const client = await telnet(port);
  (await connection).pause();
  for (let n = 0; n < 64; n += 1) client.connection.write('x'.repeat(1024 * 1024));
  expect(await client.closed).toBe('ENOBUFS');
});

test('nobody listens', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const address = free.address();
  await new Promise((resolve) => free.close(resolve));
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const nothing = () => undefined;
  await expect(openTelnet({ host: '127.0.0.1', port, onData: nothing, onClose: nothing })).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});
