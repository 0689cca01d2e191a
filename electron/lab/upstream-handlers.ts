/** What the lab does for the window's calls about the mail servers behind the proxy. */
import type { UpstreamView } from '../../shared/contract/upstreams.ts';
import type { Upstream } from '../../shared/lab/lab.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { accountsAt } from '../../shared/upstream/accounts.ts';
import type { ArmedUpstreamFault, UpstreamFault } from '../../shared/upstream/fault.ts';
import { faultProblem } from '../../shared/upstream/fault-problem.ts';
import { stageOfLine } from '../../shared/upstream/line-stage.ts';
import { plainPlay } from '../../shared/upstream/play.ts';
import { presetFaults, presets } from '../../shared/upstream/presets.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';
import { createUpstreamFaults, type UpstreamFaults } from '../upstream/faults.ts';
import { splitAddress } from './address.ts';
import { telling } from './auth-handlers.ts';
import type { Core, Handlers } from './handlers.ts';
import type { Plan } from './plan.ts';
import { UserError } from './user-error.ts';

/** Faults whose changes are told at most a few times a second. */
export const createToldUpstreamFaults = (
  tell: () => void,
  onStruck: (port: number, fault: ArmedUpstreamFault) => void,
): UpstreamFaults => createUpstreamFaults(telling(tell), onStruck);

const protocols = ['smtp', 'imap', 'pop3'] as const;

/** Whether mail sent to an upstream leaves this machine. */
const leaves = (upstream: Upstream): boolean =>
  upstream.external &&
  protocols.some((protocol) => isOffBox(splitAddress(upstream[protocol] ?? '')?.host ?? 'localhost'));

function viewOf(upstream: Upstream, plan: Plan, messages: ReadonlyMap<string, number>): UpstreamView {
  const { name, external, play = plainPlay } = upstream;
  return {
    name,
    external,
    offBox: leaves(upstream),
    messages: messages.get(name) ?? 0,
    play: external ? null : play,
    accounts: external ? [] : accountsAt(name, plan.accounts).map(({ user }) => user),
  };
}

/** The upstream that a fault is meant for, which the lab has to play itself. */
function playedUpstream(plan: Plan | null, name: string, protocol: Protocol): Upstream {
  const upstream = plan?.upstreams.find((one) => one.name === name);
  if (!upstream) throw new UserError(`The running lab has no upstream "${name}".`);
  if (upstream.external)
    throw new UserError(`${name} is a server of your own, and the lab can only make the servers fail that it plays.`);
  if (upstream[protocol] === undefined)
    throw new UserError(`${name} has no ${protocol} address in the lab file, so nothing can strike there.`);
  return upstream;
}

type UpstreamCalls =
  | 'upstreams.get'
  | 'upstream.fault.arm'
  | 'upstream.fault.preset'
  | 'upstream.fault.clear'
  | 'upstream.fault.answer';

export function upstreamHandlers(core: Core): Pick<Handlers, UpstreamCalls> {
  const { upstreamFaults } = core;
  /** The ports are as the faults say before anybody hears that it is done. */
  const changed = async (): Promise<void> => {
    await core.runner.align();
    core.broadcast();
  };
  const arm = async (faults: readonly UpstreamFault[]): Promise<readonly number[]> => {
    for (const fault of faults) {
      playedUpstream(core.plan(), fault.upstream, fault.protocol);
      const problem = faultProblem(fault);
      if (problem !== null) throw new UserError(`This fault cannot be armed: ${problem}.`);
    }
    const ids = faults.map((fault) => upstreamFaults.arm(fault));
    await changed();
    return ids;
  };
  const armOne = async (fault: UpstreamFault): Promise<{ readonly id: number }> => {
    const [id = 0] = await arm([fault]);
    return { id };
  };
  return {
    'upstreams.get': () => {
      const plan = core.plan();
      const messages = core.journal.mail.counts();
      return { upstreams: plan?.upstreams.map((upstream) => viewOf(upstream, plan, messages)) ?? [] };
    },
    'upstream.fault.arm': armOne,
    'upstream.fault.preset': async ({ upstream, protocol, preset }) => {
      const faults = presetFaults(preset, upstream, protocol);
      if (faults) return { ids: await arm(faults) };
      const known = presets.filter(({ parts }) => parts[protocol]).map(({ name }) => name);
      throw new UserError(`There is no preset "${preset}" for ${protocol}; there are ${known.join(', ')}.`);
    },
    'upstream.fault.clear': async ({ id }) => {
      upstreamFaults.clear(id);
      await changed();
      return { armed: upstreamFaults.list().length };
    },
    'upstream.fault.answer': async ({ session, seq, text }) => {
      const recorded = core.journal.session(session);
      if (!recorded) throw new UserError(`There is no session ${session} in the journal.`);
      const { protocol, upstream } = recorded.summary;
      if (upstream === null) throw new UserError(`Session ${session} reached no upstream.`);
      const stage = stageOfLine(protocol, recorded.entries, seq);
      if (stage === null)
        throw new UserError(`Line ${seq} of session ${session} is nothing that an upstream could answer otherwise.`);
      const act = { type: 'reply', text } as const;
      return armOne({ upstream, protocol, stage, act, scope: { type: 'next', times: 1 }, only: {} });
    },
  };
}
