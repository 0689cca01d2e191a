/** Where the dialogue stops, and what becomes of what stands there. */
import type { Piece } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';
import type { Bytes, Event } from '../../shared/machine/machine.ts';
import type { Asking } from './asking.ts';
import type { ClientSide } from './client-side.ts';
import {
  pieceOfAnswer,
  pieceOfCommand,
  pieceOfQuestion,
  pieceOfReply,
  pieceOfSaid,
  saysGoodbye,
  Typed,
} from './dialogue-pieces.ts';
import { answeredByHand, dropped, type Edited, editedFrom } from './entries-held.ts';
import type { FrontSide } from './front-side.ts';
import type { Exchange } from './ports.ts';
import type { Stop } from './pump.ts';
import { gateOf, type Happening, type Side, type Task } from './queue.ts';
import type { Stops } from './stops.ts';
import type { UpstreamSide } from './upstream-side.ts';
import type { Writer } from './writer.ts';

/** What the stops of a dialogue act on. */
export interface DialogueStopsPorts {
  readonly stops: Stops;
  readonly writer: Writer;
  readonly client: ClientSide;
  readonly front: FrontSide;
  readonly asking: Asking;
  upstream(): UpstreamSide | undefined;
  perform(task: Task): void;
  decide(happening: Happening): void;
  /** An answer on its way to the front, and how it was changed by hand. */
  answered(exchange: Exchange, cause: number, edited: Edited): Happening;
  /** Reads what a person put back into the input of this side, as far as it is complete. */
  reread(side: Side): void;
  close(cause: number): void;
}

type Go = (typed: Bytes | undefined) => void;
type Lined = Extract<Event, { type: 'line' | 'overlong' }>;

/** The stops of one dialogue. */
export class DialogueStops {
  readonly #ports: DialogueStopsPorts;
  readonly #typed: Partial<Record<Side, Typed>> = {};

  constructor(ports: DialogueStopsPorts) {
    this.#ports = ports;
  }

  /** Where an effect stops, if it does. */
  ofTask(task: Task): Stop | undefined {
    const { asking, perform } = this.#ports;
    const gate = gateOf(task);
    const { effect } = task;
    if (gate === null) return undefined;
    const go: Go = (typed) => perform(typed === undefined ? task : { ...task, typed });
    if (effect.type === 'say') return this.#stop(gate, pieceOfSaid(task, effect), go);
    if (effect.type !== 'ask') return undefined;
    return this.#stop(gate, pieceOfQuestion(task, asking.request(effect)), go, () => asking.waitInVain());
  }

  /** Where an event stops, if it does. */
  ofHappening(happening: Happening): Stop | undefined {
    const { front, asking, upstream, decide } = this.#ports;
    const { gate, side, event, answer } = happening;
    if (gate === null) return undefined;
    if (answer) {
      const piece = pieceOfAnswer(answer.exchange, front);
      const go: Go = (typed) => decide(typed === undefined ? happening : this.#retyped(answer, piece, typed));
      return this.#stop(gate, piece, go, () => asking.waitInVain());
    }
    if (event.type !== 'line' && event.type !== 'overlong') return undefined;
    const from = side === 'front' ? undefined : upstream();
    const piece = from ? pieceOfReply(event, from, front) : pieceOfCommand(event, front);
    return this.#stop(gate, piece, (typed) => {
      if (typed === undefined) decide(happening);
      else this.#reread(side, event, piece, typed);
    });
  }

  /** The mark of a unit of so many bytes that was read on this side; undefined where nobody typed it. */
  typed(side: Side, length: number): Edited | undefined {
    const typed = this.#typed[side];
    if (!typed) return undefined;
    const edited = typed.take(length);
    if (typed.done) delete this.#typed[side];
    return edited;
  }

  #retyped({ exchange, cause }: NonNullable<Happening['answer']>, { secret }: Piece, typed: Bytes): Happening {
    const { asking, answered } = this.#ports;
    return answered(asking.retyped(exchange, typed), cause, editedFrom(exchange.response, secret));
  }

  /** The machine reads what was typed as if its peer had said it, be it several lines or not even one. */
  #reread(side: Side, { text, at = 0 }: Lined, { secret }: Piece, typed: Bytes): void {
    const { client, upstream, reread } = this.#ports;
    this.#typed[side] = new Typed(text, secret, typed.length);
    (side === 'front' ? client.input : upstream())?.unread(typed, at);
    reread(side);
  }

  #stop(gate: Gate, piece: Piece, go: Go, onDrop: () => void = () => undefined): Stop | undefined {
    const { stops, writer } = this.#ports;
    const hold = stops.holds(gate, piece);
    if (!hold) return undefined;
    return {
      gate,
      hold,
      piece,
      go,
      drop: () => {
        writer.write(dropped(gate, piece));
        onDrop();
      },
      answer: (line) => this.#answer(gate, piece, line),
    };
  }

  /** A command can be forgotten, and a reply replaced; what lies between has begun and cannot be undone. */
  #answer(gate: Gate, piece: Piece, line: Bytes): void {
    const { stops, writer, client, close } = this.#ports;
    const told = writer.write(answeredByHand(line, writer.write(dropped(gate, piece))));
    writer.summary.bytesOut += line.length;
    client.say(line);
    if ((gate !== 'C>P' && gate !== 'P>C') || saysGoodbye(stops.summary.protocol, line)) close(told);
  }
}
