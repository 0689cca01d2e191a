/** The built-in client's *Send test*: builds a mail and sends it through a listener, as any mail program would. */
import { connect, type Socket } from 'node:net';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { envelopeAddress } from '../../shared/client/envelope.ts';

/** A mail to send. Texts are as a person types them. */
export interface SendJob {
  readonly host: string;
  readonly port: number;
  readonly helo: string;
  /** An address, alone or as `Name <address>`; '' or `<>` for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
  /** TLS from the first byte; any certificate will do: it is the lab's own proxy. */
  readonly ssl?: true;
  /** A PROXY header first, in which the client speaks for itself. */
  readonly proxyProtocol?: true;
  /** TLS by STARTTLS before the mail. A server that does not offer it gets none. */
  readonly starttls?: true;
  /** Logs in before the mail. */
  readonly login?: { readonly user: string; readonly password: string };
  /** How long the client waits for each reply, in ms; a day when left out. */
  readonly patienceMs?: number;
}

/** How it went. */
export interface SendOutcome {
  readonly ok: boolean;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  /** The reply that decided it. */
  readonly response: string;
  /** The system's or the client's error code, when it did not even get a reply. */
  readonly error: string | null;
  /** Our port, by which the lab finds the session at its listener; null when no connection came about. */
  readonly localPort: number | null;
}

/** A person who steps through a session may take a day for it: the built-in client never gives up first. In ms. */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

/** A server that does not answer QUIT is not waited for longer than this, in ms: the mail is sent. */
const QUIT_MS = 5000;

/** What nodemailer's errors carry. */
interface SendError extends Error {
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly response?: string | undefined;
  readonly rejected?: string[] | undefined;
}

function open(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** nginx looks at the first read only, so the header goes out alone and before everything else. */
function introduce(socket: Socket): Promise<void> {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const family = localAddress.includes(':') ? 'TCP6' : 'TCP4';
  const header = `PROXY ${family} ${localAddress} ${remoteAddress} ${localPort} ${remotePort}\r\n`;
  return new Promise((resolve, reject) => {
    socket.write(header, 'latin1', (error) => (error ? reject(error) : resolve()));
  });
}

async function compose(job: SendJob): Promise<{ raw: Buffer; from: string; to: string[] }> {
  const from = envelopeAddress(job.from);
  const mail = new MailComposer({
    ...(from === '' ? {} : { from: job.from }),
    to: [...job.to],
    subject: job.subject,
    // Lines of text end in CR LF before anything encodes them (RFC 2049 4).
    text: job.body.replace(/\r\n|\r|\n/g, '\r\n'),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  // The envelope is what was typed, not what a parser makes of it: a lab is there to try odd addresses too.
  return { raw: await mail.build(), from, to: job.to.map(envelopeAddress) };
}

function greet(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => (error === undefined ? resolve() : reject(error)));
  });
}

function transmit(
  connection: SMTPConnection,
  envelope: { from: string; to: string[] },
  raw: Buffer,
): Promise<{ accepted: string[]; rejected: string[]; response: string }> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.send(envelope, raw, (error, info) => (error === null ? resolve(info) : reject(error)));
  });
}

function logIn(connection: SMTPConnection, { user, password }: NonNullable<SendJob['login']>): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.login({ user, pass: password }, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Says QUIT and waits until the connection is over, so that the session is whole when the outcome is known. */
function quit(connection: SMTPConnection, socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, QUIT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    connection.quit();
  });
}

function failure(error: unknown, to: readonly string[], localPort: number | null): SendOutcome {
  const { code, originalCode, response, rejected, message } = error as SendError;
  const reply = response ?? '';
  return {
    ok: false,
    accepted: [],
    rejected: rejected ?? [...to],
    response: reply,
    error: reply === '' ? (originalCode ?? code ?? message) : null,
    localPort,
  };
}

/** Sends one mail over one connection. Never rejects: what went wrong is in the outcome. */
export async function sendMail(job: SendJob): Promise<SendOutcome> {
  let localPort: number | null = null;
  let connection: SMTPConnection | null = null;
  const patience = job.patienceMs ?? PATIENCE_MS;
  try {
    const { raw, from, to } = await compose(job);
    const socket = await open(job.host, job.port);
    localPort = socket.localPort ?? null;
    if (job.proxyProtocol) await introduce(socket);
    connection = new SMTPConnection({
      connection: socket,
      host: job.host,
      port: job.port,
      name: job.helo,
      ignoreTLS: job.starttls !== true,
      requireTLS: job.starttls === true,
      secure: job.ssl === true,
      tls: { rejectUnauthorized: false },
      connectionTimeout: patience,
      greetingTimeout: patience,
      socketTimeout: patience,
      logger: false,
    });
    connection.on('error', () => undefined);
    await greet(connection);
    if (job.login) await logIn(connection, job.login);
    const { accepted, rejected, response } = await transmit(connection, { from, to }, raw);
    await quit(connection, socket);
    return { ok: rejected.length === 0, accepted, rejected, response, error: null, localPort };
  } catch (error) {
    connection?.close();
    return failure(error, job.to, localPort);
  }
}
