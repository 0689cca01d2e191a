/** What can happen to a front besides what its client types, and how the diagram calls each kind of event. */
import type { Happening } from '../machine/explore.ts';
import { REPEATS_MAX } from '../machine/login.ts';
import type { LoginState } from '../machine/login-state.ts';
import type { ClientTls, Clock, Event, Failure, Verdict, VerdictError } from '../machine/machine.ts';

/** The name of an event that is not a line of the client's. */
export function nameOf(event: Exclude<Event, { type: 'line' }>): string {
  switch (event.type) {
    case 'verdict':
      return `verdict.${nameOfVerdict(event.verdict)}`;
    case 'failed':
      return `failed.${event.failure.type}`;
    case 'timeout':
      return `timeout.${event.clock}`;
    default:
      return event.type;
  }
}

function nameOfVerdict(verdict: Verdict): string {
  if (verdict.type !== 'reject' && verdict.type !== 'wait') return verdict.type;
  const later = verdict.waitMs > 0 === (verdict.type === 'reject');
  if (verdict.type === 'reject') return later ? 'reject-wait' : 'reject';
  return later ? 'wait-now' : 'wait';
}

/** TLS as most clients have it: no certificate of their own. */
export const plainTls: ClientTls = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  serverName: '',
  alpn: '',
  certificate: null,
  own: { signature: 'RSA-SHA256', key: 'RSA2048' },
};

const shown = {
  subject: 'CN=client',
  issuer: 'CN=authority',
  serial: '01',
  fingerprint: '0123456789abcdef0123456789abcdef01234567',
  pem: '',
  commonName: 'client',
};

/** What a client can show under `ssl_verify_client`: a good certificate, one that is not trusted, or none. */
export const certificates = {
  good: { result: { code: 0, text: 'ok' }, shown },
  bad: { result: { code: 18, text: 'self-signed certificate' }, shown },
  none: { result: { code: 0, text: 'ok' }, shown: null },
} as const;

const tlsKinds: readonly ClientTls[] = [
  plainTls,
  ...[
    certificates.good,
    certificates.bad,
    { ...certificates.bad, result: { code: 26, text: 'unsuitable certificate purpose' } },
    certificates.none,
  ].map((certificate) => ({ ...plainTls, certificate })),
];

const opened = {
  type: 'opened',
  client: { address: '127.0.0.1', port: 40_000 },
  clientHost: '[UNAVAILABLE]',
  nonce: { random: 1, seconds: 2 },
} as const;

/** Every way in which the upstream login can fail. */
export const failures: readonly Failure[] = [
  { type: 'unexpected-reply', reply: '550 no\r\n' },
  { type: 'reply-too-long', reply: '2'.repeat(16) },
  { type: 'closed' },
  { type: 'refused', error: 'ECONNREFUSED' },
  { type: 'timed-out' },
  { type: 'no-password' },
];

const errors: readonly VerdictError[] = ['timed-out', 'bad-address'];

/** Every kind of answer; `waitMs` beside others than WAIT counts where the question was repeated at once. */
const verdicts: readonly Verdict[] = [
  { type: 'route', server: '127.0.0.1', port: 25, name: '127.0.0.1:25' },
  { type: 'route', server: '127.0.0.1', port: 25, name: '127.0.0.1:25', waitMs: 3000 },
  { type: 'reject', message: 'no such user', code: '550 5.1.1', waitMs: 0 },
  { type: 'reject', message: 'no such user', code: '550 5.1.1', waitMs: 3000 },
  { type: 'wait', waitMs: 3000 },
  { type: 'wait', waitMs: 0 },
  ...errors.flatMap((error): readonly Verdict[] => [
    { type: 'error', error },
    { type: 'error', error, waitMs: 3000 },
  ]),
];

const named = (event: Exclude<Event, { type: 'line' }>): Happening => ({ on: nameOf(event), event });

const openings: readonly Happening[] = [
  named(opened),
  ...tlsKinds.map((tls) => named({ ...opened, tls })),
  // The client's arrival, with its PROXY header and TLS, can fail.
  named({ type: 'closed' }),
];
const handshakes: readonly Happening[] = [
  ...tlsKinds.map((tls) => named({ type: 'secured', tls })),
  named({ type: 'closed' }),
];
const answers: readonly Happening[] = verdicts.map((verdict) => named({ type: 'verdict', verdict }));
const logins = (reply: string): readonly Happening[] => [
  named({ type: 'loggedIn', reply }),
  ...failures.map((failure) => named({ type: 'failed', failure })),
];

/** What can happen besides lines. `listens`: whether the client is read now; `greeting` stands for the upstream's yes. */
export function otherHappenings(
  { place }: LoginState,
  running: ReadonlySet<Clock>,
  listens: boolean,
  greeting: string,
): readonly Happening[] {
  // While the proxy does not read it does not notice that the client left, and a handshake has its own end.
  const left = listens ? [named({ type: 'closed' }), named({ type: 'overlong', text: 'x'.repeat(64) })] : [];
  const clocks = (['dialogue', 'wait'] as const)
    .filter((clock) => running.has(clock) && place !== 'handshake')
    .map((clock) => named({ type: 'timeout', clock }));
  const own: Readonly<Record<string, readonly Happening[]>> = {
    greet: openings,
    handshake: handshakes,
    verdict: answers,
    upstream: logins(greeting),
  };
  return [...(own[place] ?? []), ...left, ...clocks];
}

/** What of a front's memory all protocols decide by. `maxErrors`: as configured. */
export const loginShape = (state: LoginState, maxErrors: number): string =>
  [
    state.place,
    state.tls === null ? '' : 'tls',
    state.errors >= maxErrors - 1 ? 'last' : '',
    state.repeats >= REPEATS_MAX ? 'enough' : state.repeats > 0 ? 'again' : '',
    state.method === 'none' ? '' : 'login',
    state.password === null ? '' : state.password.length === 32 ? 'digest' : 'password',
    state.salt === null ? '' : 'salt',
  ].join('/');

/** The last syntax error but one, and the last repeated question: counters that a walk need not count through. */
export function loginLeaps<S extends LoginState>(state: S, maxErrors: number): readonly S[] {
  return [
    ...(state.errors > 0 && state.errors < maxErrors - 1 ? [{ ...state, errors: maxErrors - 1 }] : []),
    ...(state.repeats > 0 && state.repeats < REPEATS_MAX ? [{ ...state, repeats: REPEATS_MAX }] : []),
  ];
}
