/** How a protocol words what the fronts of all three do alike, and the forms that their steps take. */
import type { LoginState } from './login-state.ts';
import type { Bytes, Disposition, Effect, Protocol, Step, Verdict } from './machine.ts';
import { say } from './steps.ts';

/** The common part of the reasons that every protocol documents for these steps. */
type Name =
  | 'secured'
  | 'certificate.bad'
  | 'certificate.missing'
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
  secured: `${protocol}.secured`,
  'certificate.bad': `${protocol}.certificate.bad`,
  'certificate.missing': `${protocol}.certificate.missing`,
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
  /** The last lines for a client certificate that is refused, and for one that is missing. */
  readonly 'certificate.bad': Bytes;
  readonly 'certificate.missing': Bytes;
  refusal(state: S, verdict: Extract<Verdict, { type: 'reject' }>): Bytes;
  /** What the question tells besides the credentials; SMTP without login. */
  envelope?(state: S): { readonly helo: Bytes; readonly from: Bytes; readonly to: Bytes };
}

/** Changes what every front remembers, for a reason, and asks for some effects. */
export const go = <S extends LoginState, R extends string>(
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
