/** What the lab tells the window of the server blocks it runs. */
import type { ServerView } from '../../shared/contract/machines.ts';
import type { MailServer } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { placesOf } from '../engine/places.ts';
import type { Core, Handlers } from './handlers.ts';

export function machineHandlers(core: Core): Pick<Handlers, 'proxy.server'> {
  return {
    'proxy.server': ({ protocol, listener }): ServerView | null => {
      const conf = core.plan()?.conf ?? null;
      const speaking = (conf?.servers ?? []).filter((server) => server.protocol === protocol);
      const [first] = speaking;
      if (!first) return null;
      const places = [false, true].flatMap((allowLan) => placesOf(conf, allowLan));
      const named = places.find(
        ({ address, port, server }) => hostPort(address, port) === listener && server.protocol === protocol,
      );
      // A port that is left to the system is known to the running listener alone.
      const only = speaking.length === 1 && core.runner.listeners().some((one) => isAt(one, protocol, listener));
      const server = named?.server ?? first;
      return { server, exact: named !== undefined || only, book: bookOf(core, server) };
    },
  };
}

const isAt = (
  one: { readonly role: string; readonly protocol: string; readonly address: string; readonly port: number },
  protocol: string,
  listener: string,
): boolean => one.role === 'proxy' && one.protocol === protocol && hostPort(one.address, one.port) === listener;

function bookOf(core: Core, { authHttp }: MailServer): ServerView['book'] {
  const own = core.view().authServices.some((service) => service.own && service.text === authHttp.text);
  return own ? core.runner.book() : null;
}
