/**
 * What would happen if somebody said something else now: the machines decide it, and nothing of what they ask for is
 * done. No socket is opened, and nobody is asked but the rules.
 */
import { decodeAnswer } from '../auth/answer.ts';
import { type Decision, decide } from '../auth/decide.ts';
import { encodeRequest } from '../auth/request.ts';
import type { RuleBook } from '../auth/rule.ts';
import { clocksAfter } from '../machine/explore.ts';
import type {
  Bytes,
  ClientTls,
  Clock,
  Disposition,
  Effect,
  Event,
  Params,
  Step,
  VerdictError,
} from '../machine/machine.ts';
import { hostPort } from '../wire/host-port.ts';
import { dropInput, emptyInput, fillInput, type Input, inputIsFull, rewindInput } from '../wire/input.ts';
import { frontName } from './diagrams.ts';
import type { BackSide, Standing } from './replay.ts';
import { lookupOf, type Service } from './service.ts';
import { backName } from './terrain-back.ts';

/** Where a supposed dialogue stands. */
export interface Scene extends Pick<Standing, 'stage' | 'front' | 'back' | 'running' | 'asked'> {
  readonly service: Service;
  /** null where the auth service is not the lab's own. */
  readonly book: RuleBook | null;
  /** nginx's buffer for the client. */
  readonly input: Input;
  /** What the client said and that buffer has not taken yet. */
  readonly waiting: Bytes;
  /** What the upstream said of a reply that is not complete yet. */
  readonly heard: Bytes;
}

/** What is supposed to happen. Texts are bytes as they would come, line ends included. */
export type Cue =
  | { readonly type: 'client' | 'upstream' | 'answer'; readonly text: Bytes }
  | { readonly type: 'unanswered'; readonly error: Extract<VerdictError, 'timed-out' | 'refused' | 'closed'> }
  | { readonly type: 'connected' }
  | { readonly type: 'secured'; readonly tls: ClientTls }
  | { readonly type: 'left'; readonly side: 'client' | 'upstream'; readonly error?: string }
  | { readonly type: 'rang'; readonly clock: Clock };

/** What comes of it, in order. */
export type Outcome =
  | {
      readonly type: 'step';
      readonly side: 'front' | 'back';
      readonly from: string;
      readonly on: string;
      readonly to: string;
      readonly why: string;
      readonly params: Params;
      /** Where a secret stands in what was said. */
      readonly secret: readonly (readonly [number, number])[];
    }
  | {
      readonly type: 'says';
      readonly leg: 'client' | 'upstream';
      readonly text: Bytes;
      readonly disposition: Disposition;
      readonly secret: readonly (readonly [number, number])[];
    }
  /** `decision` is what the rules say to it; null where they are not asked. */
  | { readonly type: 'asks'; readonly request: Bytes; readonly decision: Decision | null }
  /** `upstream`: the lab's name for it, '' where it has none. */
  | { readonly type: 'dials'; readonly address: string; readonly upstream: string }
  | { readonly type: 'rests'; readonly ms: number }
  | { readonly type: 'shakes' | 'relays' | 'closes' }
  /** incomplete: more bytes are needed · unread: nobody reads them now · dropped: clear text behind STARTTLS. */
  | { readonly type: 'incomplete' | 'unread' | 'dropped'; readonly text: Bytes };

/** Whose turn it is; connection: the upstream's, to accept · clock: only time goes by. */
export type Turn =
  | 'arriving'
  | 'client'
  | 'auth'
  | 'connection'
  | 'upstream'
  | 'handshake'
  | 'clock'
  | 'relay'
  | 'over';

/** A supposed dialogue begins where the machines stand. */
export const sceneOf = (standing: Standing, service: Service, book: RuleBook | null): Scene => {
  const { stage, front, back, running, asked, read } = standing;
  // Where a command goes on, its beginning still lies in the buffer.
  const input: Input = { held: '', used: service.front.keeps?.(front) ? read : 0 };
  return { service, book, stage, front, back, running, asked, input, waiting: '', heard: '' };
};

const turns: Readonly<Record<string, Turn>> = {
  greet: 'arriving',
  verdict: 'auth',
  handshake: 'handshake',
  penalty: 'clock',
  'asked-to-wait': 'clock',
  relay: 'relay',
  ended: 'over',
};

/** Who is to act next. */
export function turnOf({ stage, front, back }: Scene): Turn {
  if (stage === 'over' || stage === 'relay') return stage;
  if (front.place === 'upstream') return back && back.state.place !== 'connect' ? 'upstream' : 'connection';
  return turns[front.place] ?? 'client';
}

/** What the rules say to the question that waits; null where no question does, or the service is not the lab's own. */
export function ruling({ book, asked, front, service }: Scene): Decision | null {
  return book && asked && front.place === 'verdict' ? decide(book, lookupOf(asked, front, service.server)) : null;
}

/** Lets something happen. */
export function suppose(scene: Scene, cue: Cue): { readonly scene: Scene; readonly outcomes: readonly Outcome[] } {
  const stage = new Stage(scene);
  stage.play(cue);
  return { scene: stage.scene, outcomes: stage.outcomes };
}

class Stage {
  readonly outcomes: Outcome[] = [];
  scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  play(cue: Cue): void {
    switch (cue.type) {
      case 'client':
        this.#change({ waiting: this.scene.waiting + cue.text });
        break;
      case 'upstream':
        this.#hearUpstream(cue.text);
        break;
      case 'answer': {
        const { service, front } = this.scene;
        const about = { protocol: service.server.protocol, passwordKnown: front.password !== null };
        this.#front({ type: 'verdict', verdict: decodeAnswer(cue.text, about) });
        break;
      }
      case 'unanswered':
        this.#front({ type: 'verdict', verdict: { type: 'error', error: cue.error } });
        break;
      case 'connected':
        this.#back({
          type: 'opened',
          client: { address: '', port: 0 },
          clientHost: '',
          nonce: { random: 0, seconds: 0 },
        });
        break;
      case 'secured':
        this.#front({ type: 'secured', tls: cue.tls });
        break;
      case 'left': {
        const event: Event = { type: 'closed', ...(cue.error === undefined ? {} : { error: cue.error }) };
        if (cue.side === 'client') this.#front(event);
        else this.#back(event);
        break;
      }
      case 'rang':
        if (cue.clock === 'upstream') this.#back({ type: 'timeout', clock: cue.clock });
        else this.#front({ type: 'timeout', clock: cue.clock });
    }
    this.#hearClient();
  }

  #change(change: Partial<Scene>): void {
    this.scene = { ...this.scene, ...change };
  }

  /** Everything the client said, as far as the front reads it, through a buffer of nginx's size. */
  #hearClient(): void {
    for (;;) {
      const { service, front, waiting: outside, input: before } = this.scene;
      const { clientBuffer } = service;
      const ready = service.front.keeps?.(front) ? before : rewindInput(before);
      const { input, waiting } = fillInput(ready, outside, clientBuffer);
      this.#change({ input, waiting });
      if (input.held === '' || front.place === 'ended') return;
      const at = input.used - input.held.length;
      const length = service.front.read(front, input.held);
      if (length > 0) {
        const text = input.held.slice(0, length);
        const rest = dropInput(input, length);
        this.#change({ input: rest });
        this.#front({ type: 'line', text, at, rest: rest.held });
      } else if (length === 0 && inputIsFull(input, clientBuffer)) {
        this.#change({ input: emptyInput });
        this.#front({ type: 'overlong', text: input.held, at, rest: '' });
      } else {
        this.outcomes.push({ type: length < 0 ? 'unread' : 'incomplete', text: input.held + waiting });
        return;
      }
    }
  }

  #hearUpstream(said: Bytes): void {
    const { machine, state } = this.#dialled();
    const text = this.scene.heard + said;
    const held = text.slice(0, this.scene.service.server.proxyBuffer);
    const length = machine.read(state, held);
    const isHalf = length <= 0 && held.length === text.length;
    this.#change({ heard: isHalf ? text : '' });
    if (isHalf) this.outcomes.push({ type: 'incomplete', text });
    else this.#back(length > 0 ? { type: 'line', text: held.slice(0, length) } : { type: 'overlong', text: held });
  }

  #front(event: Event): void {
    const { service, front } = this.scene;
    const step = service.front.step(front, event);
    this.#change({ front: step.state, running: clocksAfter(this.scene.running, step.effects) });
    this.#told('front', front.place, frontName(service.server.protocol, front, event), step);
    for (const effect of step.effects) this.#perform('client', effect);
  }

  #back(event: Event): void {
    const { machine, state } = this.#dialled();
    const step = machine.step(state, event);
    this.#change({ back: { machine, state: step.state } });
    this.#told('back', state.place, backName(event), step);
    for (const effect of step.effects) this.#perform('upstream', effect);
  }

  /** The upstream's machine; at some steps of a session the dial is decided and not done yet. */
  #dialled(): BackSide {
    const { back, service, front } = this.scene;
    if (back) return back;
    const machine = service.back(front);
    return { machine, state: machine.initial };
  }

  #told(side: 'front' | 'back', from: string, on: string, step: Step<{ readonly place: string }, string>): void {
    const { why, state, params = {}, secret = [] } = step;
    this.outcomes.push({ type: 'step', side, from, on, to: state.place, why, params, secret });
  }

  #perform(leg: 'client' | 'upstream', effect: Effect): void {
    switch (effect.type) {
      case 'say': {
        const { text, disposition, secret = [] } = effect;
        this.outcomes.push({ type: 'says', leg, text, disposition, secret });
        break;
      }
      case 'ask': {
        this.#change({ asked: effect });
        const { front, service } = this.scene;
        const { server } = service;
        const request = encodeRequest(lookupOf(effect, front, server), server.authHttp);
        this.outcomes.push({ type: 'asks', request, decision: ruling(this.scene) });
        break;
      }
      case 'dial':
        this.#change({ back: null, heard: '' });
        this.outcomes.push({ type: 'dials', address: effect.name, upstream: this.#nameOf(effect) });
        break;
      case 'clock':
        if (effect.clock === 'wait' && effect.ms !== null) this.outcomes.push({ type: 'rests', ms: effect.ms });
        break;
      case 'report':
        this.#front(effect.event);
        break;
      case 'mangle':
        this.#change({ input: { ...this.scene.input, held: this.scene.input.held.replace(/[\r\n]/g, '_') } });
        break;
      case 'secure':
        this.outcomes.push({ type: 'shakes' });
        if (this.scene.input.held !== '') this.outcomes.push({ type: 'dropped', text: this.scene.input.held });
        this.#change({ input: emptyInput });
        break;
      case 'handOver':
        this.#change({ stage: 'relay' });
        this.outcomes.push({ type: 'relays' });
        break;
      case 'close':
        this.#change({ stage: 'over' });
        this.outcomes.push({ type: 'closes' });
    }
  }

  #nameOf({ server, port }: Extract<Effect, { type: 'dial' }>): string {
    const { book, service } = this.scene;
    const address = hostPort(server, port);
    const known = Object.entries(book?.upstreams ?? {}).find(
      ([, addresses]) => addresses[service.server.protocol] === address,
    );
    return known?.[0] ?? '';
  }
}
