import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { askOverNetwork } from '../../../electron/authority/client.ts';
import type { Exchange } from '../../../electron/engine/ports.ts';
import { freePort, type RawService, rawService } from './services.ts';

const running: RawService[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

const request = 'GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n';
const routed = 'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 2525\r\n\r\n';
const toEng = { type: 'route', server: '127.0.0.1', port: 2525, name: '127.0.0.1:2525' };

async function serve(answer: (socket: Socket) => void): Promise<RawService> {
  const service = await rawService(answer);
  running.push(service);
  return service;
}

function ask(target: { readonly port: number; readonly unix?: string }, timeoutMs = 10_000): Promise<Exchange> {
  const about = { protocol: 'smtp', passwordKnown: false } as const;
  return new Promise((resolve) => {
    askOverNetwork({ request, target: { address: '127.0.0.1', ...target }, timeoutMs, about }, resolve);
  });
}

describe('asking as nginx asks', () => {
  test('one request; the connection is closed at the blank line, though the service would hold it open', async () => {
    const service = await serve((socket) => socket.write(`${routed}a body that nobody reads`));
    const exchange = await ask(service);
    expect(exchange).toMatchObject({ transport: 'http', request, verdict: toEng });
    expect(exchange.response.startsWith(routed)).toBe(true);
    expect(exchange).not.toHaveProperty('systemError');
    expect(await service.closed).toBe(request);
  });

  test('an answer that drips in, byte by byte', async () => {
    const service = await serve((socket) => {
      const bytes = [...routed];
      const drip = () => {
        const byte = bytes.shift();
        if (byte !== undefined) socket.write(byte, () => setImmediate(drip));
      };
      drip();
    });
    expect(await ask(service)).toMatchObject({ verdict: toEng, response: routed });
  });

  test('bytes above 127 stay bytes', async () => {
    const service = await serve((socket) => socket.end(Buffer.from('Auth-Status: \xff\xe9\r\n\r\n', 'latin1')));
    expect((await ask(service)).verdict).toEqual({ type: 'reject', message: '\xff\xe9', waitMs: 0 });
  });

  test('a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'auth-'));
    const path = join(folder, 'sock');
    running.push(await rawService((socket) => socket.write(routed), path));
    expect((await ask({ port: 0, unix: path })).verdict).toEqual(toEng);
    rmSync(folder, { recursive: true });
  });
});

describe('what can go wrong', () => {
  test('nobody listens', async () => {
    const exchange = await ask({ port: await freePort() });
    expect(exchange).toEqual({
      transport: 'http',
      request,
      response: '',
      verdict: { type: 'error', error: 'refused' },
      systemError: 'ECONNREFUSED',
    });
  });

  test('no unix socket there', async () => {
    const exchange = await ask({ port: 0, unix: join(tmpdir(), 'no-such-auth-socket') });
    expect(exchange).toMatchObject({ verdict: { type: 'error', error: 'refused' }, systemError: 'ENOENT' });
  });

  test('closed without a word, and in the middle of a line', async () => {
    const silent = await serve((socket) => socket.end());
    expect(await ask(silent)).toMatchObject({ response: '', verdict: { type: 'error', error: 'closed' } });
    const half = await serve((socket) => socket.end('HTTP/1.0 200 OK\r\nAuth-Sta'));
    expect(await ask(half)).toMatchObject({
      response: 'HTTP/1.0 200 OK\r\nAuth-Sta',
      verdict: { type: 'error', error: 'closed' },
    });
  });

  test('reset', async () => {
    const service = await serve((socket) => socket.resetAndDestroy());
    expect(await ask(service)).toMatchObject({
      verdict: { type: 'error', error: 'closed' },
      systemError: 'ECONNRESET',
    });
  });

  test('bad bytes end it at once, though the service would hold the connection', async () => {
    const header = await serve((socket) => socket.write('HTTP/1.0 200 OK\r\nX_Y'));
    expect((await ask(header)).verdict).toEqual({ type: 'error', error: 'bad-header', detail: 'X_Y' });
    const status = await serve((socket) => socket.write('HTTP/1.0 200\rOK'));
    expect((await ask(status)).verdict).toEqual({ type: 'error', error: 'bad-response', detail: 'HTTP/1.0 200' });
  });

  test('auth_http_timeout is the time for the whole answer: dripping does not stretch it', async () => {
    const service = await serve((socket) => {
      const timer = setInterval(() => socket.write('X'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const exchange = await ask(service, 150);
    expect(exchange.verdict).toEqual({ type: 'error', error: 'timed-out' });
    expect(exchange.response).toMatch(/^X+$/);
  });

  test('more than 1024 bytes: nginx stops reading, and the service closes, or the time is over', async () => {
    const large = `HTTP/1.0 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`;
    const closing = await serve((socket) => socket.end(large));
    const exchange = await ask(closing);
    expect(exchange.verdict).toEqual({ type: 'error', error: 'too-large' });
    expect(exchange.response).toBe(large.slice(0, 1024));
    const holding = await serve((socket) => socket.write(large));
    expect((await ask(holding, 150)).verdict).toEqual({ type: 'error', error: 'too-large' });
  });

  test('a question that was abandoned is not answered', async () => {
    const service = await serve((socket) => socket.write('HTTP/1.0'));
    let answered = false;
    const about = { protocol: 'smtp', passwordKnown: false } as const;
    const target = { address: '127.0.0.1', port: service.port };
    const abandon = askOverNetwork({ request, target, timeoutMs: 5000, about }, () => {
      answered = true;
    });
    // Another question to the same service is over when this one has long been there.
    await ask(service, 100);
    abandon();
    await service.closed;
    expect(answered).toBe(false);
  });
});
