/** What random dialogues are drawn with. The same seed and index give the same dialogue, whatever came before. */

/** A stream of draws. */
export interface Chance {
  /** One of several. */
  one<T>(from: readonly [T, ...T[]]): T;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  /** True as often as `share` (0 to 1) says. */
  often(share: number): boolean;
  /** As many texts as drawn, joined. */
  some(counts: readonly [number, ...number[]], one: () => string): string;
}

/** Mixes whole numbers into one of 32 bits (the finaliser of MurmurHash3). */
function mix(...parts: readonly number[]): number {
  return parts.reduce((state, part) => {
    let h = Math.imul(state ^ part, 0x85eb_ca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
    return (h ^ (h >>> 16)) + 0x9e37_79b9;
  }, 0x2545_f491);
}

/** The draws of dialogue `index` under `seed` (mulberry32). */
export function chance(seed: number, index: number): Chance {
  let state = mix(seed, index) >>> 0;
  const next = () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  const one = <T>(from: readonly [T, ...T[]]): T => from[whole(0, from.length - 1)] ?? from[0];
  return {
    one,
    whole,
    often: (share) => next() < share,
    some: (counts, each) => Array.from({ length: one(counts) }, each).join(''),
  };
}

const odd = [
  '\0',
  '\t',
  '\r',
  ' ',
  '\xff',
  '\x7f',
  '␊',
  '⏎',
  '=',
  '"',
  '\\',
  '{',
  '}',
  '*',
  '+',
  '-',
  ':',
  'a',
] as const;

/** A text, or the same with a few characters dropped, doubled, swapped for odd ones or put in another case. */
export function mutated(text: string, { often, one, whole }: Chance): string {
  if (text === '' || !often(0.3)) return text;
  let changed = text;
  for (let left = whole(1, 3); left > 0; left -= 1) {
    const at = whole(0, changed.length - 1);
    const [before, it, after] = [changed.slice(0, at), changed.charAt(at), changed.slice(at + 1)];
    const kinds = [
      () => before + after,
      () => before + it + it + after,
      () => before + one(odd) + after,
      () => before + it + one(odd) + after,
      () => before + (it === it.toLowerCase() ? it.toUpperCase() : it.toLowerCase()) + after,
    ] as const;
    changed = one(kinds)();
  }
  return changed;
}

/** Cuts a text into segments that are sent one after the other. */
export function segments(text: string, draw: Chance): [string, ...string[]] {
  if (text.length < 4 || draw.often(0.55)) return [text];
  const at = draw.whole(1, text.length - 1);
  return [text.slice(0, at), ...segments(text.slice(at), draw)];
}
