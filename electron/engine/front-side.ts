/** The front machine of one session, its state, and where the lines stand that are replayed later. */
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Bytes, Event, Step } from '../../shared/machine/machine.ts';
import type { FrontState, Service } from '../../shared/proxy/service.ts';
import { noteEnvelope } from './envelope.ts';
import { changes, type Writer } from './writer.ts';

type Replayed = 'mail' | 'rcpt' | 'helo';

/** Our side towards the client, without its socket. */
export class FrontSide {
  readonly #service: Service;
  readonly #writer: Writer;
  readonly #seen: Partial<Record<Replayed, number>> = {};
  #state: FrontState;

  constructor(service: Service, writer: Writer) {
    this.#service = service;
    this.#writer = writer;
    this.#state = service.front.initial;
  }

  get state(): FrontState {
    return this.#state;
  }

  get #summary(): SessionSummary {
    return this.#writer.summary;
  }

  /** How many bytes of `input` the next unit takes: 0 not enough yet, -1 nothing is read now. */
  readonly read = (input: Bytes): number => this.#service.front.read(this.#state, input);

  /** Whether the client is listened to now. */
  get reading(): boolean {
    return this.read('') >= 0;
  }

  /** Whether the client's buffer stays as it is for the next unit. */
  get keeps(): boolean {
    return this.#service.front.keeps?.(this.#state) ?? false;
  }

  /** What the machine would decide, without deciding it. */
  peek(event: Event): Step<FrontState, string> {
    return this.#service.front.step(this.#state, event);
  }

  step(event: Event): Step<FrontState, string> {
    const before = this.#state;
    const step = this.#service.front.step(before, event);
    this.#state = step.state;
    const changed = changes(before, step.state);
    this.#writer.learned(changed);
    if (changed) noteEnvelope(this.#summary, changed);
    return step;
  }

  /** The entry `told` holds this event; if it is a line that is replayed later, that one will name it as its cause. */
  remember(event: Event, told: number): void {
    if (event.type !== 'line') return;
    const { from, to, helo } = this.#state;
    if (from && event.text.startsWith(from)) this.#seen.mail = told;
    if (to && event.text.startsWith(to)) this.#seen.rcpt = told;
    if (helo && /^(?:helo|ehlo) /i.test(event.text)) this.#seen.helo = told;
  }

  /** The entry of the client's line that is replayed, if it is known. */
  origin(replays: Replayed | undefined): number | undefined {
    return replays === undefined ? undefined : this.#seen[replays];
  }
}
