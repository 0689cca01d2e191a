/** *Send again*: a recorded session's client, once more against a listener of the running lab. */
import { encodeUtf8 } from '../../shared/auth/text.ts';
import { type Again, type Login, type NotAgain, planAgain } from '../../shared/client/again.ts';
import type { SentAgain } from '../../shared/contract/recordings.ts';
import type { Bytes, Protocol } from '../../shared/machine/machine.ts';
import { hadPassword, playAgain } from '../client/again.ts';
import type { DialTarget } from '../client/dial.ts';
import { type Address, joinAddress } from './address.ts';
import type { Core } from './handlers.ts';
import { codeOf, meaningOf, UserError } from './user-error.ts';

type Target = Address & Pick<DialTarget, 'proxyProtocol'> & { readonly protocol: Protocol; readonly ssl?: true };

const reasons: Readonly<Record<NotAgain, string>> = {
  cut: 'the journal kept only a part of what its client sent',
  removed: 'its passwords were left out when it was exported',
  dialogue: 'its client said nothing',
};

/** What it asks of the lab. */
type Lab = Pick<Core, 'journal' | 'runner' | 'links' | 'plan'>;

/** The listener that the session came to, as far as it listens now. */
function sameListener({ runner }: Lab, protocol: Protocol, name: string): string {
  const found = runner.listeners().find((one) => one.role === 'proxy' && one.id === `${protocol} ${name}`);
  if (found) return found.id;
  throw new UserError(`Nothing listens at ${name} in the running lab: choose another listener to send it to.`);
}

/**
 * The passwords that its logins prove: an account's, where it is the one that the client had, else the one given; or the
 * user whose password has to be asked for.
 */
function passwordsFor(
  lab: Lab,
  { turns }: Again,
  given: string | undefined,
): ReadonlyMap<Login, Bytes> | { readonly user: Bytes } {
  const logins = turns.flatMap(({ lines }) => lines.flatMap(({ login }) => login ?? []));
  const accounts = lab.plan()?.accounts ?? [];
  const passwords = new Map<Login, Bytes>();
  for (const login of logins) {
    const known = accounts
      .filter(({ user }) => encodeUtf8(user) === login.user)
      .map(({ password }) => encodeUtf8(password))
      .find((password) => hadPassword(login, password));
    const password = known ?? (given === undefined ? undefined : encodeUtf8(given));
    if (password === undefined) return { user: login.user };
    passwords.set(login, password);
  }
  return passwords;
}

/** Says it, and waits until it has been answered; `signal` gives it up. */
export async function sayAgain(
  lab: Lab,
  { id, listener, password }: { readonly id: number; readonly listener?: string; readonly password?: string },
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
  const passwords = passwordsFor(lab, plan, password);
  if ('user' in passwords) return { session: null, short: 'password', detail: passwords.user };
  try {
    const { localPort, ...played } = await playAgain({ ...plan, ssl: ssl === true }, target, signal, passwords);
    return { ...played, session: localPort === null ? null : lab.links.ofClient(localPort) };
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    throw new UserError(`Cannot connect to ${joinAddress(target)}: ${meaningOf(code)}.`);
  }
}
