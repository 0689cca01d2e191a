/**
 * Random dialogues: nobody knows what must come, but it must be the same on both sides. `PARITY_SEED` draws others;
 * they may then meet what the `differences.ts` files list.
 */
import { expect, it } from 'vitest';
import { type Dialogue, shown, wire } from './dialogue.ts';
import { mismatches } from './judge.ts';
import { lab } from './lab.ts';
import { nginx } from './nginx.ts';
import { resultsOf } from './suite.ts';

const seed = Number(process.env.PARITY_SEED ?? 2026);
const count = Number(process.env.PARITY_COUNT ?? 200);

interface Compared {
  readonly dialogue: Dialogue;
  readonly faults: readonly string[];
  readonly asked: boolean;
}

async function compare(some: readonly Dialogue[]): Promise<Compared[]> {
  const real = await resultsOf(nginx, some);
  const ours = await resultsOf(lab, some);
  return some.map((dialogue) => {
    const theirs = real.get(dialogue.name);
    const asked = theirs !== undefined && !(theirs instanceof Error) && theirs.requests.length > 0;
    return { dialogue, faults: mismatches(theirs, ours.get(dialogue.name)), asked };
  });
}

/** Registers the test for random dialogues of a protocol. */
export function compareRandom(name: string, draw: (seed: number, count: number) => Dialogue[]): void {
  it('the lab answers random dialogues as nginx does', { timeout: 120_000 }, async () => {
    const dialogues = draw(seed, count);
    const first = await compare(dialogues);
    // What a client sends to a side that is just closing may or may not get through. Such a race goes either way when
    // it is run again, alone; a real difference stays.
    const doubtful = first.filter(({ faults }) => faults.length > 0).map(({ dialogue }) => dialogue);
    const again: Compared[] = [];
    for (const dialogue of doubtful) again.push(...(await compare([dialogue])));
    const wrong = again.flatMap(({ dialogue: { name, conf, turns }, faults }) => {
      const said = turns.map(([send]) => shown(wire(send))).join(' | ');
      return faults.length === 0 ? [] : [`${name}: ${conf}\n  ${said}\n  ${faults.join('\n  ')}`];
    });
    console.log(`parity: ${dialogues.length} random ${name} dialogues (seed ${seed}), ${wrong.length} mismatches`);
    expect(wrong).toEqual([]);
    expect(first.filter(({ asked }) => asked).length).toBeGreaterThan(10);
  });
}
