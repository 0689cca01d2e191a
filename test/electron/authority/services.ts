/** Auth services for tests: raw ones that answer as told, and the lab's own. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createAuthServer } from '../../../electron/authority/server.ts';
import type { AuthTarget, Lookup } from '../../../shared/auth/lookup.ts';
import type { RuleBook } from '../../../shared/auth/rule.ts';

/** A raw auth service, and what it was asked. */
export interface RawService {
  readonly port: number;
  /** Resolves with the bytes of the first request once its client has closed. */
  readonly closed: Promise<string>;
  stop(): Promise<void>;
}

/** Hands every connection to `answer` once the request's blank line is there. */
export async function rawService(answer: (socket: Socket) => void, path?: string): Promise<RawService> {
  const open = new Set<Socket>();
  let report: (request: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => {
    report = resolve;
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    let request = '';
    let answered = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      request += chunk.toString('latin1');
      if (answered || !request.endsWith('\r\n\r\n')) return;
      answered = true;
      answer(socket);
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      open.delete(socket);
      report(request);
    });
  });
  await listening(server, path);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    closed,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

const listening = (server: Server, path?: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path === undefined ? { host: '127.0.0.1', port: 0 } : { path }, resolve);
  });

/** A port of loopback where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await listening(server);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The lab's own service on an ephemeral port. */
export async function ownService(book: () => RuleBook): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createAuthServer({ book });
  const { port } = await server.listen('127.0.0.1', 0);
  return { port, stop: () => server.stop() };
}

export const targetAt = (port: number): AuthTarget => ({
  text: `127.0.0.1:${port}/auth`,
  host: '127.0.0.1',
  address: '127.0.0.1',
  port,
  uri: '/auth',
});

export const rcptLookup = (to: string): Lookup => ({
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  clientHost: '[UNAVAILABLE]',
  helo: 'laptop',
  from: 'MAIL FROM:<dev@test.com>',
  to,
  headers: [],
});

export const tutorialBook: RuleBook = {
  rules: [
    { name: 'engineering', when: { rcpt: '*@eng.abc.com' }, then: { route: 'eng' } },
    { name: 'human resources', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } },
  ],
  otherwise: { reject: '550 5.1.1 no such recipient here' },
  accounts: [],
  upstreams: { eng: { smtp: '127.0.0.1:2525' }, hr: { smtp: '127.0.0.1:2526' } },
};
