/** What passes the gates in the dialogue, and what a person typed in place of it. */
import type { Piece, Ranges } from '../../shared/journal/breakpoint.ts';
import type { Bytes, Effect, Event, Protocol } from '../../shared/machine/machine.ts';
import { secretHeader } from './entries.ts';
import { type Edited, editedFrom } from './entries-held.ts';
import type { FrontSide } from './front-side.ts';
import type { Exchange } from './ports.ts';
import type { Task } from './queue.ts';
import type { UpstreamSide } from './upstream-side.ts';

type Said = Extract<Effect, { type: 'say' }>;
type Lined = Extract<Event, { type: 'line' | 'overlong' }>;

/** A unit that ends without a line end is a literal, or binary: nothing is added to what is typed for it. */
const kindOf = (text: Bytes): 'line' | 'data' => (text.endsWith('\n') ? 'line' : 'data');

/** A line that is about to be said. The binary PROXY header is no line. */
export function pieceOfSaid({ side, why }: Task, { text, secret = [] }: Said): Piece {
  const kind = why === 'session.proxy-header' && !text.startsWith('PROXY') ? 'data' : kindOf(text);
  return { leg: side === 'front' ? 'client' : 'upstream', kind, text, secret, whys: [why], addresses: [] };
}

/** The question to the auth service. */
export function pieceOfQuestion({ why }: Task, request: Bytes): Piece {
  const secret = secretHeader(request) ?? [];
  return { leg: 'auth', kind: 'request', text: request, secret, whys: ['session.asked', why], addresses: [] };
}

/** Its answer. */
export function pieceOfAnswer(exchange: Exchange, front: FrontSide): Piece {
  const { verdict, response, rule } = exchange;
  const why = verdict.type === 'error' ? `session.verdict.${verdict.error}` : 'session.answered';
  return {
    leg: 'auth',
    kind: 'answer',
    text: response,
    secret: secretHeader(response) ?? [],
    whys: [why, front.peek({ type: 'verdict', verdict }).why],
    addresses: [verdict.user],
    ...(rule === undefined ? {} : { rule }),
  };
}

/** A client's line. */
export function pieceOfCommand(event: Lined, front: FrontSide): Piece {
  const { why, secret = [], state } = front.peek(event);
  const kind = event.type === 'overlong' ? 'line' : kindOf(event.text);
  return { leg: 'client', kind, text: event.text, secret, whys: [why], addresses: [state.user] };
}

/** An upstream's reply, with the reason that its fate at the client's side will have. */
export function pieceOfReply(event: Lined, upstream: UpstreamSide, front: FrontSide): Piece {
  const { why, secret = [], effects } = upstream.peek(event);
  const report = effects.find((effect) => effect.type === 'report');
  const whys = report ? [why, front.peek(report.event).why] : [why];
  const kind = event.type === 'overlong' ? 'line' : kindOf(event.text);
  return { leg: 'upstream', kind, text: event.text, secret, whys, addresses: [] };
}

/** Bytes that a person typed in place of held ones and that were put back to be read. */
export class Typed {
  #edited: Edited;
  #left: number;

  constructor(was: Bytes, secret: Ranges, length: number) {
    this.#edited = editedFrom(was, secret);
    this.#left = length;
  }

  /** Whether all of it has been read. */
  get done(): boolean {
    return this.#left <= 0;
  }

  /** The mark of the next unit, of so many bytes: the first one stands for what was held, the others are new. */
  take(length: number): Edited {
    const edited = this.#edited;
    this.#edited = { was: '' };
    this.#left -= length;
    return edited;
  }
}

const goodbyes: Readonly<Record<Protocol, RegExp>> = { smtp: /^421[ -]/, imap: /^\* BYE\b/i, pop3: /^(?!)/ };

/** Whether a line to the client announces that the connection closes (RFC 5321 3.8, RFC 3501 7.1.5). */
export const saysGoodbye = (protocol: Protocol, line: Bytes): boolean => goodbyes[protocol].test(line);
