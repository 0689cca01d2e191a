/**
 * What the fronts of all three protocols do alike: ask the auth service, act on its answer (nginx's outcome table), wait
 * for the upstream login and give up (ngx_mail_auth_http_module.c, ngx_mail_handler.c). How they word it is their manner.
 */
import type { Bytes, Disposition, Effect, Event, Method, Peer, Protocol, Renamed, Step, Verdict } from './machine.ts';
import { say } from './steps.ts';

/** The places that every front has. */
export type LoginPlace = 'greet' | 'command' | 'verdict' | 'penalty' | 'asked-to-wait' | 'upstream' | 'relay' | 'ended';

/** What every front remembers. */
export interface LoginState {
  readonly place: string;
  readonly user: Bytes | null;
  readonly password: Bytes | null;
  readonly errors: number;
  readonly attempt: number;
  readonly method: Method;
  readonly client: Peer;
  readonly clientHost: Bytes;
  readonly nonce: { readonly random: number; readonly seconds: number };
  /** The refusal that is said when `Auth-Wait` is over. */
  readonly refusal: Bytes;
  /** The challenge of CRAM-MD5 and APOP, once it was issued. */
  readonly salt: Bytes | null;
  /** How often the same question was repeated at once (WAIT without Auth-Wait). */
  readonly repeats: number;
}

/** A session before its first event. */
export const newcomer = {
  place: 'greet',
  user: null,
  password: null,
  errors: 0,
  attempt: 0,
  method: 'plain',
  client: { address: '', port: 0 },
  clientHost: '',
  nonce: { random: 0, seconds: 0 },
  refusal: '',
  salt: null,
  repeats: 0,
} as const satisfies LoginState;

/** What these steps need to know of a `server { }`; times in ms. */
export interface LoginConfig {
  readonly serverName: string;
  /** `timeout`: the whole dialogue before the login, and again the whole upstream login. */
  readonly timeoutMs: number;
  readonly maxErrors: number;
  readonly passErrorMessage: boolean;
}

/** The common part of the reasons that every protocol documents for these steps. */
type Name =
  | 'routed'
  | 'rejected'
  | 'rejected.wait'
  | 'rejected.waited'
  | 'asked-to-wait'
  | 'ask-again'
  | 'verdict.unusable'
  | 'upstream-failed'
  | 'upstream-failed.passed'
  | 'timeout'
  | 'closed'
  | 'unexpected';

type Whys<R extends string> = Readonly<Record<Name, R>>;

/** The reasons of one protocol by their common name. */
export const loginReasons = <P extends Protocol>(protocol: P): Whys<`${P}.${Name}`> => ({
  routed: `${protocol}.routed`,
  rejected: `${protocol}.rejected`,
  'rejected.wait': `${protocol}.rejected.wait`,
  'rejected.waited': `${protocol}.rejected.waited`,
  'asked-to-wait': `${protocol}.asked-to-wait`,
  'ask-again': `${protocol}.ask-again`,
  'verdict.unusable': `${protocol}.verdict.unusable`,
  'upstream-failed': `${protocol}.upstream-failed`,
  'upstream-failed.passed': `${protocol}.upstream-failed.passed`,
  timeout: `${protocol}.timeout`,
  closed: `${protocol}.closed`,
  unexpected: `${protocol}.unexpected`,
});

/** How a protocol words these steps. */
export interface Manner<S extends LoginState, R extends string> {
  readonly why: Whys<R>;
  /** The line that stands for everything that goes wrong behind the proxy. */
  readonly internalError: Bytes;
  refusal(state: S, verdict: Extract<Verdict, { type: 'reject' }>): Bytes;
  /** What the question tells besides the credentials; SMTP without login. */
  envelope?(state: S): { readonly helo: Bytes; readonly from: Bytes; readonly to: Bytes };
}

/**
 * nginx repeats a question that is answered WAIT without Auth-Wait for ever, in a tight loop. The lab gives up after
 * this many: one of its deliberate differences.
 */
export const REPEATS_MAX = 1000;

const go = <S extends LoginState, R extends string>(
  state: S,
  change: Partial<LoginState>,
  why: R,
  ...effects: readonly Effect[]
): Step<S, R> => ({ state: { ...state, ...change }, effects, why });

/** The event has no meaning here. */
export const stay = <S extends LoginState, R extends string>(state: S, manner: Manner<S, R>): Step<S, R> => ({
  state,
  effects: [],
  why: manner.why.unexpected,
});

/** A last reply, then the connection is closed. */
export const closing = <S extends LoginState, R extends string>(
  state: S,
  why: R,
  reply: Bytes,
  disposition?: Disposition,
): Step<S, R> => go(state, { place: 'ended' }, why, say(reply, disposition), { type: 'close' });

/** The session's beginning: what the connection told, and the clock of the whole dialogue. */
export const known = (event: Extract<Event, { type: 'opened' }>) =>
  ({ client: event.client, clientHost: event.clientHost, nonce: event.nonce }) as const;

/** Starts or stops a clock. */
export const clock = (name: 'dialogue' | 'wait' | 'upstream', ms: number | null): Effect => ({
  type: 'clock',
  clock: name,
  ms,
});

/** Puts the question for what the state holds; the dialogue's clock stops meanwhile. */
export function ask<S extends LoginState, R extends string>(manner: Manner<S, R>, state: S, why: R): Step<S, R> {
  // Once there is a challenge every question but a plain one carries it, and the password is wiped as soon as such a
  // request is built: a repeated question then has an empty Auth-Pass.
  const salt = state.method === 'plain' ? null : state.salt;
  const password = salt === null ? state.password : null;
  return go(state, { place: 'verdict', password }, why, clock('dialogue', null), {
    type: 'ask',
    method: state.method,
    user: state.user ?? '',
    password: state.password ?? '',
    attempt: state.attempt,
    ...(salt === null ? {} : { salt }),
    ...(state.method === 'none' ? manner.envelope?.(state) : {}),
  });
}

/** The credentials are complete: the first question with them. */
export const askFirst = <S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  state: S,
  change: Partial<LoginState>,
  why: R,
): Step<S, R> => ask(manner, { ...state, ...change, attempt: state.attempt + 1, repeats: 0 }, why);

/** The events that mean the same in every protocol; `line`, `opened`, `overlong` and `loggedIn` do not. */
export function happened<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
  event: Exclude<Event, { type: 'line' | 'opened' | 'overlong' | 'loggedIn' }>,
): Step<S, R> {
  switch (event.type) {
    case 'verdict':
      return state.place === 'verdict' ? onVerdict(manner, config, state, event.verdict) : stay(state, manner);
    case 'failed':
      return state.place === 'upstream' ? failed(manner, config, state, event.failure) : stay(state, manner);
    case 'timeout':
      if (event.clock === 'wait') return onWaited(manner, config, state);
      if (event.clock !== 'dialogue' || state.place === 'ended') return stay(state, manner);
      return go(state, { place: 'ended' }, manner.why.timeout, { type: 'close' });
    case 'secured':
      return stay(state, manner);
    case 'closed':
      return go(state, { place: 'ended' }, manner.why.closed, { type: 'close' });
  }
}

const renamed = <S extends LoginState>(state: S, { user, password }: Renamed): S => ({
  ...state,
  user: user ?? state.user,
  password: password ?? state.password,
});

function onVerdict<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
  verdict: Verdict,
): Step<S, R> {
  switch (verdict.type) {
    case 'error':
      return closing(state, manner.why['verdict.unusable'], manner.internalError);
    case 'reject':
      return rejected(manner, renamed(state, verdict), verdict);
    case 'wait':
      return wait(manner, renamed(state, verdict), verdict.waitMs);
    case 'route':
      // nginx forgets to clear its flag after a WAIT without Auth-Wait: even an OK then asks again.
      return state.repeats > 0
        ? wait(manner, renamed(state, verdict), 0)
        : route(manner, config, renamed(state, verdict), verdict);
  }
}

const route = <S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
  { server, port, name }: Extract<Verdict, { type: 'route' }>,
): Step<S, R> =>
  go(state, { place: 'upstream' }, manner.why.routed, clock('upstream', config.timeoutMs), {
    type: 'dial',
    server,
    port,
    name,
  });

function rejected<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  state: S,
  verdict: Extract<Verdict, { type: 'reject' }>,
): Step<S, R> {
  const refusal = manner.refusal(state, verdict);
  if (verdict.waitMs === 0) return closing(state, manner.why.rejected, refusal);
  return go(state, { place: 'penalty', refusal }, manner.why['rejected.wait'], clock('wait', verdict.waitMs));
}

function wait<S extends LoginState, R extends string>(manner: Manner<S, R>, state: S, ms: number): Step<S, R> {
  const { why, internalError } = manner;
  if (ms > 0) return go(state, { place: 'asked-to-wait', repeats: 0 }, why['asked-to-wait'], clock('wait', ms));
  if (state.repeats >= REPEATS_MAX) return closing(state, why['verdict.unusable'], internalError);
  return ask(manner, { ...state, repeats: state.repeats + 1 }, why['ask-again']);
}

/** `Auth-Wait` is over. */
function onWaited<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
): Step<S, R> {
  if (state.place === 'asked-to-wait') return ask(manner, state, manner.why['ask-again']);
  if (state.place !== 'penalty') return stay(state, manner);
  return go(
    state,
    { place: 'command', refusal: '', method: 'plain' },
    manner.why['rejected.waited'],
    say(state.refusal),
    clock('dialogue', config.timeoutMs),
  );
}

function failed<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
  failure: Extract<Event, { type: 'failed' }>['failure'],
): Step<S, R> {
  const { why, internalError } = manner;
  if (failure.type === 'unexpected-reply' && config.passErrorMessage)
    return closing(state, why['upstream-failed.passed'], failure.reply, 'passed');
  const disposition = failure.type === 'unexpected-reply' ? 'changed' : 'invented';
  return closing(state, why['upstream-failed'], internalError, disposition);
}
