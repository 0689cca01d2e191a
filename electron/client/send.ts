/** The built-in client's *Send test*: builds a mail and sends it through a listener, as any mail program would. */
import type { Socket } from 'node:net';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { envelopeAddress } from '../../shared/client/envelope.ts';
import { headerLines } from '../../shared/client/header-lines.ts';
import { type Attachment, type Fate, mechanisms, type SendRequest } from '../../shared/contract/clients.ts';
import { dial } from './dial.ts';
import { answer, initial, type Mechanism } from './sasl.ts';

/** A mail to send. Texts are as a person types them; what is left out is not sent. */
export type SendJob = Omit<SendRequest, 'listener' | 'to' | 'cc' | 'bcc' | 'attachments' | 'starttls' | 'login'> & {
  readonly host: string;
  readonly port: number;
  readonly to: readonly string[];
  readonly cc?: readonly string[] | undefined;
  readonly bcc?: readonly string[] | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  /** TLS from the first byte; any certificate will do: it is the lab's own proxy. */
  readonly ssl?: true;
  /** A PROXY header first, in which the client speaks for itself. */
  readonly proxyProtocol?: true;
  /** TLS by STARTTLS before the mail; a server that does not offer it gets none. */
  readonly starttls?: boolean;
  /** Logs in before the mail. */
  readonly login?: Login | undefined;
  /** How long the client waits for each reply, in ms; a day when left out. */
  readonly patienceMs?: number;
};

/** Who logs in, and how; the first mechanism that the server offers when left out. */
interface Login {
  readonly user: string;
  readonly password: string;
  readonly mechanism?: Mechanism | 'auto';
}

/** How it went. */
export interface SendOutcome {
  readonly ok: boolean;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  /** Every recipient with what became of it; empty where it did not come to the recipients. */
  readonly fates: readonly Fate[];
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
  readonly rejectedErrors?: readonly Refusal[] | undefined;
}

/** One recipient's refusal, as nodemailer tells it. */
interface Refusal {
  readonly recipient?: string | undefined;
  readonly response?: string | undefined;
}

/** Lines of text end in CR LF before anything encodes them (RFC 2049 4). */
const inLines = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n');

async function compose(job: SendJob): Promise<{ raw: Buffer; from: string; to: string[] }> {
  const from = envelopeAddress(job.from);
  // The envelope is what was typed, not what a parser makes of it: a lab is there to try odd addresses too.
  const to = [...job.to, ...(job.cc ?? []), ...(job.bcc ?? [])].map(envelopeAddress);
  if (job.raw !== undefined) return { raw: Buffer.from(inLines(job.raw), 'utf8'), from, to };
  const mail = new MailComposer({
    ...(from === '' ? {} : { from: job.from }),
    to: [...job.to],
    cc: [...(job.cc ?? [])],
    subject: job.subject,
    text: inLines(job.body),
    ...(job.html === undefined ? {} : { html: inLines(job.html) }),
    headers: headerLines(job.headers ?? '').map(({ name, value }) => ({ key: name, value })),
    attachments: (job.attachments ?? []).map(({ name, type, content }) => ({
      filename: name,
      content: Buffer.from(content, 'base64'),
      ...(type === '' ? {} : { contentType: type }),
    })),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  return { raw: await mail.build(), from, to };
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
): Promise<{
  accepted: string[];
  rejected: string[];
  rejectedErrors?: readonly Refusal[] | undefined;
  response: string;
}> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.send(envelope, raw, (error, info) => (error === null ? resolve(info) : reject(error)));
  });
}

/** The mechanisms as the login test speaks them: empty names and passwords are sent too, and EXTERNAL is known. */
function speaking(mechanism: Mechanism) {
  return async ({ auth, sendCommand, resolve, reject }: SMTPConnection.CustomAuthenticationContext) => {
    const who = { user: auth.credentials.user, password: auth.credentials.pass };
    const first = initial(mechanism, who);
    let said = await sendCommand(first === null ? `AUTH ${mechanism}` : `AUTH ${mechanism} ${first}`);
    for (let turn = 0; said.status === 334; turn += 1)
      said = await sendCommand(answer(mechanism, said.text, turn, who));
    if (said.status === 235) resolve();
    else reject(new Error('the login was refused'));
  };
}

const customAuth = Object.fromEntries(mechanisms.map((mechanism) => [mechanism, speaking(mechanism)]));

function logIn(connection: SMTPConnection, { user, password, mechanism }: Login): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    const method = mechanism === undefined || mechanism === 'auto' ? '' : mechanism;
    const who: SMTPConnection.AuthenticationTypeCustom = { type: 'custom', method, user, pass: password };
    connection.login(who, (error) => (error ? reject(error) : resolve()));
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

const told = (to: readonly string[], rejected: readonly string[], refusals: readonly Refusal[] = []): readonly Fate[] =>
  to.map((address) => {
    const reply = refusals.find(({ recipient }) => recipient === address)?.response ?? '';
    return { address, ok: !rejected.includes(address), reply };
  });

function failure(error: unknown, to: readonly string[], localPort: number | null): SendOutcome {
  const { code, originalCode, response, rejected, rejectedErrors, message } = error as SendError;
  const reply = response ?? '';
  return {
    ok: false,
    accepted: [],
    rejected: rejected ?? [...to],
    fates: told(to, to, rejectedErrors),
    response: reply,
    error: reply === '' ? (originalCode ?? code ?? message) : null,
    localPort,
  };
}

/** Rejects when the person has had enough. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(Object.assign(new Error('stopped'), { code: 'ABORTED' }));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function connectionOn(socket: Socket, job: SendJob): SMTPConnection {
  const patience = job.patienceMs ?? PATIENCE_MS;
  const connection = new SMTPConnection({
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
    customAuth,
    logger: false,
  });
  connection.on('error', () => undefined);
  return connection;
}

/** Sends one mail over one connection. Never rejects: what went wrong is in the outcome. */
export async function sendMail(job: SendJob, signal?: AbortSignal): Promise<SendOutcome> {
  let localPort: number | null = null;
  let connection: SMTPConnection | null = null;
  const everybody = [...job.to, ...(job.cc ?? []), ...(job.bcc ?? [])].map(envelopeAddress);
  try {
    const { raw, from, to } = await compose(job);
    const socket = await dial(job);
    localPort = socket.localPort ?? null;
    const over = aborted(signal);
    connection = connectionOn(socket, job);
    await Promise.race([over, greet(connection)]);
    if (job.login) await Promise.race([over, logIn(connection, job.login)]);
    const info = await Promise.race([over, transmit(connection, { from, to }, raw)]);
    await Promise.race([over, quit(connection, socket)]);
    const { accepted, rejected, rejectedErrors, response } = info;
    const fates = told(to, rejected, rejectedErrors);
    return { ok: rejected.length === 0, accepted, rejected, fates, response, error: null, localPort };
  } catch (error) {
    connection?.close();
    return failure(error, everybody, localPort);
  }
}
