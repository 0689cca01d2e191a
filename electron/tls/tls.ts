/** TLS with clients: contexts made once per configuration, and handshakes on connections that stand already. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ClientTls } from '../../shared/machine/machine.ts';
import type { MailConf, MailServer } from '../../shared/nginx/mail.ts';
import type { Secured, TlsPort } from '../engine/ports.ts';
import { clientCertificate } from './client-certificate.ts';
import { type Material, prepare, usesTls } from './context.ts';
import { opensslWords } from './openssl-words.ts';
import { selfSignedIn } from './self-signed.ts';
import { keepSessions } from './session-cache.ts';

/** What the room needs to know. */
export interface TlsSetup {
  /** Where self-signed certificates are kept; null: in memory. */
  readonly folder: string | null;
}

/** TLS for the clients of a proxy. */
export interface Tls extends TlsPort {
  /**
   * Reads what the servers of a configuration need, so that no handshake has to wait for it. A configuration that was
   * read anew is another one: its files are opened again.
   */
  load(conf: MailConf): void;
}

/** A handshake that runs. */
interface Handshake {
  readonly mail: MailServer;
  readonly material: Material;
  readonly done: (result: Secured) => void;
}

/** One server's side of its handshakes. Node's server listens nowhere: connections are put into it. */
interface Counter {
  readonly server: Server;
  readonly material: Material;
}

/** Handshakes by the asynchronous context they began in: Node tells of a secured socket, but not which one it was. */
type Running = AsyncLocalStorage<Handshake>;

/** Node's own limit for a handshake, out of the way: it is the session's clock that counts. */
const NO_LIMIT_MS = 2_147_483_647;

/** Nothing is read before the first `load` or handshake. */
export function createTls({ folder }: TlsSetup): Tls {
  const selfSigned = selfSignedIn(folder);
  const running: Running = new AsyncLocalStorage();
  /** What went wrong, where there is no counter. */
  const counters = new WeakMap<MailServer, Counter | string>();
  const attempt = (mail: MailServer): Counter | string => {
    try {
      return openCounter(mail, prepare(mail, selfSigned), running);
    } catch (error) {
      // What was right when the configuration was read: a file that is gone since, for one.
      return error instanceof Error ? opensslWords(error) : String(error);
    }
  };
  const counterOf = (mail: MailServer): Counter | string => {
    const known = counters.get(mail);
    if (known !== undefined) return known;
    const counter = attempt(mail);
    counters.set(mail, counter);
    return counter;
  };
  return {
    load: (conf) => {
      for (const mail of conf.servers) if (usesTls(mail)) counterOf(mail);
    },
    secure: (socket, mail, done) => {
      const counter = counterOf(mail);
      if (typeof counter !== 'string') return shakeHands(running, counter, mail, socket, done);
      done({ socket: null, error: counter });
      return () => {};
    },
  };
}

function openCounter(mail: MailServer, material: Material, running: Running): Counter {
  const server = createServer({
    ...material.options,
    handshakeTimeout: NO_LIMIT_MS,
    // nginx takes its own protocol and no other, if the client asks at all.
    ALPNCallback: ({ protocols }) => protocols.find((one) => one === mail.protocol),
  });
  if (mail.ssl.sessionCache === 'kept') keepSessions(server, mail.ssl.sessionTimeoutMs);
  server.on('secureConnection', (socket) => {
    const handshake = running.getStore();
    if (handshake) handshake.done(finished(socket, handshake));
    else socket.destroy();
  });
  server.on('tlsClientError', (error) => {
    running.getStore()?.done({ socket: null, error: failureWords(error) });
  });
  return { server, material };
}

function shakeHands(
  running: Running,
  { server, material }: Counter,
  mail: MailServer,
  socket: Socket,
  tell: (result: Secured) => void,
): () => void {
  const { allowHalfOpen } = socket;
  let over = false;
  const done = (result: Secured): void => {
    if (over) return;
    over = true;
    socket.off('close', left);
    if (result.socket) result.socket.allowHalfOpen = allowHalfOpen;
    tell(result);
  };
  const left = (): void => done({ socket: null, error: '' });
  // A client that just leaves is not told of in the context of its handshake; one that breaks off is.
  socket.on('error', () => {}).on('close', left);
  // While shaking hands a client that closes its side has left; afterwards that is for the session to say.
  socket.allowHalfOpen = false;
  running.run({ mail, material, done }, () => server.emit('connection', socket));
  return () => {
    over = true;
    socket.off('close', left);
    socket.destroy();
  };
}

function finished(socket: TLSSocket, { mail, material }: Handshake): Secured {
  try {
    const tls: ClientTls = {
      protocol: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      serverName: socket.servername || '',
      alpn: socket.alpnProtocol || '',
      ...(socket.isSessionReused() ? { resumed: true as const } : {}),
      certificate: mail.ssl.verifyClient === 'off' ? null : clientCertificate(socket, material.trust),
      own: ownOf(socket, material),
    };
    return { socket, tls };
  } catch (error) {
    // A certificate that OpenSSL can read and we cannot.
    socket.destroy();
    return { socket: null, error: String(error) };
  }
}

/** Which of our certificates was shown matters only where there are several. */
function ownOf(socket: TLSSocket, { own }: Material): ClientTls['own'] {
  const [first = { signature: '', key: '' }] = own.values();
  if (own.size < 2) return first;
  return own.get(socket.getX509Certificate()?.fingerprint256 ?? '') ?? first;
}

/** The system's code where the connection broke, else OpenSSL's words. */
function failureWords(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code) ? code : opensslWords(error);
}
