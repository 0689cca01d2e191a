/** Durations counted in buckets that each are 2 % wider than the one before: small, joinable, never far from the truth. */

/** How much wider each bucket is than the one before; a quantile is at most this far from the true value. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** ms; everything shorter is counted as this. */
const FINEST_MS = 0.01;

/** What a histogram knows of its values, in ms; all 0 where it has none. */
export interface Quantiles {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A bar of the histogram as it is drawn: so many values in [from, to), in ms. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const bucketOf = (ms: number): number => Math.floor(Math.log(Math.max(ms, FINEST_MS) / FINEST_MS) / LOG_GROWTH);
/** The middle of a bucket, as ratios go. */
const middleOf = (bucket: number): number => FINEST_MS * GROWTH ** (bucket + 0.5);

/** Counts durations in ms. Least and greatest are kept as they are. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(ms: number): void {
    const bucket = bucketOf(ms);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count += 1;
    this.#min = Math.min(this.#min, ms);
    this.#max = Math.max(this.#max, ms);
  }

  /** Adds what another one has counted. */
  join(other: Histogram): void {
    for (const [bucket, count] of other.#counts) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += other.#count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([one], [other]) => one - other);
  }

  quantiles(): Quantiles {
    if (this.#count === 0) return { count: 0, min: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    const sorted = this.#sorted();
    // The nearest-rank method: the smallest value that at least this share of all is not above.
    const at = (share: number): number => {
      let left = Math.max(1, Math.ceil(share * this.#count));
      for (const [bucket, count] of sorted) {
        left -= count;
        if (left <= 0) return Math.min(Math.max(middleOf(bucket), this.#min), this.#max);
      }
      return this.#max;
    };
    return { count: this.#count, min: this.#min, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: this.#max };
  }

  /** At most `most` bars, each as wide as the others on a logarithmic scale; the first and the last have values. */
  bars(most: number): readonly Bar[] {
    const sorted = this.#sorted();
    const first = sorted[0]?.[0];
    const last = sorted.at(-1)?.[0];
    if (first === undefined || last === undefined) return [];
    const wide = Math.max(1, Math.ceil((last - first + 1) / most));
    const edge = (bar: number): number => FINEST_MS * GROWTH ** (first + bar * wide);
    const bars = Array.from({ length: Math.ceil((last - first + 1) / wide) }, (_, bar) => ({
      ...{ from: edge(bar), to: edge(bar + 1), count: 0 },
    }));
    for (const [bucket, count] of sorted) {
      const bar = bars[Math.floor((bucket - first) / wide)];
      if (bar) bar.count += count;
    }
    return bars;
  }
}
