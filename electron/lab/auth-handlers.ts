/** What the lab does for the window's calls about auth services. */
import type { AuthServiceView } from '../../shared/contract/auth.ts';
import type { ListenerView } from '../../shared/contract/contract.ts';
import type { Faults } from '../authority/faults.ts';
import { createFaults } from '../authority/faults.ts';
import { examine } from './exam.ts';
import type { Core, Handlers } from './handlers.ts';
import type { Plan } from './plan.ts';
import { UserError } from './user-error.ts';

/** ms in which strikes are gathered before the windows hear of them. */
const NEWS_MS = 150;

/** Tells of changes at most a few times a second: every question of a busy lab may be struck. */
export function telling(tell: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    const due = () => {
      isDue = false;
      tell();
    };
    setTimeout(due, NEWS_MS).unref();
  };
}

/** Faults whose changes are told at most a few times a second. */
export const createToldFaults = (tell: () => void): Faults => createFaults(telling(tell));

/** The services that the proxy asks, each once. */
export function authServicesOf(plan: Plan | null, listeners: readonly ListenerView[]): readonly AuthServiceView[] {
  const ours = listeners.filter(({ role }) => role === 'auth');
  const byText = new Map<string, AuthServiceView>();
  for (const { authHttp } of plan?.conf.servers ?? []) {
    const { text, address, port, unix } = authHttp;
    const own = unix === undefined && ours.some((one) => one.port === port && sameHost(one.address, address));
    byText.set(text, { text, own });
  }
  return [...byText.values()];
}

const sameHost = (bound: string, asked: string): boolean =>
  bound === asked || (bound === 'localhost' && asked === '127.0.0.1') || bound === '0.0.0.0' || bound === '::';

type AuthCalls = 'fault.arm' | 'fault.clear' | 'exam.run';

export function authHandlers(core: Core): Pick<Handlers, AuthCalls> {
  const { faults, runner } = core;
  const changed = () => {
    core.broadcast();
    return { armed: faults.list().length };
  };
  return {
    'fault.arm': (fault) => {
      if (!core.plan()?.auth)
        throw new UserError("This lab has no auth service of its own, and the lab cannot break somebody else's.");
      faults.arm(fault);
      return changed();
    },
    'fault.clear': ({ id }) => {
      faults.clear(id);
      return changed();
    },
    'exam.run': ({ service, ...known }) => {
      const isAsked = authServicesOf(core.plan(), runner.listeners()).some(({ text }) => text === service);
      if (!isAsked) throw new UserError(`The running lab asks no auth service ${service}.`);
      return examine({ url: service, ...known }, core.consent);
    },
  };
}
