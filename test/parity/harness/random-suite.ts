/**
 * Random dialogues: nobody knows what must come, but it must be the same on both sides. `PARITY_SEED` draws others;
 * `npm run parity -- --fuzz N --seed S` plays as many as wanted.
 */
import { expect, it } from 'vitest';
import { type Fuzz, fuzz, shortest } from './fuzz.ts';

const seed = Number(process.env.PARITY_SEED ?? 2026);
const count = Number(process.env.PARITY_COUNT ?? 200);

/** Registers the test for random dialogues of a protocol. */
export function compareRandom(name: string, about: Fuzz): void {
  it('the lab answers random dialogues as nginx does', { timeout: 300_000 }, async () => {
    const found = await fuzz(about, seed, 0, count);
    const [first] = found.wrong;
    console.log(`parity: ${found.played} random ${name} dialogues (seed ${seed}), ${found.wrong.length} mismatches`);
    expect(first === undefined ? '' : await shortest(first, about)).toBe('');
    expect(found.asked).toBeGreaterThan(count / 10);
    expect(found.routed).toBeGreaterThan(count / 20);
  });
}
