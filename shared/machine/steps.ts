/** The few forms that every step of a machine takes. */
import type { Bytes, Disposition, Effect, Step } from './machine.ts';

/** A reply to the machine's own side; most are the proxy's own invention. */
export const say = (text: Bytes, disposition: Disposition = 'invented'): Effect => ({ type: 'say', text, disposition });

/** Changes some fields of the state, for a reason, and asks for some effects. */
export const move = <S extends object, R extends string>(
  state: S,
  change: Partial<S>,
  why: R,
  ...effects: readonly Effect[]
): Step<S, R> => ({ state: { ...state, ...change }, effects, why });
