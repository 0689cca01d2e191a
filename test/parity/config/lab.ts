/** What the lab makes of a configuration, in the form of nginx's own verdict. */
import { readPlan } from '../../../electron/lab/plan.ts';
import type { Prepared, Verdict } from './nginx.ts';

/** Warnings of the lab's own. */
const OWN = /^there is no "mail" section/;

/** The lab's verdict in the same form; nginx names no more than the first error. */
export async function ours(prepared: Prepared): Promise<Verdict> {
  const consent = { allowLan: true, allow: new Set<string>() };
  const { plan, problems } = await readPlan(prepared, { hostname: 'host', consent, prefix: null });
  const first = problems.find((problem) => problem.severity === 'error') ?? null;
  if ((plan === null) !== (first !== null))
    throw new Error('a configuration with an error is in force, or one without is not');
  // Advice has a name, and is the lab's own.
  const warnings = problems.filter(({ severity, id }) => severity === 'warning' && id === undefined && first === null);
  return {
    error: first?.message ?? null,
    place: first && `${first.file}:${first.line}`,
    warnings: warnings
      .filter(({ message }) => !OWN.test(message))
      .map((one) => `${one.message} in ${one.file}:${one.line}`),
  };
}

/** Without what OpenSSL says. */
export function withoutReason(verdict: Verdict): Verdict {
  return { ...verdict, error: verdict.error?.replace(/ \(SSL: .*/s, '') ?? null };
}
