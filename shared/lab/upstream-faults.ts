/** A fault of an upstream as the lab file has it, made into one that can be armed. `check.ts` has told what is wrong. */
import type { FaultScope } from '../auth/fault.ts';
import type { Protocol } from '../machine/machine.ts';
import { type FaultAct, type Stage, stages, type UpstreamFault } from '../upstream/fault.ts';
import { faultProblem } from '../upstream/fault-problem.ts';
import type { LabFile } from './schema.ts';

type FaultFile = NonNullable<LabFile['upstreams'][string]['faults']>[number];

const protocols = ['smtp', 'imap', 'pop3'] as const;

/** What a fault of the file does; null where it says nothing, or more than one thing. */
function actOf({ reply, delay, drip, close, reset, refuse, silent, switch: name }: FaultFile): FaultAct | null {
  const acts: FaultAct[] = [];
  if (reply !== undefined) acts.push({ type: 'reply', text: reply });
  if (delay !== undefined) acts.push({ type: 'delay', ms: delay });
  if (drip !== undefined) acts.push({ type: 'drip', ms: drip });
  if (close) acts.push({ type: 'close' });
  if (reset) acts.push({ type: 'reset' });
  if (refuse) acts.push({ type: 'refuse' });
  if (silent) acts.push({ type: 'silent' });
  if (name !== undefined) acts.push({ type: 'switch', name });
  return acts.length === 1 ? (acts[0] ?? null) : null;
}

function scopeOf({ next, every, percent, seed }: FaultFile): FaultScope | null {
  if ([next, every, percent].filter((one) => one !== undefined).length > 1) return null;
  if (next !== undefined) return { type: 'next', times: next };
  if (every !== undefined) return { type: 'every', nth: every };
  if (percent !== undefined) return seed === undefined ? null : { type: 'chance', percent, seed };
  return seed === undefined ? { type: 'always' } : null;
}

const isStage = (protocol: Protocol, stage: string): stage is Stage =>
  (stages[protocol] as readonly string[]).includes(stage);

interface FaultPlace {
  readonly protocol: Protocol;
  readonly stage: Stage;
}

/** Where a fault strikes, or what is wrong with it. `spoken`: the protocols that the upstream has an address for. */
function placeOf(upstream: string, spoken: readonly Protocol[], file: FaultFile): FaultPlace | string {
  const { stage } = file;
  const places = protocols.flatMap((protocol) => (isStage(protocol, stage) ? [{ protocol, stage }] : []));
  const meant = places.filter(({ protocol }) => (file.protocol ?? protocol) === protocol);
  if (file.protocol !== undefined && meant.length === 0)
    return `${file.protocol} has no stage ${stage}; expected one of ${stages[file.protocol].join(', ')}`;
  const [first, ...more] = meant.filter(({ protocol }) => spoken.includes(protocol));
  if (first === undefined)
    return `${upstream} has no ${meant.map(({ protocol }) => protocol).join(' or ')} address, so nothing can strike there`;
  if (more.length > 0)
    return `more than one protocol of ${upstream} has the stage ${stage}; expected protocol: smtp, imap or pop3 beside it`;
  return first;
}

/** The fault, or what is wrong with it, as a sentence. */
export function readUpstreamFault(
  upstream: string,
  spoken: readonly Protocol[],
  file: FaultFile,
): UpstreamFault | string {
  const { address, client } = file;
  const place = placeOf(upstream, spoken, file);
  if (typeof place === 'string') return place;
  const act = actOf(file);
  if (act === null) return 'expected exactly one of reply, delay, drip, close, reset, refuse, silent and switch';
  const scope = scopeOf(file);
  if (scope === null) return 'expected at most one of next, every and percent, and seed beside percent';
  const only = { ...(address !== undefined && { address }), ...(client !== undefined && { client }) };
  const fault: UpstreamFault = { upstream, ...place, act, scope, only };
  return faultProblem(fault) ?? fault;
}
