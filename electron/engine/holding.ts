/** Everything that stands at a gate, of all sessions, and the clocks of slow motion. */
import type { Held } from '../../shared/contract/gates.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Patience } from '../../shared/journal/patience.ts';
import { isBinary } from '../../shared/journal/typed.ts';
import type { Gates } from './gates.ts';
import type { Stop } from './pump.ts';

/** Items that a view lists. */
const LISTED_MAX = 1000;
/** A longer text is cut for the screen. */
const SHOWN_MAX = 16_384;
/** Bytes of text that one view carries; of what comes behind them only the beginnings are shown. */
const VIEW_MAX = 524_288;
const BEGINNING = 200;

/** The session that holds something. */
export interface Holder {
  readonly summary: SessionSummary;
  /** Lets it pass because the time of slow motion is over. */
  pass(stop: Stop): void;
  /** Lets it pass, as it is or changed, and what follows it up to where `until` says. */
  release(stop: Stop, changed: string | undefined, until: 'one' | 'turn' | 'stage'): boolean;
  drop(stop: Stop): boolean;
  answer(stop: Stop, line: string): boolean;
  /** Who of its peers gives up first; `since` is when the holding began, in ms since 1970. */
  patience(since: number): Patience | null;
}

/** One thing that stands at a gate. */
export interface Standing {
  readonly id: number;
  readonly stop: Stop;
  readonly holder: Holder;
  readonly since: number;
  /** ms of `performance.now`: the system's time may jump. */
  readonly began: number;
  timer: NodeJS.Timeout | undefined;
}

/** What is held now, oldest first. */
export class Holding {
  readonly #gates: Gates;
  readonly #onChange: () => void;
  readonly #standing = new Map<number, Standing>();
  readonly #ids = new Map<Stop, number>();
  #lastId = 0;

  constructor(gates: Gates, onChange: () => void) {
    this.#gates = gates;
    this.#onChange = onChange;
  }

  add(stop: Stop, holder: Holder): void {
    this.#lastId += 1;
    const id = this.#lastId;
    const standing: Standing = { id, stop, holder, since: Date.now(), began: performance.now(), timer: undefined };
    this.#standing.set(id, standing);
    this.#ids.set(stop, id);
    if (stop.hold.by === 'slow') this.#time(standing);
    this.#onChange();
  }

  remove(stop: Stop): void {
    const id = this.#ids.get(stop);
    if (id === undefined) return;
    clearTimeout(this.#standing.get(id)?.timer);
    this.#standing.delete(id);
    this.#ids.delete(stop);
    this.#onChange();
  }

  get(id: number): Standing | undefined {
    return this.#standing.get(id);
  }

  /** What is held of one session, or of all. */
  of(session: number | undefined): readonly Standing[] {
    const all = [...this.#standing.values()];
    return session === undefined ? all : all.filter(({ holder }) => holder.summary.id === session);
  }

  /** Slow motion has another pace now: what it holds is held accordingly. */
  retime(): void {
    for (const standing of this.of(undefined)) if (standing.stop.hold.by === 'slow') this.#time(standing);
  }

  view(): { readonly held: readonly Held[]; readonly heldCount: number } {
    const held: Held[] = [];
    let left = VIEW_MAX;
    for (const standing of this.#standing.values()) {
      if (held.length === LISTED_MAX) break;
      const shown = this.#view(standing, left > 0 ? SHOWN_MAX : BEGINNING);
      left -= shown.text.length;
      held.push(shown);
    }
    return { held, heldCount: this.#standing.size };
  }

  #time(standing: Standing): void {
    clearTimeout(standing.timer);
    const left = standing.began + this.#gates.slowMs - performance.now();
    if (this.#gates.slowMs === 0) standing.holder.pass(standing.stop);
    else standing.timer = setTimeout(() => standing.holder.pass(standing.stop), Math.max(0, left));
  }

  #view({ id, stop, holder, since }: Standing, most: number): Held {
    const { gate, hold, piece } = stop;
    const { slowMs } = this.#gates;
    return {
      id,
      session: holder.summary.id,
      gate,
      leg: piece.leg,
      kind: piece.kind,
      text: piece.text.slice(0, most),
      size: piece.text.length,
      secret: piece.secret,
      editable: piece.text.length <= most && !isBinary(piece.text),
      since,
      until: hold.by === 'slow' ? since + slowMs : null,
      breakpoint: hold.breakpoint,
      patience: holder.patience(since),
    };
  }
}
