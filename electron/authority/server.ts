/** The lab's auth service as a real HTTP server, for an nginx of the user's own and for curl. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Answer, encodeAnswer } from '../../shared/auth/answer.ts';
import { decide } from '../../shared/auth/decide.ts';
import { type Delivery, deliver, faultOfRule } from '../../shared/auth/fault.ts';
import { readIp } from '../../shared/auth/ip.ts';
import { type Header, lookupOf } from '../../shared/auth/request.ts';
import type { RuleBook } from '../../shared/auth/rule.ts';
import type { Faults } from './faults.ts';

/** A server that is started and stopped; after a failed start it may be started again. */
export interface AuthServer {
  /** Binds; rejects with the system's error (`code` EADDRINUSE, EACCES …). Port 0 takes a free one. */
  listen(host: string, port: number): Promise<{ readonly port: number }>;
  /** Stops accepting, drops open questions, and resolves when the port is free. */
  stop(): Promise<void>;
}

/** Header block of a question: nginx's holds a few hundred bytes, a client certificate some thousand. */
const HEADER_MAX = 65_536;

/** A question that does not come within this time is dropped, so that idle connections cannot pile up. */
const REQUEST_TIMEOUT_MS = 10_000;

/** A client that was answered and does not close its side is cut off after this long. */
const LINGER_MS = 1000;

/** Connections at a time; nginx opens one per lookup. */
const CONNECTIONS_MAX = 4096;

/** What the server serves. */
interface AuthServerOptions {
  readonly book: () => RuleBook;
  readonly faults?: Faults;
}

/** Serves the rules that `book` gives at the time of each question, with the faults that are armed. */
export function createAuthServer(options: AuthServerOptions): AuthServer {
  const delays = new Set<NodeJS.Timeout>();
  const server = createServer({
    // nginx sends what the SMTP client typed as it is, control characters too.
    insecureHTTPParser: true,
    maxHeaderSize: HEADER_MAX,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 2,
    keepAlive: false,
    joinDuplicateHeaders: false,
  });
  server.maxConnections = CONNECTIONS_MAX;
  // Node drops headers beyond a number of its own unless told not to.
  server.maxHeadersCount = 0;
  const asked = new WeakSet<Socket>();
  server.on('request', (request) => {
    // The answer ends the connection, so what is pipelined behind a question is not even read.
    if (asked.has(request.socket)) return void request.socket.pause();
    asked.add(request.socket);
    const delivery = answerTo(request, options);
    request.resume();
    if (delivery.delayMs === 0) return reply(request.socket, delivery);
    const timer = setTimeout(() => {
      delays.delete(timer);
      reply(request.socket, delivery);
    }, delivery.delayMs);
    delays.add(timer);
    request.socket.once('close', () => {
      clearTimeout(timer);
      delays.delete(timer);
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.0 400 Bad Request\r\n\r\n');
    else socket.destroy();
  });
  return {
    listen: (host, port) => listen(server, host, port),
    stop: () => stop(server, delays),
  };
}

/**
 * The answer's bytes are written as they are, without what Node would add (Date, Connection): they are those of the
 * in-process answer, and nginx reads no more than 1024 of them.
 */
function reply(socket: Socket, { bytes, end }: Delivery): void {
  if (!socket.writable) return;
  if (end === 'hang') return void socket.write(bytes, 'latin1');
  socket.end(bytes, 'latin1');
  const cutOff = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cutOff));
}

function answerTo(request: IncomingMessage, { book, faults }: AuthServerOptions): Delivery {
  const host = request.headers.host;
  const { localAddress: bound = '', remotePort = 0 } = request.socket;
  if (host !== undefined && !isOwnHost(host, bound))
    return { delayMs: 0, bytes: encodeAnswer(foreign(host)), end: 'close' };
  const { answer, delayMs, fault: own } = decide(book(), lookupOf(pairs(request.rawHeaders)));
  const fault = faults?.strikeFrom(remotePort) ?? (own === null ? null : faultOfRule(own));
  if (!fault) return { delayMs, bytes: encodeAnswer(answer), end: 'close' };
  const delivery = deliver(fault, answer);
  return { ...delivery, delayMs: delayMs + delivery.delayMs };
}

/**
 * A web page that made its own name point here (DNS rebinding) could read the rules and try passwords; its requests
 * carry that name.
 */
function isOwnHost(host: string, bound: string): boolean {
  const name = host
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name === bound) return true;
  return name.startsWith('127.') && readIp(name) !== null;
}

/** nginx would take an answer without `Auth-Status` for a broken service: this one says what is wrong. */
const foreign = (host: string): Answer => ({
  status: 403,
  headers: [
    [
      'Auth-Status',
      `the auth service of the lab does not answer to ${host.slice(0, 100)}: use its IP address in auth_http`,
    ],
    ['Auth-Error-Code', '451 4.3.5'],
  ],
});

function pairs(raw: readonly string[]): readonly Header[] {
  const headers: Header[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return headers;
}

function listen(server: Server, host: string, port: number): Promise<{ readonly port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve({ port: (server.address() as AddressInfo).port });
    });
  });
}

function stop(server: Server, delays: Set<NodeJS.Timeout>): Promise<void> {
  for (const timer of delays) clearTimeout(timer);
  delays.clear();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
