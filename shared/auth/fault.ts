/** Faults of the lab's own auth service: what becomes of an answer on its way out, and which answers are struck. */
import type { Bytes } from '../machine/machine.ts';
import { ANSWER_MAX, type Answer, encodeAnswer } from './answer.ts';
import type { Header } from './request.ts';

/** What can be wrong with the service, in the order in which they are offered. */
export const faultKinds = [
  'slow',
  'silent',
  'close',
  'cut',
  'oversize',
  'status',
  'no-status',
  'no-server',
  'no-port',
  'host-name',
  'lower-case',
  'underscore',
  'garbage',
  'page',
  'wait',
  'wait-loop',
] as const;

/** One of them. */
export type FaultKind = (typeof faultKinds)[number];

/** Those that a rule can have: a late answer is its `delay`, another status its `raw`. */
export const ruleFaults = faultKinds.filter((kind) => kind !== 'slow' && kind !== 'status');

/**
 * Which questions are struck, counted from the moment the fault is armed: always; the next N, and then none; every Nth;
 * so many of a hundred by chance, the same ones for the same seed.
 */
export type FaultScope =
  | { readonly type: 'always' }
  | { readonly type: 'next'; readonly times: number }
  | { readonly type: 'every'; readonly nth: number }
  | { readonly type: 'chance'; readonly percent: number; readonly seed: number };

/** A fault as a person arms it. */
export interface Fault {
  readonly kind: FaultKind;
  /** For `slow`: ms before the answer. */
  readonly ms: number;
  /** For `status`: the HTTP status instead of the answer's own. */
  readonly status: number;
  readonly scope: FaultScope;
}

/** The fault of a rule as one that is armed. */
export const faultOfRule = (kind: FaultKind): Fault => ({ kind, ms: 0, status: 200, scope: { type: 'always' } });

/** One armed fault, and how it fared. */
export interface ArmedFault extends Fault {
  readonly id: number;
  /** Questions since it was armed that no earlier fault had struck. */
  readonly asked: number;
  /** Those of them that it struck. */
  readonly struck: number;
}

/** What goes over the wire instead of the answer. */
export interface Delivery {
  /** ms before anything is sent, besides the rule's own delay. */
  readonly delayMs: number;
  readonly bytes: Bytes;
  /** close: the connection ends behind the bytes · hang: it stays open, and nothing more comes. */
  readonly end: 'close' | 'hang';
}

/** How long an answer gets that is too large: well beyond nginx's buffer, in bytes. */
const OVERSIZE = 2 * ANSWER_MAX;

const send = (bytes: Bytes, end: Delivery['end'] = 'close'): Delivery => ({ delayMs: 0, bytes, end });

const without = (answer: Answer, name: string): Answer => ({
  ...answer,
  headers: answer.headers.filter(([key]) => key.toLowerCase() !== name),
});

/** The same header with another value; answers without it stay as they are. */
const withValue = (answer: Answer, name: string, change: (value: Bytes) => Bytes): Answer => ({
  ...answer,
  headers: answer.headers.map(([key, value]): Header => [key, key.toLowerCase() === name ? change(value) : value]),
});

const plus = (answer: Answer, ...headers: readonly Header[]): Answer => ({
  ...answer,
  headers: [...headers, ...answer.headers],
});

/** What a faulty service sends instead of `answer`. */
export function deliver({ kind, ms, status }: Fault, answer: Answer): Delivery {
  const whole = encodeAnswer(answer);
  switch (kind) {
    case 'slow':
      return { ...send(whole), delayMs: ms };
    case 'silent':
      return send('', 'hang');
    case 'close':
      return send('');
    case 'cut':
      return send(whole.slice(0, Math.ceil(whole.length / 2)));
    case 'oversize':
      return send(encodeAnswer(plus(answer, ['Set-Cookie', 'x'.repeat(OVERSIZE - whole.length)])));
    case 'status':
      return send(encodeAnswer({ ...answer, status }));
    case 'no-status':
      return send(encodeAnswer(without(answer, 'auth-status')));
    case 'no-server':
      return send(encodeAnswer(without(answer, 'auth-server')));
    case 'no-port':
      return send(encodeAnswer(without(answer, 'auth-port')));
    case 'host-name':
      return send(encodeAnswer(withValue(answer, 'auth-server', () => 'mail.internal')));
    case 'lower-case':
      return send(encodeAnswer(withValue(answer, 'auth-status', (value) => (value === 'OK' ? 'ok' : value))));
    case 'underscore':
      return send(encodeAnswer(plus(answer, ['X_Trace_Id', '7f3a'])));
    case 'garbage':
      return send('\x16\x03\x01 this is no answer\r\n\r\n');
    case 'page':
      return send('HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<h1>502 Bad Gateway</h1>\r\n');
    case 'wait':
      return send(encodeAnswer(plus({ status: 200, headers: [] }, ['Auth-Status', 'WAIT'], ['Auth-Wait', '1'])));
    case 'wait-loop':
      return send(encodeAnswer(plus({ status: 200, headers: [] }, ['Auth-Status', 'WAIT'])));
  }
}

/** Whether the `nth` question since the fault was armed, from 1, is struck. */
export function strikes(scope: FaultScope, nth: number): boolean {
  switch (scope.type) {
    case 'always':
      return true;
    case 'next':
      return nth <= scope.times;
    case 'every':
      return nth % scope.nth === 0;
    case 'chance':
      return dice(scope.seed, nth) * 100 < scope.percent;
  }
}

/** Whether it will never strike again after `asked` questions. */
export const isSpent = (scope: FaultScope, asked: number): boolean => scope.type === 'next' && asked >= scope.times;

/** A number from 0 to below 1 for each throw, the same for the same seed (mulberry32). */
function dice(seed: number, nth: number): number {
  let a = (seed + Math.imul(nth, 0x6d2b79f5)) | 0;
  a = Math.imul(a ^ (a >>> 15), a | 1);
  a ^= a + Math.imul(a ^ (a >>> 7), a | 61);
  return ((a ^ (a >>> 14)) >>> 0) / 2 ** 32;
}
