/** Random dialogues: nobody knows what must come, but it must be the same on both sides. `PARITY_SEED` draws others. */
import { expect, it } from 'vitest';
import { shown, wire } from '../harness/dialogue.ts';
import { mismatches, type Result } from '../harness/judge.ts';
import { lab } from '../harness/lab.ts';
import { nginx } from '../harness/nginx.ts';
import type { System } from '../harness/system.ts';
import { playAll } from '../harness/troupe.ts';
import { randomDialogues } from './random.ts';

const seed = Number(process.env.PARITY_SEED ?? 2026);
const dialogues = randomDialogues(seed, 200);

async function resultsOf(system: System): Promise<Map<string, Result>> {
  const results = new Map<string, Result>();
  await playAll(system, dialogues, (dialogue, result) => results.set(dialogue.name, result));
  return results;
}

it('the lab answers random dialogues as nginx does', { timeout: 90_000 }, async () => {
  const real = await resultsOf(nginx);
  const ours = await resultsOf(lab);
  const wrong = dialogues.flatMap(({ name, conf, turns }) => {
    const found = mismatches(real.get(name), ours.get(name));
    const said = turns.map(([send]) => shown(wire(send))).join(' | ');
    return found.length === 0 ? [] : [`${name}: ${conf}\n  ${said}\n  ${found.join('\n  ')}`];
  });
  console.log(`parity: ${dialogues.length} random SMTP dialogues (seed ${seed}), ${wrong.length} mismatches`);
  expect(wrong).toEqual([]);
  const asked = [...real.values()].filter((result) => !(result instanceof Error) && result.requests.length > 0);
  expect(asked.length).toBeGreaterThan(10);
});
