/** Random dialogues on both sides, and what came of them. */
import { type Compared, compareBoth, differs, firstThatDiffers } from './compare.ts';
import { shown } from './dialogue.ts';
import { type Explanation, explain } from './explain.ts';
import { mismatches } from './judge.ts';
import { source } from './print.ts';
import { type Grammar, randomDialogue } from './random-dialogue.ts';
import { shrink } from './shrink.ts';

/** One protocol's random dialogues. */
export interface Fuzz {
  readonly grammar: Grammar;
  /** What may differ. */
  readonly known: readonly Explanation[];
}

/** What came of some random dialogues of one protocol. */
export interface Found {
  readonly played: number;
  /** How many reached the auth service, and an upstream. */
  readonly asked: number;
  readonly routed: number;
  /** How many differ for each known reason. */
  readonly known: ReadonlyMap<string, number>;
  readonly wrong: readonly Compared[];
}

/** Plays the dialogues `from`, `from` + 1, … under `seed`. */
export async function fuzz({ grammar, known }: Fuzz, seed: number, from: number, count: number): Promise<Found> {
  const dialogues = Array.from({ length: count }, (_, i) => randomDialogue(grammar, seed, from + i));
  const all = await compareBoth(dialogues, known);
  const reasons = new Map<string, number>();
  for (const one of all)
    for (const why of one.faults.length === 0 ? [] : explain(one, known)) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const real = all.flatMap(({ nginx }) => (nginx === undefined || nginx instanceof Error ? [] : [nginx]));
  return {
    played: all.length,
    asked: real.filter(({ requests }) => requests.length > 0).length,
    routed: real.filter(({ received }) => received.length > 0).length,
    known: reasons,
    wrong: all.filter((one) => differs(one, known)),
  };
}

/** A mismatch in its shortest form, as lines to be read and a dialogue to be pasted into a test. */
export async function shortest(wrong: Compared, { known }: Fuzz): Promise<string> {
  const short = await shrink(wrong.dialogue, (candidates) => firstThatDiffers(candidates, known));
  const [last] = await compareBoth([short], known);
  const { nginx, lab } = last ?? wrong;
  if (nginx === undefined || nginx instanceof Error || lab === undefined || lab instanceof Error)
    return `${wrong.dialogue.name} could not be played: ${[nginx, lab].filter((one) => one instanceof Error).join(', ')}`;
  const differences = mismatches(nginx, lab)
    .slice(0, 4)
    .join('\n')
    .replaceAll('\n  want ', '\n  nginx ')
    .replaceAll('\n  got ', '\n  lab ');
  return `${wrong.dialogue.name}, in its shortest form (here with what nginx did):\n${source(short, nginx)}\n${shown(differences).replaceAll('␊', '\n')}\n`;
}
