/** What is wrong with a fault that somebody wants to arm. */
import { clientProblem, partsOf, textProblem } from '../auth/match.ts';
import { type Stage, stages, type UpstreamFault } from './fault.ts';

const has = (list: readonly Stage[], stage: Stage): boolean => list.includes(stage);

/** The port itself is closed: there is nobody who could look who it is that connects, or count. */
function refuseProblem({ stage, scope, only }: UpstreamFault): string | null {
  if (stage !== 'connect') return 'a connection is refused before a word is said; expected stage: connect for refuse';
  if (scope.type === 'always' && only.client === undefined) return null;
  return 'a closed port refuses everybody, every time; expected no next, every, percent or client beside refuse, or reset instead of it';
}

function stageProblem({ protocol, stage, act }: UpstreamFault): string | null {
  const known: readonly Stage[] = stages[protocol];
  if (!has(known, stage)) return `${protocol} has no stage ${stage}; expected one of ${known.join(', ')}`;
  if (act.type === 'switch' && stage !== 'connect')
    return 'a switch is thrown when somebody connects; expected stage: connect';
  if (stage === 'connect' && (act.type === 'reply' || act.type === 'drip'))
    return `nothing is said at connect; expected stage: greeting for a ${act.type}`;
  return null;
}

/** As the end of a sentence; null where it can be armed. */
export function faultProblem(fault: UpstreamFault): string | null {
  const { address, client } = fault.only;
  for (const part of address === undefined ? [] : partsOf(address)) {
    const problem = textProblem(part);
    if (problem !== null) return `address: "${part}" ${problem}`;
  }
  for (const part of client === undefined ? [] : partsOf(client)) {
    const problem = clientProblem(part);
    if (problem !== null) return `client: "${part}" ${problem}`;
  }
  if (fault.stage === 'connect' && address !== undefined)
    return 'nobody has given an address at connect; expected a later stage for address';
  return stageProblem(fault) ?? (fault.act.type === 'refuse' ? refuseProblem(fault) : null);
}
