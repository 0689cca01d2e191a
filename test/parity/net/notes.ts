/** An auth service that refuses everybody, and notes what it was told of whom. */
import { once } from 'node:events';
import { createServer } from 'node:http';

/** The headers of each user's question; every user asks once. */
export interface Notes {
  readonly port: number;
  readonly of: (user: string) => Readonly<Record<string, string>> | null;
  stop(): Promise<void>;
}

const wanted = /^(?:client-ip|client-host|proxy-protocol-.*)$/;

/** Starts the service. */
export async function startNotes(): Promise<Notes> {
  const notes = new Map<string, Record<string, string>>();
  const server = createServer((request, response) => {
    const told = Object.entries(request.headers).filter(([name]) => wanted.test(name));
    notes.set(`${request.headers['auth-user']}`, Object.fromEntries(told.map(([name, value]) => [name, `${value}`])));
    response.writeHead(200, { 'Auth-Status': 'no' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    of: (user) => notes.get(user) ?? null,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
