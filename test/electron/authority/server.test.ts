import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthServer } from '../../../electron/authority/server.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { ownService, tutorialBook } from './services.ts';

let book: RuleBook = tutorialBook;
let server: Awaited<ReturnType<typeof ownService>>;
beforeAll(async () => {
  server = await ownService(() => book);
});
afterAll(() => server.stop());

/** Sends bytes and resolves with all that comes until the server closes. */
function talk(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let heard = '';
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(heard));
    socket.write(bytes, 'latin1');
  });
}

const routed = 'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 2525\r\n\r\n';
const to = (address: string) => `Auth-SMTP-To: RCPT TO:<${address}>\r\n`;

describe('the auth service over HTTP', () => {
  test.each([
    ['HTTP/1.0 without Host', `GET / HTTP/1.0\r\n${to('a@eng.abc.com')}\r\n`],
    ['HEAD', `HEAD /any/path?x HTTP/1.1\r\nHost: localhost:8000\r\n${to('a@eng.abc.com')}\r\n`],
    ['POST with a body', `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n${to('a@eng.abc.com')}\r\nabc`],
    ['IPv6 name', `GET / HTTP/1.1\r\nHost: [::1]:8000\r\n${to('a@eng.abc.com')}\r\n`],
    ['another loopback address', `GET / HTTP/1.1\r\nHost: 127.8.8.8\r\n${to('a@eng.abc.com')}\r\n`],
    ['a subdomain of localhost', `GET / HTTP/1.1\r\nHost: lab.localhost\r\n${to('a@eng.abc.com')}\r\n`],
  ])('%s: exactly the bytes of the in-process answer', async (_, request) => {
    expect(await talk(request)).toBe(routed);
  });

  test('raw bytes in headers, control characters too, are read as they are', async () => {
    book = { ...tutorialBook, rules: [{ name: 'é', when: { rcpt: '\x01é\x7f@x' }, then: { route: 'eng' } }] };
    expect(await talk(`GET / HTTP/1.0\r\n${to('\x01\xc3\xa9\x7f@x')}\r\n`)).toBe(routed);
    book = tutorialBook;
  });

  test.each(['evil.example', 'evil.example:8000', '10.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
    'a page that made its own name %j point here gets nothing (DNS rebinding)',
    async (host) => {
      const answer = await talk(`GET / HTTP/1.1\r\nHost: ${host}\r\n${to('a@eng.abc.com')}\r\n`);
      expect(answer).toMatch(
        /^HTTP\/1\.0 403 Forbidden\r\nAuth-Status: the auth service of the lab does not answer to /,
      );
      expect(answer).not.toContain('Auth-Server');
      expect(answer).not.toMatch(/access-control/i);
    },
  );

  test.each([
    ['no HTTP', 'EHLO there\r\n\r\n'],
    ['a header that is none', 'GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n'],
    [
      'a header block without end',
      `GET / HTTP/1.0\r\n${'X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n'.repeat(3000)}`,
    ],
  ])('%s: 400, and the server goes on', async (_, request) => {
    expect(await talk(request)).toBe('HTTP/1.0 400 Bad Request\r\n\r\n');
    expect(await talk(`GET / HTTP/1.0\r\n${to('a@eng.abc.com')}\r\n`)).toBe(routed);
  });

  test('many headers before the one that counts', async () => {
    expect(await talk(`GET / HTTP/1.0\r\n${'X: y\r\n'.repeat(3000)}${to('a@eng.abc.com')}\r\n`)).toBe(routed);
  });

  test('a delay is kept, a client that leaves in the meantime disturbs nobody, and stop does not wait', async () => {
    const slow = await ownService(() => ({
      ...tutorialBook,
      rules: [{ name: 'slow', when: {}, then: { route: 'eng', delay: 3_600_000 } }],
    }));
    const socket = connect(slow.port, '127.0.0.1');
    const leaver = connect(slow.port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    await new Promise<void>((resolve) => {
      leaver.write('GET / HTTP/1.0\r\n\r\n', () => {
        leaver.destroy();
        resolve();
      });
    });
    await slow.stop();
    await closed;
  });

  test('a port in use is the system error, and another try can succeed', async () => {
    const second = createAuthServer({ book: () => tutorialBook });
    await expect(second.listen('127.0.0.1', server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const { port } = await second.listen('127.0.0.1', 0);
    expect(port).toBeGreaterThan(0);
    await second.stop();
    await second.stop();
  });
});
