/** Proofs about a lab's rules, made in slices so that the proxy goes on meanwhile. */
import { setImmediate } from 'node:timers/promises';
import type { Never } from '../../shared/auth/rule.ts';
import type { Lint, Problem } from '../../shared/lab/problem.ts';
import { lintProofs, type Proofs, type Provable, prove } from '../../shared/lab/proofs.ts';
import { bookOf } from './book.ts';
import type { Plan, Reading, Source } from './plan.ts';

/** ms after which others have their turn. */
const SLICE_MS = 8;

/** What was proven, and what is wrong according to it. */
export interface Proven {
  readonly proofs: Proofs;
  /** The promises that the proofs are about. */
  readonly never: readonly Never[];
  readonly problems: readonly Lint[];
}

const known = new WeakMap<Plan, Promise<Proofs>>();

/** Proves what there is to prove about a plan, once; `text` is the lab file's. null: it has no rules of its own. */
export async function provePlan(plan: Plan, text: string): Promise<Proven | null> {
  const book = bookOf(plan);
  if (book === null) return null;
  const external = plan.upstreams.filter((upstream) => upstream.external).map(({ name }) => name);
  const provable: Provable = { book, never: plan.never, external, conf: plan.conf };
  const pending = known.get(plan) ?? inSlices(prove(provable));
  known.set(plan, pending);
  const proofs = await pending;
  return { proofs, never: plan.never, problems: lintProofs(proofs, provable, text) };
}

/** Proves each plan that is run, behind its start, and tells what is wrong; of several the last one. */
export interface Prover {
  start(plan: Plan, text: string, tell: (problems: readonly Lint[]) => void): void;
  stop(): void;
}

export function createProver(): Prover {
  let latest: Plan | null = null;
  return {
    start(plan, text, tell) {
      latest = plan;
      void provePlan(plan, text).then((proven) => {
        if (latest === plan && proven !== null && proven.problems.length > 0) tell(proven.problems);
      });
    },
    stop() {
      latest = null;
    },
  };
}

/** Everything that is wrong with a text, what only a proof shows included. */
export async function problemsIn(
  source: Source,
  read: (source: Source) => Promise<Reading>,
): Promise<readonly Problem[]> {
  const { plan, problems } = await read(source);
  const proven = plan && (await provePlan(plan, source.text));
  return [...problems, ...(proven?.problems ?? [])];
}

async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let began = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - began < SLICE_MS) continue;
    await setImmediate();
    began = performance.now();
  }
}
