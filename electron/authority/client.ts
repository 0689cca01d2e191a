/** Asks an auth service over the network, exactly as nginx does. */
import { connect, type NetConnectOpts } from 'node:net';
import { type About, ANSWER_MAX, decodeAnswer, scanAnswer } from '../../shared/auth/answer.ts';
import type { AuthTarget } from '../../shared/auth/lookup.ts';
import type { Bytes, Verdict } from '../../shared/machine/machine.ts';
import type { Exchange } from '../engine/ports.ts';

/** What is asked, of whom, and for how long. */
export interface Call {
  readonly request: Bytes;
  readonly target: Pick<AuthTarget, 'address' | 'port' | 'unix'>;
  /** `auth_http_timeout`: a total budget, which dripping bytes do not extend. */
  readonly timeoutMs: number;
  readonly about: About;
  /** A proxy that is busy: the answer waits in the socket for so many ms. */
  readonly readAfterMs?: number;
}

/**
 * One connection, one write, nothing but the header of the answer read: nginx closes as soon as it has the blank line,
 * or anything bad. `done` is called once, never before this returns, and not at all once the returned function was
 * called. `ourPort` is 0 where there was no connection.
 */
export function askOverNetwork(call: Call, done: (exchange: Exchange, ourPort: number) => void): () => void {
  const socket = connect(addressOf(call.target));
  let response: Bytes = '';
  let connected = false;
  let ourPort = 0;
  let finished = false;

  const finish = (verdict: Verdict, systemError?: string): void => {
    if (finished) return;
    abandon();
    const { request } = call;
    // nginx never reads more than its buffer holds.
    const read = response.slice(0, ANSWER_MAX);
    const error = systemError === undefined ? {} : { systemError };
    done({ transport: 'http', request, response: read, verdict, ...error }, ourPort);
  };
  const abandon = (): void => {
    finished = true;
    clearTimeout(timer);
    clearTimeout(pause);
    socket.destroy();
  };
  const pause = setTimeout(() => socket.resume(), call.readAfterMs ?? 0);
  const timer = setTimeout(
    // nginx's log tells the clock from the close, although both find the buffer full.
    () => finish(timedOut(response), response.length > ANSWER_MAX ? 'ETIMEDOUT' : undefined),
    call.timeoutMs,
  );

  socket.setNoDelay(true);
  socket.on('connect', () => {
    connected = true;
    ourPort = socket.localPort ?? 0;
    socket.write(call.request, 'latin1');
  });
  socket.on('data', (chunk: Buffer) => {
    // What does not fit in nginx's buffer is read and dropped, only to see the end of it.
    response += chunk.toString('latin1', 0, Math.max(ANSWER_MAX + 1 - response.length, 0));
    if (scanAnswer(response).state !== 'more') finish(decodeAnswer(response, call.about));
  });
  socket.on('end', () => finish(decodeAnswer(response, call.about)));
  socket.on('error', (error: NodeJS.ErrnoException) =>
    finish(broken(connected, response, call.about), error.code ?? error.message),
  );
  socket.on('close', () => finish(decodeAnswer(response, call.about)));
  if (call.readAfterMs === undefined) clearTimeout(pause);
  else socket.pause();
  return abandon;
}

const addressOf = ({ unix, address, port }: Call['target']): NetConnectOpts =>
  unix === undefined ? { host: address, port } : { path: unix };

/** With its buffer full nginx no longer reads, so that only the clock or the service's close ends the wait. */
export const timedOut = (response: Bytes): Verdict => ({
  type: 'error',
  error: response.length > ANSWER_MAX ? 'too-large' : 'timed-out',
});

const broken = (connected: boolean, response: Bytes, about: About): Verdict =>
  connected ? decodeAnswer(response, about) : { type: 'error', error: 'refused' };
