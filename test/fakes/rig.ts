/** An engine on ephemeral ports with everything around it in memory: for tests of the proxy over real sockets. */
import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { Authority, Exchange, NamePort, Recorder, TlsPort } from '../../electron/engine/ports.ts';
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import type { Verdict } from '../../shared/machine/machine.ts';
import type { MailServer } from '../../shared/nginx/mail.ts';
import { SSL_DEFAULTS } from '../../shared/nginx/ssl.ts';

/** The tutorial's server block, on an ephemeral port. */
export const tutorialServer: MailServer = {
  line: 1,
  protocol: 'smtp',
  listens: [{ text: '127.0.0.1', host: '127.0.0.1', port: 0, line: 1 }],
  serverName: 'mail.test.com',
  timeoutMs: 60_000,
  maxErrors: 5,
  authHttp: { text: 'http://127.0.0.1:8000', host: '127.0.0.1', address: '127.0.0.1', port: 8000, uri: '/' },
  authHttpTimeoutMs: 60_000,
  authHttpHeaders: [],
  xclient: false,
  proxySmtpAuth: false,
  proxyPassErrorMessage: false,
  proxyTimeoutMs: 60_000,
  proxyBuffer: 4096,
  smtpAuth: ['none'],
  smtpCapabilities: [],
  smtpClientBuffer: 4096,
  smtpGreetingDelayMs: 0,
  imapAuth: ['plain'],
  imapCapabilities: ['IMAP4', 'IMAP4rev1', 'UIDPLUS'],
  imapClientBuffer: 4096,
  pop3Auth: ['plain'],
  pop3Capabilities: ['TOP', 'USER', 'UIDL'],
  errorLogs: [],
  starttls: 'off',
  ssl: SSL_DEFAULTS,
  authHttpPassClientCert: false,
  proxyProtocol: 'off',
  realIpFrom: [],
  resolver: null,
  resolverTimeoutMs: 30_000,
};

/** Collects journals in memory; `ended` resolves when a session is over. */
export class MemoryRecorder implements Recorder {
  readonly sessions = new Map<number, { summary: SessionSummary; entries: Entry[] }>();
  readonly #waiting = new Map<number, () => void>();
  readonly #over = new Set<number>();
  #next = 1;
  allocate(): number {
    return this.#next++;
  }
  began(summary: SessionSummary): void {
    this.sessions.set(summary.id, { summary, entries: [] });
  }
  recorded(summary: SessionSummary, entry: Entry): void {
    this.sessions.get(summary.id)?.entries.push(entry);
  }
  ended(summary: SessionSummary): void {
    this.#over.add(summary.id);
    this.#waiting.get(summary.id)?.();
  }
  async over(id: number): Promise<{ summary: SessionSummary; entries: readonly Entry[] }> {
    if (!this.#over.has(id)) await new Promise<void>((done) => this.#waiting.set(id, done));
    const session = this.sessions.get(id);
    if (!session) throw new Error(`no session ${id}`);
    return session;
  }
}

/** A client that speaks bytes. */
export class Client {
  socket: Socket;
  received = '';
  closed = false;
  readonly #changed = new Set<() => void>();
  /** `where`: a port of 127.0.0.1, or anything else to connect to. */
  constructor(where: number | NetConnectOpts) {
    const target = typeof where === 'number' ? { host: '127.0.0.1', port: where } : where;
    this.socket = connect({ ...target, allowHalfOpen: true });
    this.#listen();
  }
  #listen(): void {
    this.socket.on('data', this.#data);
    this.socket.on('error', () => {});
    for (const event of ['end', 'close'])
      this.socket.on(event, () => {
        this.closed = true;
        this.#tell();
      });
  }
  readonly #data = (bytes: Buffer): void => {
    this.received += bytes.toString('latin1');
    this.#tell();
  };
  /** Shakes hands; from here on everything is encrypted. Whether it came to that. */
  async secure(options: ConnectionOptions = {}): Promise<boolean> {
    this.socket.off('data', this.#data);
    const tls = connectTls({ rejectUnauthorized: false, ...options, socket: this.socket });
    this.socket = tls;
    this.#listen();
    let secured = false;
    tls.once('secureConnect', () => {
      secured = true;
      this.#tell();
    });
    await this.until(() => secured || this.closed);
    return secured;
  }
  #tell(): void {
    for (const check of [...this.#changed]) check();
  }
  async until(done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!done()) return;
        this.#changed.delete(check);
        resolve();
      };
      this.#changed.add(check);
    });
  }
  send(text: string): void {
    this.socket.write(text, 'latin1');
  }
  /** Sends, and waits for a text to appear behind what had been received before. */
  async ask(text: string, expected = '\r\n'): Promise<string> {
    const from = this.received.length;
    this.send(text);
    await this.until(() => this.received.indexOf(expected, from) >= 0 || this.closed);
    return this.received.slice(from);
  }
  async greeting(): Promise<string> {
    await this.until(() => this.received.endsWith('\r\n') || this.closed);
    return this.received;
  }
  async end(): Promise<string> {
    await this.until(() => this.closed);
    return this.received;
  }
}

/** A scripted upstream: answers the first line that starts with a key; `received` is all it was sent. */
export interface FakeUpstream {
  readonly port: number;
  readonly received: () => string;
  readonly sockets: Socket[];
  close(): Promise<void>;
}

export async function fakeUpstream(
  replies: Readonly<Record<string, string>> = {},
  greeting = '220 up\r\n',
): Promise<FakeUpstream> {
  let received = '';
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    let rest = '';
    let content = false;
    socket.on('error', () => {});
    if (greeting !== '') socket.write(greeting);
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const line = rest.slice(0, end + 1);
        rest = rest.slice(end + 1);
        const ended = content && line === '.\r\n';
        if (ended) socket.write(replies['.'] ?? '250 queued\r\n');
        if (content) content = !ended;
        else answer(line);
      }
    });
    const answer = (line: string): void => {
      const verb = line.trim().split(' ')[0]?.toUpperCase() ?? '';
      content = verb === 'DATA';
      const usual: Record<string, string> = { DATA: '354 go\r\n', QUIT: '221 bye\r\n' };
      socket.write(replies[verb] ?? usual[verb] ?? `250 ${verb.toLowerCase()} ok\r\n`);
      if (verb === 'QUIT') socket.end();
    };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    port,
    received: () => received,
    sockets,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An auth service that gives one verdict after the other; the last one for ever. */
export function fakeAuthority(...verdicts: readonly Verdict[]): Authority & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ask({ request }, done) {
      const verdict = verdicts[Math.min(asked.length, verdicts.length - 1)];
      asked.push(request);
      if (!verdict) return () => {};
      const exchange: Exchange = { transport: 'in-process', request, response: '', verdict };
      done(exchange);
      return () => {};
    },
  };
}

export const route = (port: number): Verdict => ({
  type: 'route',
  server: '127.0.0.1',
  port,
  name: `127.0.0.1:${port}`,
});

/** Engine, recorder and the port of its only listener. */
export async function startEngine(
  authority: Authority,
  change: Partial<MailServer> = {},
  ports: { readonly tls?: TlsPort; readonly names?: NamePort } = {},
): Promise<{ engine: Engine; recorder: MemoryRecorder; port: number; connect(): Client }> {
  const recorder = new MemoryRecorder();
  const engine = createEngine({ authority, recorder, upstreamName: () => null, allowLan: false, ...ports });
  const [listener] = await engine.apply({ servers: [{ ...tutorialServer, ...change }] });
  const port = listener?.port ?? 0;
  return { engine, recorder, port, connect: () => new Client(port) };
}

/** Sessions with something held at a gate. */
export const heldSessions = (engine: Engine): readonly number[] => [
  ...new Set(engine.gates.view().held.map(({ session }) => session)),
];

/** Lets what was held first of a session pass; whether there was anything. */
export function releaseFirst(engine: Engine, session: number): boolean {
  const first = engine.gates.view().held.find((held) => held.session === session);
  return first !== undefined && engine.gates.release(first.id);
}
