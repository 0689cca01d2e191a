/** *Send again*: a recorded session's client, once more against a listener of the running lab. */
import { type NotAgain, planAgain } from '../../shared/client/again.ts';
import type { SentAgain } from '../../shared/contract/recordings.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { playAgain } from '../client/again.ts';
import type { DialTarget } from '../client/dial.ts';
import { type Address, joinAddress } from './address.ts';
import type { Core } from './handlers.ts';
import { codeOf, meaningOf, UserError } from './user-error.ts';

type Target = Address & Pick<DialTarget, 'proxyProtocol'> & { readonly protocol: Protocol; readonly ssl?: true };

const reasons: Readonly<Record<NotAgain, string>> = {
  cut: 'the journal kept only a part of what its client sent',
  challenge:
    'its client logged in with an answer to a challenge (CRAM-MD5 or APOP), and the next challenge is another one',
  removed: 'its passwords were left out when it was exported',
  dialogue: 'its client said nothing',
};

/** What it asks of the lab. */
type Lab = Pick<Core, 'journal' | 'runner' | 'links'>;

/** The listener that the session came to, as far as it listens now. */
function sameListener({ runner }: Lab, protocol: Protocol, name: string): string {
  const found = runner.listeners().find((one) => one.role === 'proxy' && one.id === `${protocol} ${name}`);
  if (found) return found.id;
  throw new UserError(`Nothing listens at ${name} in the running lab: choose another listener to send it to.`);
}

/** Says it, and waits until it has been answered; `signal` gives it up. */
export async function sayAgain(
  lab: Lab,
  { id, listener }: { readonly id: number; readonly listener?: string },
  targetOf: (listener: string) => Target,
  signal: AbortSignal,
): Promise<SentAgain> {
  const recorded = lab.journal.session(id);
  if (recorded === null) throw new UserError(`Session ${id} is not in the journal any more.`);
  const { summary, entries } = recorded;
  const plan = planAgain(summary.protocol, entries);
  if ('problem' in plan) throw new UserError(`Session ${id} cannot be sent again: ${reasons[plan.problem]}.`);
  const { protocol, ssl, ...target } = targetOf(listener ?? sameListener(lab, summary.protocol, summary.listener));
  if (protocol !== plan.protocol)
    throw new UserError(`Session ${id} is ${plan.protocol}: choose a listener that speaks it.`);
  try {
    const { localPort, ...played } = await playAgain({ ...plan, ssl: ssl === true }, target, signal);
    return { ...played, session: localPort === null ? null : lab.links.ofClient(localPort) };
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    throw new UserError(`Cannot connect to ${joinAddress(target)}: ${meaningOf(code)}.`);
  }
}
