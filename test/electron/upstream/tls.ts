/** TLS for tests of the played servers. */
import { connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { selfSignedIn } from '../../../electron/tls/self-signed.ts';
import type { Dialogue } from './dialogue.ts';

const selfSigned = selfSignedIn(null);

/** A certificate of the lab's own. */
export const certificate = () => selfSigned('eng');

/** Shakes hands on a connection whose server is ready to. */
export async function overTls({ socket }: Dialogue): Promise<TLSSocket> {
  socket.removeAllListeners('data');
  const tls = connect({ socket, ca: certificate().certificate, servername: 'eng' });
  onTestFinished(() => void tls.destroy());
  await new Promise<void>((resolve, reject) => {
    tls.once('error', reject).once('secureConnect', resolve);
  });
  return tls.on('error', () => undefined);
}

/** Shakes hands, says EHLO, and gives the answer's first bytes. */
export async function secured(client: Dialogue): Promise<string> {
  const tls = await overTls(client);
  return new Promise((resolve) => {
    tls.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
    tls.write('EHLO laptop\r\n');
  });
}
