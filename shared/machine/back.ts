/** What the backs of all three protocols do alike: how an upstream login begins, fails and ends. */
import type { Bytes, Effect, Event, Failure, Machine, Protocol, Step } from './machine.ts';

/** The state of a back: the reply that is awaited; `connect` before there is a connection, `ended` once reported. */
export interface BackState<P extends string> {
  readonly place: P | 'connect' | 'greeting' | 'ended';
}

type BackReason<P extends Protocol> =
  | `${P}.back.${'connected' | 'overlong' | 'closed' | 'refused' | 'timeout'}`
  | `${P}.unexpected`;

/** A step of a back. */
export type BackStep<P extends string, R extends string> = Step<BackState<P>, R>;

/** A back machine by its protocol, the length of a complete reply in a place (0: not yet), and the answer to it. */
export interface BackParts<N extends Protocol, P extends string, R extends string> {
  readonly protocol: N;
  length(place: P | 'greeting', input: Bytes): number;
  answered(place: P | 'greeting', reply: Bytes): BackStep<P, R>;
}

/** A back machine. Feed it `opened` when connected, whole replies as `line`, and what goes wrong. */
export function backMachine<N extends Protocol, P extends string, R extends string>(
  parts: BackParts<N, P, R>,
): Machine<BackState<P>, R | BackReason<N>> {
  const { protocol } = parts;
  const initial: BackState<P> = { place: 'connect' };
  return {
    initial,
    read: ({ place }, input) => (place === 'ended' ? -1 : place === 'connect' ? 0 : parts.length(place, input)),
    step: (state, event) => {
      const { place } = state;
      if (place === 'ended' || (place === 'connect' && event.type === 'line')) return stay(protocol, state);
      if (event.type !== 'line' || place === 'connect') return happened(protocol, state, event);
      return parts.answered(place, event.text);
    },
  };
}

function happened<N extends Protocol, P extends string>(
  protocol: N,
  state: BackState<P>,
  event: Event,
): BackStep<P, BackReason<N>> {
  switch (event.type) {
    case 'opened':
      return { state: { place: 'greeting' }, effects: [], why: `${protocol}.back.connected` };
    case 'overlong':
      return report(`${protocol}.back.overlong`, { type: 'reply-too-long', reply: event.text });
    case 'timeout':
      return report(`${protocol}.back.timeout`, { type: 'timed-out' });
    case 'closed':
      return state.place === 'connect'
        ? report(`${protocol}.back.refused`, { type: 'refused', error: event.error ?? '' })
        : report(`${protocol}.back.closed`, { type: 'closed' });
    default:
      return stay(protocol, state);
  }
}

const stay = <N extends Protocol, P extends string>(protocol: N, state: BackState<P>): BackStep<P, BackReason<N>> => ({
  state,
  effects: [],
  why: `${protocol}.unexpected`,
});

/** The login failed. */
export const report = <R extends string>(why: R, failure: Failure): BackStep<never, R> => ({
  state: { place: 'ended' },
  effects: [{ type: 'report', event: { type: 'failed', failure } }],
  why,
});

/** The login is complete; `reply` is what the upstream said last. */
export const loggedIn = <R extends string>(why: R, reply: Bytes): BackStep<never, R> => ({
  state: { place: 'ended' },
  effects: [{ type: 'report', event: { type: 'loggedIn', reply } }],
  why,
});

/** The next command; `place` awaits its reply. */
export const speak = <P extends string, R extends string>(
  place: P,
  why: R,
  said: Omit<Extract<Effect, { type: 'say' }>, 'type'>,
): BackStep<P, R> => ({ state: { place }, effects: [{ type: 'say', ...said }], why });

/** The length of a reply that is complete by nginx's common rule, or 0: at least four bytes, ending in CR LF. */
export const replyLength = (input: Bytes): number => (input.length < 4 || !input.endsWith('\r\n') ? 0 : input.length);
