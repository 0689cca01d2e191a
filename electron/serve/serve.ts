/** The browser host: the same window in a browser tab, on loopback, for whoever was given the link. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { socketPath } from '../../shared/contract/socket.ts';
import { headers, readPage } from '../ipc/pages.ts';
import type { LabHandle } from '../lab/lab.ts';
import { packageRoot } from '../lab/package-root.ts';
import { createGuard, type Guard } from './guard.ts';
import { createSockets, type Sockets } from './sockets.ts';

/** A running browser host. */
export interface Served {
  readonly port: number;
  /** The one-time link. */
  readonly link: string;
  stop(): Promise<void>;
}

/** How to serve. */
export interface ServeOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** The built window; `out/renderer` of the package if not given. */
  readonly folder?: string;
  /** Told of our own mistakes. */
  readonly onFault: (error: unknown) => void;
}

const HOST = '127.0.0.1';

/** Binds the port; rejects with the system's error when it cannot be had. */
async function bind(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Where the window may connect to: older browsers do not count a WebSocket as their own origin. */
const socketsOf = (port: number) => [`ws://127.0.0.1:${port}`, `ws://localhost:${port}`];

function answer(response: ServerResponse, status: number, text: string, more: Record<string, string> = {}): void {
  const type = { 'content-type': 'text/plain; charset=utf-8' };
  response.writeHead(status, { ...headers(), ...type, ...more }).end(`${text}\n`);
}

/** The address asked for; null when it is not a path of this server (RFC 9112 section 3.2.1). */
function urlOf({ url = '' }: IncomingMessage): URL | null {
  return url.startsWith('/') ? URL.parse(`http://${HOST}${url}`) : null;
}

async function handle(request: IncomingMessage, response: ServerResponse, guard: Guard, folder: string, port: number) {
  const url = urlOf(request);
  if (!url) return answer(response, 400, 'This address cannot be read.');
  const judgement = guard.request(request, url);
  if (judgement.type === 'refuse') return answer(response, 403, judgement.sentence);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(response, 405, 'The lab only hands out its page here.', { allow: 'GET, HEAD' });
  if (judgement.type === 'enter') {
    const cookie: Record<string, string> = judgement.cookie === '' ? {} : { 'set-cookie': judgement.cookie };
    return answer(response, 303, 'Welcome to the lab.', { location: '/', ...cookie });
  }
  const page = await readPage(folder, url.pathname);
  if (!page) return answer(response, 404, 'There is no such page in the lab.');
  response.writeHead(200, {
    ...headers(socketsOf(port)),
    'content-type': page.type,
    'content-length': page.body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, guard: Guard, sockets: Sockets): void {
  socket.on('error', () => undefined);
  const path = urlOf(request)?.pathname;
  const judgement = guard.socket(request);
  if (judgement.type === 'refuse') refuse(socket, '403 Forbidden', judgement.sentence);
  else if (path === socketPath) sockets.accept(request, socket, head);
  else refuse(socket, '404 Not Found', 'There is no such socket in the lab.');
}

function refuse(socket: Duplex, status: string, sentence: string): void {
  const length = Buffer.byteLength(sentence);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${length}\r\n` +
      `Connection: close\r\n\r\n${sentence}`,
    // A client that never closes its side must not keep the socket.
    () => socket.destroy(),
  );
}

/** Serves a lab. */
export async function serveLab(lab: LabHandle, options: ServeOptions): Promise<Served> {
  const folder = options.folder ?? join(packageRoot(), 'out', 'renderer');
  const server = createServer();
  const port = await bind(server, options.port);
  const guard = createGuard(port);
  const sockets = createSockets(lab, options.onFault);
  server.on('request', (request, response) => {
    handle(request, response, guard, folder, port).catch((error: unknown) => {
      options.onFault(error);
      if (!response.headersSent) answer(response, 500, 'The lab could not answer, and the fault is its own.');
    });
  });
  server.on('upgrade', (request, socket, head) => upgrade(request, socket, head, guard, sockets));
  return {
    port,
    link: `http://${HOST}:${port}/?${guard.query}`,
    stop: () =>
      new Promise((resolve) => {
        sockets.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
