/** Handshakes between Node's own TLS client and the lab's side, over real sockets. */
import net from 'node:net';
import tls from 'node:tls';
import type { Secured } from '../../../electron/engine/ports.ts';
import { createTls, type Tls } from '../../../electron/tls/tls.ts';
import type { ClientTls } from '../../../shared/machine/machine.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { readMail } from '../../../shared/nginx/read.ts';

/** The server of a configuration. */
export function serverOf(directives: string, folder = '/nowhere'): MailServer {
  const text = `mail { server_name mx.test; auth_http 127.0.0.1:9; server { listen 127.0.0.1 ssl; protocol smtp; ${directives} } }`;
  const { conf, problems } = readMail(text, { file: 'mail.conf', hostname: 'h', folder });
  const [server] = conf?.servers ?? [];
  if (!server) throw new Error(JSON.stringify(problems));
  return server;
}

/** Everything that happens to one connection. */
export interface Meeting {
  readonly result: Secured;
  /** The client's side, once it is secure; null where it never was. */
  readonly client: tls.TLSSocket | null;
}

/** How the two sides meet. */
interface Ways {
  readonly port?: Tls;
  /** The server reads the client's first bytes and puts them back. */
  readonly putsBack?: true;
}

const shared = createTls({ folder: null });

/** One connection accepted by `accept`; the server is gone afterwards. */
async function connected<T>(
  accept: (socket: net.Socket) => Promise<T>,
  dial: (port: number) => net.Socket,
): Promise<T> {
  const result = Promise.withResolvers<T>();
  const listener = net.createServer(
    { allowHalfOpen: true },
    (socket) => void accept(socket).then(result.resolve, result.reject),
  );
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const address = listener.address();
  const client = dial(typeof address === 'object' && address ? address.port : 0);
  client.on('error', () => {});
  try {
    return await result.promise;
  } finally {
    listener.close();
  }
}

function secured(mail: MailServer, { port = shared, putsBack }: Ways) {
  return async (socket: net.Socket): Promise<Secured> => {
    if (putsBack) {
      const first = await new Promise<Buffer>((done) => socket.once('data', done));
      socket.pause();
      socket.unshift(first);
    }
    const result = await new Promise<Secured>((done) => void port.secure(socket, mail, done));
    if (!result.socket) socket.destroy();
    return result;
  };
}

/** A client that speaks TLS. */
export async function meet(mail: MailServer, options: tls.ConnectionOptions = {}, ways: Ways = {}): Promise<Meeting> {
  const clientSide = Promise.withResolvers<tls.TLSSocket | null>();
  const result = await connected(secured(mail, ways), (port) => {
    const client = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    client.once('secureConnect', () => clientSide.resolve(client));
    client.once('close', () => clientSide.resolve(null));
    return client;
  });
  return { result, client: await clientSide.promise };
}

/** A client that sends bytes, or just leaves. */
export const meetRaw = (mail: MailServer, bytes: string, ways: Ways = {}): Promise<Secured> =>
  connected(secured(mail, ways), (port) => {
    const client = net.connect(port, '127.0.0.1');
    if (bytes === '') client.end();
    else client.write(bytes);
    return client;
  });

/** What the proxy knows of a client whose handshake went well; both sides are closed. */
export async function handshake(
  mail: MailServer,
  options: tls.ConnectionOptions = {},
  ways: Ways = {},
): Promise<ClientTls> {
  const { result, client } = await meet(mail, options, ways);
  client?.destroy();
  if (!result.socket) throw new Error(`the handshake failed: ${result.error}`);
  result.socket.on('error', () => {});
  result.socket.destroy();
  return result.tls;
}

/** Why a handshake failed. */
export async function failure(mail: MailServer, options: tls.ConnectionOptions = {}, ways: Ways = {}): Promise<string> {
  const { result, client } = await meet(mail, options, ways);
  client?.destroy();
  if (!result.socket) return result.error;
  result.socket.destroy();
  throw new Error('the handshake went well');
}
