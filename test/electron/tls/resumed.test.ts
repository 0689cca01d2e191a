import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect, type SecureVersion } from 'node:tls';
import { expect, test } from 'vitest';
import type { Secured } from '../../../electron/engine/ports.ts';
import { createTls } from '../../../electron/tls/tls.ts';
import { tutorialServer } from '../../fakes/rig.ts';

/** One connection: what the server knows of it, and the session that the client may take up later. */
async function shake(
  port: number,
  accepted: () => Promise<Secured>,
  maxVersion: SecureVersion,
  session?: Buffer,
): Promise<{ readonly secured: Secured; readonly session: Buffer }> {
  const client = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    maxVersion,
    ...(session ? { session } : {}),
  });
  const given = once(client, 'session');
  const secured = await accepted();
  // In TLS 1.3 the session comes behind the handshake, with what the server says first.
  secured.socket?.write('hello');
  const kept = session ?? (await given)[0];
  client.destroy();
  secured.socket?.destroy();
  return { secured, session: kept };
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a handshake that takes up an earlier session: %s', async (version) => {
  const tls = createTls({ folder: null });
  const waiting: ((secured: Secured) => void)[] = [];
  const mail = { ...tutorialServer, ssl: { ...tutorialServer.ssl, sessionCache: 'kept' as const } };
  const server = createServer((socket) => void tls.secure(socket, mail, (secured) => waiting.shift()?.(secured)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const accepted = (): Promise<Secured> => new Promise((resolve) => void waiting.push(resolve));
  const first = await shake(port, accepted, version);
  expect(first.secured).toMatchObject({ tls: { protocol: version } });
  expect(first.secured).not.toHaveProperty('tls.resumed');
  const second = await shake(port, accepted, version, first.session);
  expect(second.secured).toMatchObject({ tls: { protocol: version, resumed: true } });
  server.close();
  await once(server, 'close');
});
