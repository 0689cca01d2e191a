/** What random dialogues are drawn with. The same seed gives the same dialogues. */

/** Picks one of several. */
export type Draw = <T>(from: readonly [T, ...T[]]) => T;

/** Numbers from 0 to 1 by a linear congruence; good enough to shuffle lines. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Picks by these numbers. */
export const drawing =
  (random: () => number): Draw =>
  (from) =>
    from[Math.floor(random() * from.length)] ?? from[0];

/** Cuts a text into segments that are sent one after the other. */
export function segments(text: string, random: () => number): [string, ...string[]] {
  const at = 1 + Math.floor(random() * (text.length - 1));
  if (text.length < 8 || random() < 0.5) return [text];
  return [text.slice(0, at), ...segments(text.slice(at), random)];
}
