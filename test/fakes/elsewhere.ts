/** A mail server at an address of this machine that is not loopback: to the lab, it is another machine. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What answers there. */
export interface Elsewhere {
  readonly host: string;
  readonly port: number;
  /** How often somebody connected. */
  readonly calls: () => number;
  stop(): Promise<void>;
}

/** Its greeting names it `elsewhere`; every command is fine. */
export async function startElsewhere(): Promise<Elsewhere> {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const found = all.find(({ internal, family }) => !internal && family === 'IPv4');
  if (!found) throw new Error('this machine has no network address besides loopback, and the test needs one');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write('220 elsewhere\r\n');
    socket.on('data', (bytes) => socket.write(/^DATA/i.test(String(bytes)) ? '354 go on\r\n' : '250 elsewhere\r\n'));
  });
  server.listen(0, found.address);
  await once(server, 'listening');
  const at = server.address();
  return {
    host: found.address,
    port: typeof at === 'object' && at ? at.port : 0,
    calls: () => sockets.length,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
