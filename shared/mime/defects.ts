/** Collects what is wrong with a message: each kind once, counted, with its first places. */
import type { Bytes } from '../machine/machine.ts';
import type { BadPlace, Defect, DefectKind } from './part.ts';

interface Counted {
  readonly kind: DefectKind;
  readonly detail: string;
  times: number;
  readonly places: BadPlace[];
}

/** Bytes of a line without its end (RFC 5322 2.1.1). */
const LINE_MAX = 998;

export class Defects {
  readonly #max: number;
  readonly #found = new Map<DefectKind, Counted>();

  /** `max`: places that are remembered of one kind. */
  constructor(max: number) {
    this.#max = max;
  }

  add(kind: DefectKind, at: number, length: number, detail = ''): void {
    const known = this.#found.get(kind) ?? { kind, detail, times: 0, places: [] };
    this.#found.set(kind, known);
    known.times += 1;
    if (known.places.length < this.#max) known.places.push({ at, length });
  }

  /** What is wrong with any line: `text` is without its end, `end` is `\r\n`, `\n` or, for the last, ''. */
  line(at: number, text: Bytes, end: string): void {
    if (end === '\n') this.add('bare-lf', at + text.length, 1);
    if (text.length > LINE_MAX) this.add('line-long', at + LINE_MAX, text.length - LINE_MAX);
    const cr = text.indexOf('\r');
    if (cr >= 0) this.add('bare-cr', at + cr, 1);
    const nul = text.indexOf('\0');
    if (nul >= 0) this.add('nul', at + nul, 1);
  }

  all(): readonly Defect[] {
    const first = (one: Counted) => one.places[0]?.at ?? 0;
    return [...this.#found.values()].sort((a, b) => first(a) - first(b));
  }
}
