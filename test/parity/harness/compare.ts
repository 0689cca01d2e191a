/** Plays dialogues that nobody knows the answers of to both systems, and tells where the lab differs from nginx. */
import type { Dialogue } from './dialogue.ts';
import { type Explanation, explain } from './explain.ts';
import { mismatches, type Result } from './judge.ts';
import { lab } from './lab.ts';
import { nginx } from './nginx.ts';
import { type Pace, resultsOf } from './troupe.ts';

/** A dialogue that was played on both sides. */
export interface Compared {
  readonly dialogue: Dialogue;
  readonly nginx: Result | undefined;
  readonly lab: Result | undefined;
  /** Where the lab differs, in sentences; empty when it does not. */
  readonly faults: readonly string[];
}

/** Ports and sockets of one batch: three listeners for each dialogue and system. */
const batch = 250;
const brisk: Pace = { atOnce: 40, patience: 4_000 };

/** Both sides at the same time, each with peers of its own. */
async function once(dialogues: readonly Dialogue[]): Promise<readonly Compared[]> {
  const named = dialogues.map((dialogue, i) => ({ ...dialogue, name: `${i}` }));
  const [real, ours] = await Promise.all([resultsOf(nginx, named, brisk), resultsOf(lab, named, brisk)]);
  return dialogues.map((dialogue, i) => {
    const [theirs, own] = [real.get(`${i}`), ours.get(`${i}`)];
    return { dialogue, nginx: theirs, lab: own, faults: mismatches(theirs, own) };
  });
}

/** The lab differs, and no known difference is the reason. */
export function differs(compared: Compared, known: readonly Explanation[]): boolean {
  return compared.faults.length > 0 && explain(compared, known).length === 0;
}

/**
 * Looks at a mismatch again, alone: what a client sends to a side that is just closing may or may not get through, and a
 * busy machine stretches a pause. Such a race goes either way; a real difference stays.
 */
async function again(compared: Compared, known: readonly Explanation[], times: number): Promise<Compared> {
  let last = compared;
  for (let left = times; left > 0 && differs(last, known); left -= 1)
    last = (await once([compared.dialogue]))[0] ?? last;
  return last;
}

/** Plays some dialogues on both sides; what differs differs every time. */
export async function compareBoth(
  dialogues: readonly Dialogue[],
  known: readonly Explanation[],
): Promise<readonly Compared[]> {
  const all: Compared[] = [];
  for (let at = 0; at < dialogues.length; at += batch) {
    const some = await once(dialogues.slice(at, at + batch));
    for (const one of some) all.push(await again(one, known, 2));
  }
  return all;
}

/** The session must come to its end by itself, or it is not one to be kept. */
function ends({ nginx }: Compared): boolean {
  return nginx !== undefined && !(nginx instanceof Error) && nginx.heard.at(-1)?.endsWith(' close') === true;
}

/** For `shrink`: the first of some candidates on which the lab differs from nginx, and not for a known reason. */
export async function firstThatDiffers(
  candidates: readonly Dialogue[],
  known: readonly Explanation[],
): Promise<number | null> {
  const all = await once(candidates);
  for (const [i, one] of all.entries())
    if (ends(one) && differs(one, known) && differs(await again(one, known, 1), known)) return i;
  return null;
}
