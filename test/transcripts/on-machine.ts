/** Runs a transcript against the pure machines: no socket, no clock, nothing but steps. */

import { decodeAnswer } from '../../shared/auth/answer.ts';
import { encodeRequest } from '../../shared/auth/request.ts';
import type { ClientTls, Effect, Event } from '../../shared/machine/machine.ts';
import { type Back, type FrontState, lookupOf, type Service } from '../../shared/proxy/service.ts';
import { answerOf, bytesOf, type Move, type Transcript } from './transcript.ts';

/** What the machines wanted, in order. */
interface Wanted {
  readonly who: 'S' | 'Q' | 'P' | 'X';
  readonly text: string;
  readonly why: string;
}

const client = { address: '127.0.0.1', port: 40_000 };

/** What Node's own client and server agree on. */
const tls: ClientTls = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  serverName: '',
  alpn: '',
  certificate: null,
  own: { signature: 'RSA-SHA256', key: 'RSA2048' },
};

class Machines {
  readonly wanted: Wanted[] = [];
  /** The reasons of the steps that the last input caused. */
  whys: string[] = [];
  relaying = false;
  readonly #service: Service;
  #front: FrontState;
  #back: { readonly machine: Back; state: { readonly place: string } } | undefined;

  constructor(service: Service) {
    this.#service = service;
    this.#front = service.front.initial;
    this.feedFront({ type: 'opened', client, clientHost: '[UNAVAILABLE]', nonce: { random: 1, seconds: 2 } });
  }

  feedFront(event: Event): void {
    const step = this.#service.front.step(this.#front, event);
    this.#front = step.state;
    this.whys.push(step.why);
    for (const effect of step.effects) this.#perform('S', effect, step.why);
  }

  feedBack(event: Event): void {
    if (!this.#back) throw new Error('no upstream was dialled');
    const step = this.#back.machine.step(this.#back.state, event);
    this.#back.state = step.state;
    this.whys.push(step.why);
    for (const effect of step.effects) this.#perform('P', effect, step.why);
  }

  /** Everything the client says, in the units in which the front itself cuts it. */
  hear(text: string): void {
    for (let rest = text; rest !== ''; ) {
      const length = this.#service.front.read(this.#front, rest);
      if (length <= 0) throw new Error(`the front reads ${length} bytes of ${JSON.stringify(rest)}`);
      this.feedFront({ type: 'line', text: rest.slice(0, length) });
      rest = rest.slice(length);
    }
  }

  answered(answer: string): void {
    const about = { protocol: this.#service.server.protocol, passwordKnown: this.#front.password !== null };
    this.feedFront({ type: 'verdict', verdict: decodeAnswer(answer, about) });
  }

  #perform(who: 'S' | 'P', effect: Effect, why: string): void {
    if (effect.type === 'say') this.wanted.push({ who, text: effect.text, why });
    if (effect.type === 'close') this.wanted.push({ who: 'X', text: 'proxy\r\n', why });
    if (effect.type === 'report') this.feedFront(effect.event);
    if (effect.type === 'handOver') this.relaying = true;
    if (effect.type === 'ask') {
      const { server } = this.#service;
      const lookup = lookupOf(effect, this.#front, server);
      this.wanted.push({ who: 'Q', text: encodeRequest(lookup, server.authHttp), why });
    }
    if (effect.type === 'dial') {
      const machine = this.#service.back(this.#front);
      this.#back = { machine, state: machine.initial };
      this.feedBack({ type: 'opened', client, clientHost: '', nonce: { random: 0, seconds: 0 } });
    }
  }
}

function input(machines: Machines, move: Move): void {
  machines.whys = [];
  const [text = ''] = move.texts;
  if (move.who === 'C') machines.hear(bytesOf(move));
  else if (move.who === 'U') machines.feedBack({ type: 'line', text: bytesOf(move) });
  else if (move.who === 'A') machines.answered(answerOf(move, 2525));
  else if (move.who === 'H') machines.feedFront({ type: 'secured', tls });
  else if (move.who === 'T' && text === 'upstream') machines.feedBack({ type: 'timeout', clock: 'upstream' });
  else if (move.who === 'T') machines.feedFront({ type: 'timeout', clock: text === 'wait' ? 'wait' : 'dialogue' });
  else if (text === 'upstream') machines.feedBack({ type: 'closed' });
  else machines.feedFront({ type: 'closed' });
}

function isOutput(move: Move): boolean {
  return move.who === 'S' || move.who === 'P' || move.who === 'Q' || move.texts[0] === 'proxy';
}

function output(machines: Machines, move: Move): string[] {
  const found = machines.wanted.shift();
  if (found === undefined) return [`line ${move.line}: nothing comes`];
  const text = bytesOf(move);
  const same =
    move.who === 'Q' ? move.texts.every((line) => found.text.includes(`\r\n${line}\r\n`)) : found.text === text;
  return [
    ...(found.who === move.who && same
      ? []
      : [
          `line ${move.line}: ${found.who}: ${JSON.stringify(found.text)} instead of ${move.who}: ${JSON.stringify(text)}`,
        ]),
    ...(move.why === null || found.why === move.why
      ? []
      : [`line ${move.line}: because ${found.why}, not ${move.why}`]),
  ];
}

/** What is not as the transcript says, in sentences. */
export function onMachine(transcript: Transcript, service: Service): string[] {
  const machines = new Machines(service);
  const wrong: string[] = [];
  for (const move of transcript.moves) {
    // From the hand-over on the driver only copies; the machines have no part in it.
    if (machines.relaying && machines.wanted.length === 0) continue;
    if (isOutput(move)) wrong.push(...output(machines, move));
    else {
      if (machines.wanted.length > 0)
        wrong.push(`line ${move.line}: ${JSON.stringify(machines.wanted.shift())} came before`);
      input(machines, move);
      if (move.why !== null && machines.whys[0] !== move.why)
        wrong.push(`line ${move.line}: because ${machines.whys[0]}, not ${move.why}`);
    }
  }
  return [...wrong, ...machines.wanted.map((one) => `at the end: ${JSON.stringify(one)}`)];
}
