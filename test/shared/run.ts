/** Helpers for the tests of the protocol machines. */
import fc from 'fast-check';
import type { Bytes, Event, Machine, Step } from '../../shared/machine/machine.ts';
import { dropInput, emptyInput, fillInput, inputIsFull, rewindInput } from '../../shared/wire/input.ts';

/** The event that begins a session. */
export const opened: Event = {
  type: 'opened',
  client: { address: '192.0.2.1', port: 4321 },
  clientHost: '[UNAVAILABLE]',
  nonce: { random: 1, seconds: 2 },
};

/** A whole line. */
export const line = (text: Bytes): Event => ({ type: 'line', text: `${text}\r\n` });

/** The steps of a machine fed with events, and its last state. */
export function run<S>(
  machine: Machine<S, string>,
  events: readonly Event[],
): { readonly steps: Step<S, string>[]; readonly state: S } {
  let state = machine.initial;
  const steps = events.map((event) => {
    const step = machine.step(state, event);
    state = step.state;
    return step;
  });
  return { steps, state };
}

/** Everything that was said, step by step. */
export const said = (steps: readonly Step<unknown, string>[]): Bytes[] =>
  steps.flatMap((step) => step.effects.flatMap((effect) => (effect.type === 'say' ? [effect.text] : [])));

/** What the steps marked as secret in the texts of their events. */
export const secrets = (steps: readonly Step<unknown, string>[], events: readonly Event[]): Bytes[] =>
  steps.flatMap((step, at) => {
    const event = events[at];
    return (step.secret ?? []).map(([from, to]) => (event && 'text' in event ? event.text.slice(from, to) : ''));
  });

/** A front that is told of each unit, and whose question is answered with a refusal. */
class Fed<S> {
  readonly told: string[] = [];
  readonly #machine: Machine<S, string>;
  #state: S;
  over = false;

  constructor(machine: Machine<S, string>) {
    this.#machine = machine;
    this.#state = machine.initial;
    this.step(opened);
  }

  get keeps(): boolean {
    return this.#machine.keeps?.(this.#state) ?? false;
  }

  read(input: Bytes): number {
    return this.#machine.read(this.#state, input);
  }

  step(event: Event): void {
    const step = this.#machine.step(this.#state, event);
    this.#state = step.state;
    this.told.push(`${step.why}: ${said([step]).join('')}`);
    this.over ||= step.effects.some((effect) => effect.type === 'close');
    if (step.effects.some((effect) => effect.type === 'ask'))
      this.step({ type: 'verdict', verdict: { type: 'reject', message: 'no', waitMs: 0 } });
  }
}

/** Feeds a front with chunks of bytes through nginx's buffer of `size` bytes, as the driver does; gives its steps. */
export function feed<S>(machine: Machine<S, string>, chunks: readonly Bytes[], size = 4096): readonly string[] {
  const fed = new Fed(machine);
  let input = emptyInput;
  for (let waiting of chunks) {
    while (!fed.over) {
      ({ input, waiting } = fillInput(fed.keeps ? input : rewindInput(input), waiting, size));
      const length = fed.read(input.held);
      const at = input.used - input.held.length;
      const full = inputIsFull(input, size) && input.held + waiting !== '';
      if (length <= 0 && !full) break;
      if (length <= 0) fed.step({ type: 'overlong', text: input.held, at, rest: '' });
      else fed.step({ type: 'line', text: input.held.slice(0, length), at, rest: '' });
      input = dropInput(input, Math.max(length, 0));
    }
  }
  return fed.told;
}

/** A text in any chunking. */
export const chunked = (text: fc.Arbitrary<Bytes>): fc.Arbitrary<readonly Bytes[]> =>
  fc.tuple(text, fc.array(fc.nat(400), { maxLength: 12 })).map(([whole, places]) => {
    const cuts = [...new Set([0, ...places.map((place) => place % (whole.length + 1)), whole.length])];
    const sorted = cuts.sort((one, other) => one - other);
    return sorted.slice(1).map((end, nth) => whole.slice(sorted[nth], end));
  });

/** Events that are not lines. */
export const otherEvents: fc.Arbitrary<Event> = fc.constantFrom<Event>(
  opened,
  { type: 'overlong', text: 'a LOGIN x' },
  { type: 'verdict', verdict: { type: 'route', server: '127.0.0.1', port: 25, name: '127.0.0.1:25' } },
  { type: 'verdict', verdict: { type: 'reject', message: 'no', waitMs: 0 } },
  { type: 'verdict', verdict: { type: 'reject', message: 'no', waitMs: 1000, user: 'other' } },
  { type: 'verdict', verdict: { type: 'wait', waitMs: 0 } },
  { type: 'verdict', verdict: { type: 'wait', waitMs: 10 } },
  { type: 'verdict', verdict: { type: 'error', error: 'closed' } },
  { type: 'loggedIn', reply: 'a OK\r\n' },
  { type: 'failed', failure: { type: 'unexpected-reply', reply: 'a NO\r\n' } },
  { type: 'failed', failure: { type: 'closed' } },
  { type: 'timeout', clock: 'dialogue' },
  { type: 'timeout', clock: 'wait' },
  { type: 'closed' },
);
