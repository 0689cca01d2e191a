/**
 * What the fronts of all three protocols do alike: ask the auth service, act on its answer (nginx's outcome table), wait
 * for the upstream login and give up (ngx_mail_auth_http_module.c, ngx_mail_handler.c). How they word it is their manner.
 */
import type { LoginConfig, LoginState } from './login-state.ts';
import type { Effect, Event, Renamed, Step, Verdict, VerdictError } from './machine.ts';
import { closing, go, type Manner, stay } from './manner.ts';
import { secured } from './secure.ts';
import { say } from './steps.ts';

/**
 * nginx repeats a question that is answered WAIT without Auth-Wait for ever, in a tight loop. The lab gives up after
 * this many: one of its deliberate differences.
 */
export const REPEATS_MAX = 1000;

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
      return state.place === 'handshake' ? secured(manner, config, state, event.tls) : stay(state, manner);
    case 'closed':
      return go(state, { place: 'ended' }, manner.why.closed, { type: 'close' });
  }
}

const renamed = <S extends LoginState>(state: S, { user, password }: Renamed): S => ({
  ...state,
  user: user ?? state.user,
  password: password ?? state.password,
});

/** What is wrong with a whole answer that wanted to route. */
const ADDRESS_ERRORS: ReadonlySet<VerdictError> = new Set([
  'no-server-or-port',
  'no-password',
  'bad-address',
  'bad-port',
]);

function onVerdict<S extends LoginState, R extends string>(
  manner: Manner<S, R>,
  config: LoginConfig,
  state: S,
  verdict: Verdict,
): Step<S, R> {
  switch (verdict.type) {
    case 'error':
      // The flag (below) is looked at before the address is, but not where there was no whole answer.
      return state.repeats > 0 && ADDRESS_ERRORS.has(verdict.error)
        ? wait(manner, renamed(state, verdict), verdict.waitMs ?? 0)
        : closing(state, manner.why['verdict.unusable'], manner.internalError);
    case 'reject':
      return rejected(manner, renamed(state, verdict), verdict);
    case 'wait':
      return wait(manner, renamed(state, verdict), verdict.waitMs);
    case 'route':
      // nginx forgets to clear its flag after a WAIT without Auth-Wait: even an OK then asks again.
      return state.repeats > 0
        ? wait(manner, renamed(state, verdict), verdict.waitMs ?? 0)
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
  // The same flag: when the pause is over nginx asks again, and the refusal is never said.
  if (state.repeats > 0) return wait(manner, state, verdict.waitMs);
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
