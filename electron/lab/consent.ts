/** What the user has agreed to let out of this machine, for as long as the lab runs. */
import type { ConsentView } from '../../shared/contract/consent.ts';
import { printAddress, readAddress } from '../../shared/wire/ip.ts';
import { isOffBox } from '../../shared/wire/loopback.ts';
import { joinAddress, splitAddress } from './address.ts';
import type { Consent } from './boundary.ts';
import type { Core, Handlers } from './handlers.ts';
import { UserError } from './user-error.ts';

/** Consent that grows and shrinks. */
export interface GivenConsent extends Consent {
  readonly allow: Set<string>;
}

/** What the lab was started with; `asks`: somebody at a window can be asked for the rest. */
export function createConsent(allowLan: boolean, allow: readonly string[], asks: boolean): GivenConsent {
  return { allowLan, allow: new Set(allow.map(plain)), ...(asks && { asks: true }) };
}

/** An address as the proxy writes what it dials: `192.0.2.1:25` for `192.000.002.001:25`. */
function plain(address: string): string {
  const at = splitAddress(address);
  const words = at && readAddress(at.host);
  return at && words ? joinAddress({ host: printAddress(words), port: at.port }) : address.toLowerCase();
}

/** Whether the user has agreed to this one. */
export const isAllowed = ({ allowLan, allow }: Consent, address: string): boolean =>
  allowLan || allow.has(address) || allow.has(plain(address));

export const consentView = ({ allowLan, allow }: Consent): ConsentView => ({ allowLan, allowed: [...allow] });

/** The calls of the window. What a file could not do before may run now. */
export function consentHandlers(core: Core): Pick<Handlers, 'consent.give' | 'consent.withdraw'> {
  const { consent } = core;
  const changed = async (): Promise<ConsentView> => {
    await core.run((now) => now, { note: null });
    return consentView(consent);
  };
  return {
    'consent.give': ({ address }) => {
      const at = splitAddress(address);
      if (!at || at.port === 0)
        throw new UserError(`${address} is no address of a server; it is written HOST:PORT, as in 192.0.2.1:25.`);
      if (!isOffBox(at.host)) throw new UserError(`${address} is this machine: nothing has to be confirmed.`);
      consent.allow.add(plain(address));
      return changed();
    },
    'consent.withdraw': ({ address }) => {
      if (!consent.allow.delete(plain(address))) throw new UserError(`${address} was not confirmed.`);
      return changed();
    },
  };
}
