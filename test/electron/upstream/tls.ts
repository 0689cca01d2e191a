/** TLS for tests of the played servers. */
import { connect } from 'node:tls';
import { onTestFinished } from 'vitest';
import { selfSignedIn } from '../../../electron/tls/self-signed.ts';
import type { Dialogue } from './dialogue.ts';

const selfSigned = selfSignedIn(null);

/** A certificate of the lab's own. */
export const certificate = () => selfSigned('eng');

/** Shakes hands on a connection that was told to, says EHLO, and gives the answer's first bytes. */
export function secured({ socket }: Dialogue): Promise<string> {
  socket.removeAllListeners('data');
  const tls = connect({ socket, ca: certificate().certificate, servername: 'eng' });
  onTestFinished(() => void tls.destroy());
  return new Promise((resolve, reject) => {
    tls.once('error', reject);
    tls.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
    tls.write('EHLO laptop\r\n');
  });
}
