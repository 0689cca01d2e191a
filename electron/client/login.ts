/** The built-in client's *Log in test*: a login on the wire, told step by step. */
import type { LoginStep } from '../../shared/contract/clients.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { codeOf, type DialTarget, dial } from './dial.ts';
import { imapLogin } from './login-imap.ts';
import { pop3Login } from './login-pop3.ts';
import { smtpLogin } from './login-smtp.ts';
import { Enough, type LoginJob, Talk } from './login-talk.ts';
import { Wire, WireOver } from './wire.ts';

/** How it went. */
export interface LoginOutcome {
  readonly ok: boolean;
  readonly steps: readonly LoginStep[];
  readonly message: string | null;
  /** Our port, by which the lab finds the session at its listener; null when no connection came about. */
  readonly localPort: number | null;
}

/** What a login test says, by protocol. */
export const dialogues: Readonly<Record<Protocol, (talk: Talk) => Promise<void>>> = {
  smtp: smtpLogin,
  imap: imapLogin,
  pop3: pop3Login,
};

/** A server that does not close after the goodbye is not waited for longer than this, in ms. */
const CLOSE_MS = 2000;

/** Tries one login. Never rejects: what went wrong is the last step. Waits for each answer until `signal` aborts. */
export function tryLogin(
  target: DialTarget & { readonly protocol: Protocol },
  job: LoginJob,
  signal: AbortSignal,
): Promise<LoginOutcome> {
  return converse(target, job, dialogues[target.protocol], signal);
}

/** One conversation from the connection to its end, told in steps. Never rejects. `onPort` hears of our own port. */
export async function converse(
  target: DialTarget,
  job: LoginJob,
  dialogue: (talk: Talk) => Promise<void>,
  signal: AbortSignal,
  onPort: (port: number) => void = () => undefined,
): Promise<LoginOutcome> {
  let socket: Awaited<ReturnType<typeof dial>>;
  try {
    socket = await dial(target, signal);
  } catch (error) {
    const { host, port } = target;
    const step: LoginStep = { key: 'connect', ok: false, params: { host, port, code: codeOf(error) }, reply: '' };
    return { ok: false, steps: [step], message: null, localPort: null };
  }
  const localPort = socket.localPort ?? null;
  onPort(localPort ?? 0);
  const talk = new Talk(new Wire(socket, signal), job);
  try {
    if (job.ssl) await talk.secure();
    talk.doing = 'greeting';
    await dialogue(talk);
  } catch (error) {
    if (error instanceof WireOver) talk.broke(error.code);
    else if (!(error instanceof Enough)) throw error;
  }
  // Who was refused leaves without a word more; the server hears of it by the closing.
  await talk.wire.close(talk.steps.at(-1)?.key === 'quit' ? CLOSE_MS : 0);
  const ok = talk.steps.every((step) => step.ok);
  return { ok, steps: talk.steps, message: talk.message, localPort };
}
