/**
 * A played server's machine as it is drawn and followed: together with what it waits for, and with what it says in a word.
 * It is the machine that plays, step by step; nothing is decided here.
 */
import type { Walkable } from '../machine/explore.ts';
import type { Bytes } from '../machine/machine.ts';
import type { Mock, MockEffect, MockEvent } from './mock.ts';

/** What has to be answered before it reads on. */
export type Asks = Extract<MockEffect, { type: 'login' | 'mailbox' | 'secure' }>;

/** The machine's state, and what the machine keeps to itself. */
export interface Watched<S> {
  /** As the state diagram calls it. */
  readonly place: string;
  readonly state: S;
  readonly asks: Asks | null;
  /** The command that is being answered, and all that was asked for it so far; '' between two. */
  readonly path: string;
}

/**
 * What a step comes to. ok, no, bad, bye, err, prompt: its status · login, mailbox: it has to ask first · told: it says
 * something that nobody asked for · silent: it says nothing.
 */
export type Result = 'ok' | 'no' | 'bad' | 'bye' | 'err' | 'prompt' | 'login' | 'mailbox' | 'told' | 'silent';

/** What a protocol brings to watch its machine by. */
export interface Sight<S> {
  place(state: S, asks: Asks | null): string;
  /** The status of an answer; null where it has none. */
  status(said: Bytes): Result | null;
  /** Whether a line of the server's ends an answer: not the ones that come before its status, or unasked. */
  ends(line: Bytes, says: Result | null): boolean;
  /** The whole command that a unit completes: its own bytes, and those that came before it. */
  command(state: S, unit: Bytes): Bytes;
}

/** A step of a watched machine; `says` is the status of what it says, null where that has none. */
export interface WatchedStep<S> {
  readonly state: Watched<S>;
  readonly effects: readonly MockEffect[];
  readonly why: Result;
  readonly says: Result | null;
}

/** A machine with its places. */
export interface WatchedMachine<S> extends Walkable<Watched<S>, MockEvent, MockEffect> {
  step(state: Watched<S>, event: MockEvent): WatchedStep<S>;
}

/** The machine with its places. */
export function watch<S extends object>(mock: Mock<S>, sight: Sight<S>): WatchedMachine<S> {
  const initial = { place: sight.place(mock.initial, null), state: mock.initial, asks: null, path: '' };
  return {
    initial,
    step: (before, event) => {
      const { state, effects } = mock.step(before.state, event);
      const asks = effects.findLast(isAsk) ?? (isAnswer(event) ? null : before.asks);
      const said = effects.flatMap((effect) => (effect.type === 'say' ? [effect.text] : [])).join('');
      const says = said === '' ? null : sight.status(said);
      const asked = effects.some((effect) => effect === asks) && asks !== null && asks.type !== 'secure';
      const why = asked ? asks.type : (says ?? (said === '' ? 'silent' : 'told'));
      // The machine gives a new object back even where it did nothing.
      if (effects.length === 0 && asks === before.asks && isSame(state, before.state))
        return { state: before, effects, why, says };
      const path = asks === null ? '' : pathOf(before, event, asks, sight);
      return { state: { place: sight.place(state, asks), state, asks, path }, effects, why, says };
    },
  };
}

const isAsk = (effect: MockEffect): effect is Asks =>
  effect.type === 'login' || effect.type === 'mailbox' || effect.type === 'secure';

const isAnswer = ({ type }: MockEvent): boolean => type === 'account' || type === 'mailbox' || type === 'secured';

function pathOf<S>({ path, asks: pending, state }: Watched<S>, event: MockEvent, asks: Asks, sight: Sight<S>): string {
  if (asks === pending) return path;
  const begun = event.type === 'line' ? sight.command(state, event.text) : path === '' ? event.type : path;
  return `${begun}|${asks.type === 'mailbox' ? asks.request.do : asks.type}`;
}

function isSame(one: object, other: object): boolean {
  const values = new Map<string, unknown>(Object.entries(other));
  return Object.entries(one).every(([key, value]) => values.get(key) === value);
}

/** The name of an event that is not a line of the client's. */
export function nameOfEvent(event: Exclude<MockEvent, { type: 'line' }>): string {
  switch (event.type) {
    case 'account':
      return event.busy ? 'account.busy' : event.owner === null ? 'account.no' : 'account.yes';
    case 'mailbox':
      return event.answer.done === 'no' ? 'mailbox.no' : 'mailbox.done';
    default:
      return event.type;
  }
}
