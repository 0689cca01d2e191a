/** Which addresses another program has. */
import { createServer } from 'node:net';
import type { MailConf } from '../../shared/nginx/mail.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { type Place, placesOf } from '../engine/places.ts';

/** Whether somebody listens there; other reasons why it cannot be had are left to who wants to have it. */
function isTaken({ address, port, listen }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ host: address, port, ipv6Only: listen.ipv6only !== false }, () =>
      server.close(() => resolve(false)),
    );
  });
}

/**
 * The addresses of a configuration that are neither `ours` already nor free. A worker must not try them: the system
 * reports an address in use only when a socket begins to listen, and by then node:cluster has shared a socket that is
 * bound to nothing, and goes on sharing it.
 */
export async function takenOf(
  conf: MailConf,
  allowLan: boolean,
  ours: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (const place of placesOf(conf, allowLan)) {
    const name = hostPort(place.address, place.port);
    const isBound = place.port > 0 && !place.forbidden && place.through === undefined;
    if (isBound && !ours.has(name) && (await isTaken(place))) taken.add(name);
  }
  return taken;
}
