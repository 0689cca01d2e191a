/** What waits in a session's queue: effects to be performed and events to be decided, each with its gate. */
import type { Gate } from '../../shared/journal/entry.ts';
import type { Bytes, Effect, Event, Step } from '../../shared/machine/machine.ts';
import type { Exchange } from './ports.ts';

/** Which machine: the one towards the client, or the one towards the upstream. */
export type Side = 'front' | 'back';
/** An effect on its way to being performed. */
export interface Task {
  readonly side: Side;
  readonly effect: Effect;
  readonly why: string;
  readonly cause: number;
  /** What a person typed for it at its gate. */
  readonly typed?: Bytes;
}
/** Writes the entry of an event once it is decided; gives back its number. */
export type Tell = (
  why: string,
  secret: Step<unknown, string>['secret'],
  params: Step<unknown, string>['params'],
) => number;
/** An event on its way to its machine. */
export interface Happening {
  readonly side: Side;
  readonly event: Event;
  readonly gate: Gate | null;
  readonly tell: Tell;
  /** The answer behind a verdict, and the entry of its question. */
  readonly answer?: { readonly exchange: Exchange; readonly cause: number } | undefined;
}

/** Where an effect leaves the proxy; null where it does not. */
export function gateOf({ side, effect }: Task): Gate | null {
  if (effect.type === 'say') return side === 'front' ? 'P>C' : 'P>U';
  return effect.type === 'ask' ? 'P>A' : null;
}
