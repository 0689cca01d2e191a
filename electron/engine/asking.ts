/** The question to the auth service: how it is put, and how its answer comes back, or never does. */
import { decodeAnswer } from '../../shared/auth/answer.ts';
import type { Lookup } from '../../shared/auth/lookup.ts';
import { decodeRequest, encodeRequest } from '../../shared/auth/request.ts';
import type { Bytes, Effect } from '../../shared/machine/machine.ts';
import { lookupOf, type Service } from '../../shared/proxy/service.ts';
import type { Clocks } from './clocks.ts';
import * as entries from './entries.ts';
import { editedFrom, marked, secretsOfTypedHeaders } from './entries-held.ts';
import type { FrontSide } from './front-side.ts';
import type { Exchange } from './ports.ts';
import type { SessionPorts } from './session-ports.ts';
import type { Writer } from './writer.ts';

type Ask = Extract<Effect, { type: 'ask' }>;

/** What asking needs of its session. */
export interface AskingPorts {
  readonly service: Service;
  readonly shared: SessionPorts;
  readonly front: FrontSide;
  readonly writer: Writer;
  readonly clocks: Clocks;
  /** The answer is there; `cause` is the entry of the question. */
  onAnswer(exchange: Exchange, cause: number): void;
}

/** Who asks for a session; one question at a time. */
export class Asking {
  readonly #ports: AskingPorts;
  #abandon: (() => void) | undefined;
  #over = false;

  constructor(ports: AskingPorts) {
    this.#ports = ports;
  }

  /** The exact bytes of the question. */
  request(effect: Ask): Bytes {
    return encodeRequest(this.#lookup(effect), this.#ports.service.server.authHttp);
  }

  /** Asks; `typed` is what a person asks instead. */
  ask(effect: Ask, cause: number, typed: Bytes | undefined): void {
    const { service, shared, front, writer } = this.#ports;
    const { authHttp, authHttpTimeoutMs, protocol } = service.server;
    const own = this.#lookup(effect);
    const request = encodeRequest(own, authHttp);
    const asked = typed ?? request;
    const lookup = typed === undefined ? own : decodeRequest(typed);
    const entry = entries.question(asked, lookup, authHttp, cause);
    if (typed !== undefined) {
      const secret = entries.secretHeader(request) ?? [];
      entry.secret = secretsOfTypedHeaders(request, secret, typed);
      marked(entry, editedFrom(request, secret));
    }
    const asking = writer.write(entry);
    const passwordKnown = front.state.password !== null;
    const question = {
      lookup,
      request: asked,
      target: authHttp,
      timeoutMs: authHttpTimeoutMs,
      protocol,
      passwordKnown,
    };
    this.#abandon = shared.authority.ask(question, (exchange) => {
      if (this.#over) return;
      this.#abandon = undefined;
      this.#ports.onAnswer(exchange, asking);
    });
  }

  /** What the answer would be with these bytes. */
  retyped(exchange: Exchange, response: Bytes): Exchange {
    const { service, front } = this.#ports;
    const about = { protocol: service.server.protocol, passwordKnown: front.state.password !== null };
    const { transport, request, trail, rule } = exchange;
    const explained = { ...(trail ? { trail } : {}), ...(rule === undefined ? {} : { rule }) };
    return { transport, request, response, verdict: decodeAnswer(response, about), ...explained };
  }

  /** The answer never comes: the proxy waits for it as long as it would. */
  waitInVain(): void {
    const { clocks, service } = this.#ports;
    clocks.set('auth', service.server.authHttpTimeoutMs);
  }

  /** Nobody is interested in an answer any more. */
  stop(): void {
    this.#over = true;
    this.#abandon?.();
  }

  #lookup(effect: Ask): Lookup {
    const { service, front } = this.#ports;
    return lookupOf(effect, front.state, service.server);
  }
}
