/**
 * Brings the machines of a recorded session to where they stood at a step, by telling them again what happened. On the
 * way it is checked whether they say now what they said then: the configuration may have changed since.
 */
import { decodeAnswer } from '../auth/answer.ts';
import type { Entry, Gate, Knowledge } from '../journal/entry.ts';
import { clocksAfter } from '../machine/explore.ts';
import type { Bytes, Clock, Effect, Event, Step, Verdict, VerdictError } from '../machine/machine.ts';
import { isArrival, isLost, openedBy, tlsOf } from './arrived.ts';
import { frontName } from './diagrams.ts';
import { type Ask, Expectations, type Expected } from './expectations.ts';
import { filled, isMasked, standIns } from './masked.ts';
import type { Back, FrontState, Service } from './service.ts';
import { backName } from './terrain-back.ts';

/** A machine's step in a recorded session. */
export interface Taken {
  /** The entry that told what happened; where a back reported, the one of the upstream's reply. */
  readonly seq: number;
  readonly side: 'front' | 'back';
  readonly from: string;
  /** As the state diagram calls it. */
  readonly on: string;
  readonly why: string;
  readonly to: string;
}

/** The first thing that the machines do otherwise than the journal says. */
export interface Difference extends Expected {
  readonly seq: number;
}

/** The upstream's machine, and where it stands. */
export interface BackSide {
  readonly machine: Back;
  readonly state: { readonly place: string };
}

/**
 * arriving: the client is connected, but the machines have not begun · dialogue: they decide what happens · relay: bytes
 * are only copied · over: the session has ended.
 */
export type Stage = 'arriving' | 'dialogue' | 'relay' | 'over';

/** Where the machines stand. */
export interface Standing {
  readonly stage: Stage;
  readonly front: FrontState;
  /** null before the dial. */
  readonly back: BackSide | null;
  readonly running: ReadonlySet<Clock>;
  /** Where the client's last unit ends in the input buffer. */
  readonly read: number;
  /** The question that waits for its answer. */
  readonly asked: Ask | null;
  readonly taken: readonly Taken[];
  readonly differs: Difference | null;
}

const endings: ReadonlySet<string> = new Set([
  ...['session.proxy-closed', 'session.killed', 'session.stopped', 'session.worker-died', 'session.our-fault'],
  ...['session.done', 'session.idle', 'session.shutdown-timeout'],
]);

/** How the machines stood once the entry at `position` had happened; `entries` is all that is known of the session. */
export function standingAt(entries: readonly Entry[], position: number, service: Service): Standing {
  const replay = new Replay(entries, service);
  for (const [at, entry] of entries.entries()) {
    if (at > position) break;
    replay.read(entry, entries[at + 1]);
  }
  return replay.standing;
}

class Replay {
  readonly #entries: readonly Entry[];
  readonly #service: Service;
  readonly #taken: Taken[] = [];
  readonly #expected: Expectations;
  readonly #arrival: Entry[] = [];
  #stage: Stage = 'arriving';
  #front: FrontState;
  #back: BackSide | null = null;
  #running: ReadonlySet<Clock> = new Set();
  #asked: Ask | null = null;
  /** Where the unit of input that was read last ends in its buffer. */
  #read = 0;

  constructor(entries: readonly Entry[], service: Service) {
    this.#entries = entries;
    this.#service = service;
    this.#front = service.front.initial;
    this.#expected = new Expectations(service);
  }

  get standing(): Standing {
    return {
      stage: this.#stage,
      front: this.#front,
      back: this.#back,
      running: this.#running,
      read: this.#read,
      asked: this.#asked,
      taken: this.#taken,
      differs: this.#expected.differs,
    };
  }

  read(entry: Entry, next: Entry | undefined): void {
    if (this.#stage === 'arriving') this.#arrives(entry, next);
    else if (this.#stage === 'dialogue') this.#happens(entry);
    else if (endings.has(entry.why) || entry.state?.place === 'ended') this.#stage = 'over';
  }

  #arrives(entry: Entry, next: Entry | undefined): void {
    if (isArrival(entry)) {
      this.#arrival.push(entry);
      if (isLost(entry)) this.#tell('front', { type: 'closed' }, entry, null);
      // On a plain listener the machine has begun with the accept; elsewhere what follows shows that it has.
      const begun = (next !== undefined && !isArrival(next)) || entry.state?.place !== undefined;
      if (isLost(entry) || begun) this.#stage = 'dialogue';
      if (!isLost(entry) && begun) this.#tell('front', openedBy(this.#arrival, this.#entries), entry, null);
      return;
    }
    if (endings.has(entry.why)) this.#stage = 'over';
  }

  #happens(entry: Entry): void {
    const { kind, direction, why } = entry;
    if (kind === 'relay') this.#stage = 'relay';
    else if (endings.has(why)) this.#stage = 'over';
    else if (why === 'session.truncated') this.#expected.lose(entry);
    else if (kind === 'hold') this.#held(entry);
    else if (kind === 'tls') this.#shookHands(entry);
    else if (kind === 'decision') this.#rang(entry);
    else if (direction === 'out') this.#done(entry);
    else if (direction === 'in') this.#came(entry);
    if (this.#expected.isLost) this.#front = { ...this.#front, ...remembered(entry.state) };
  }

  /** A person let something vanish: it was decided, but never done, or never came. */
  #held({ why, params }: Entry): void {
    if (why !== 'session.dropped') return;
    const gate = params?.gate as Gate | undefined;
    if (gate === 'P>C') this.#expected.drop('client');
    if (gate === 'P>U') this.#expected.drop('upstream');
  }

  #shookHands(entry: Entry): void {
    const event: Event = entry.why === 'session.secured' ? { type: 'secured', tls: tlsOf(entry) } : { type: 'closed' };
    this.#tell('front', event, entry, null);
  }

  #rang(entry: Entry): void {
    const clock = entry.params?.clock as Clock | undefined;
    if (clock === undefined) return;
    this.#tell(clock === 'upstream' ? 'back' : 'front', { type: 'timeout', clock }, entry, entry.why);
  }

  /** Something left the proxy: a line, a question, a connection. */
  #done(entry: Entry): void {
    const { kind, leg } = entry;
    if (kind === 'line' && leg !== 'auth') this.#expected.said(leg, entry);
    else if (kind === 'http') this.#expected.asked(entry);
    else if (kind === 'dial') {
      this.#expected.dialled(entry);
      const machine = this.#service.back(this.#front);
      this.#back = { machine, state: machine.initial };
    }
  }

  /** Something came to the proxy. */
  #came(entry: Entry): void {
    const { kind, leg, why, params } = entry;
    const error = params?.error === undefined ? {} : { error: String(params.error) };
    if (kind === 'http') this.#answered(entry);
    else if (kind === 'dial' && why.endsWith('.back.connected'))
      this.#tell('back', this.#connected(params), entry, why);
    // What the lab itself does not let happen fails like a refused connection.
    else if (kind === 'dial') this.#tell('back', { type: 'closed', ...error }, entry, null);
    else if (kind === 'close')
      this.#tell(leg === 'upstream' ? 'back' : 'front', { type: 'closed', ...error }, entry, why);
    else if (kind === 'line' && why !== 'session.plaintext-dropped')
      this.#tell(leg === 'upstream' ? 'back' : 'front', this.#unit(leg, why, this.#whole(entry)), entry, why);
  }

  /** The line with something in place of a secret that was taken out of it: what the machine decided tells what fits. */
  #whole(entry: Entry): Bytes {
    if (!isMasked(entry)) return entry.bytes;
    this.#expected.mask();
    const fits = (text: Bytes) => this.#service.front.step(this.#front, { type: 'line', text }).why === entry.why;
    return standIns.map((one) => filled(entry, one)).find(fits) ?? entry.bytes;
  }

  #connected(params: Entry['params']): Event {
    const nonce = { random: 0, seconds: 0 };
    return { type: 'opened', client: { address: '', port: Number(params?.local ?? 0) }, clientHost: '', nonce };
  }

  #unit(leg: Entry['leg'], why: string, text: Bytes): Event {
    const type = why.endsWith('.overlong') ? 'overlong' : 'line';
    if (leg === 'upstream') return { type, text };
    // The rest of a command stands behind its beginning in the buffer; what was pipelined is not in the journal.
    const at = this.#service.front.keeps?.(this.#front) ? this.#read : 0;
    this.#read = at + text.length;
    return { type, text, at };
  }

  #answered(entry: Entry): void {
    const about = { protocol: this.#service.server.protocol, passwordKnown: this.#front.password !== null };
    this.#tell('front', { type: 'verdict', verdict: verdictIn(entry, about) }, entry, null);
  }

  /** `why`: the reason that the journal gives for this step; null where its entry has another one. */
  #tell(side: 'front' | 'back', event: Event, entry: Entry, why: string | null): void {
    this.#expected.settled(entry);
    if (side === 'back') this.#tellBack(event, entry, why);
    else this.#tellFront(event, entry, why);
  }

  #tellFront(event: Event, entry: Entry, why: string | null): void {
    const before = this.#front;
    const step = this.#service.front.step(before, event);
    const on = frontName(this.#service.server.protocol, before, event);
    this.#front = step.state;
    this.#running = clocksAfter(this.#running, step.effects);
    this.#took(entry, 'front', before.place, on, step, why);
    for (const effect of step.effects) this.#expect('client', effect);
  }

  #tellBack(event: Event, entry: Entry, why: string | null): void {
    if (!this.#back) return;
    const { machine, state } = this.#back;
    const step = machine.step(state, event);
    this.#back = { machine, state: step.state };
    this.#took(entry, 'back', state.place, backName(event), step, why);
    for (const effect of step.effects)
      if (effect.type === 'report') this.#tellFront(effect.event, entry, null);
      else this.#expect('upstream', effect);
  }

  #took(
    { seq }: Entry,
    side: 'front' | 'back',
    from: string,
    on: string,
    step: Step<{ readonly place: string }, string>,
    recorded: string | null,
  ): void {
    this.#taken.push({ seq, side, from, on, why: step.why, to: step.state.place });
    if (recorded !== null && recorded !== step.why)
      this.#expected.differ(seq, { what: 'reason', then: recorded, now: step.why });
  }

  #expect(leg: 'client' | 'upstream', effect: Effect): void {
    if (effect.type === 'say') this.#expected.say(leg, effect.text);
    if (effect.type === 'ask') {
      this.#asked = effect;
      this.#expected.ask(effect, this.#front);
    } else if (effect.type === 'dial') this.#expected.dial(effect.name);
  }
}

type Front = Partial<
  Pick<Knowledge, 'place' | 'helo' | 'esmtp' | 'from' | 'to' | 'user' | 'password' | 'errors' | 'attempt'>
>;

/** The fields of a front's state that the journal tells. */
function remembered(state: Entry['state']): Front {
  if (state === undefined) return {};
  const { tls: _tls, rule: _rule, upstream: _upstream, ...front } = state;
  return front;
}

function verdictIn({ why, bytes }: Entry, about: Parameters<typeof decodeAnswer>[1]): Verdict {
  const prefix = 'session.verdict.';
  const verdict = decodeAnswer(bytes, about);
  if (!why.startsWith(prefix)) return verdict;
  const error = why.slice(prefix.length) as VerdictError;
  return verdict.type === 'error' && verdict.error === error ? verdict : { type: 'error', error };
}
