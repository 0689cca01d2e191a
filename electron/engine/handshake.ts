/** TLS with the client: the handshake, and how it stands in the journal. */
import type { ClientTls } from '../../shared/machine/machine.ts';
import type { MailServer } from '../../shared/nginx/mail.ts';
import type { ClientSide } from './client-side.ts';
import { type HandshakeMode, secured, unsecured } from './entries-arrival.ts';
import type { TlsPort } from './ports.ts';
import type { Writer } from './writer.ts';

/** Who shakes hands, and why. */
export interface HandshakePorts {
  readonly client: ClientSide;
  readonly server: MailServer;
  readonly mode: HandshakeMode;
  readonly tls: TlsPort | undefined;
  readonly writer: Writer;
  /** The entry that led here. */
  readonly cause: number;
  /** Acts for the session: not any more once it is over, and a fault of ours ends it alone. */
  guard(act: () => void): void;
}

/** What came of it, with its entry; null: there is no TLS, and the connection is to be closed. */
export type HandshakeEnd = (tls: ClientTls | null, told: number) => void;

const systemCode = /^E[A-Z]+$/;

/** Plays the server's side on what the client sends from here on; gives back what abandons it. */
export function shakeHands(ports: HandshakePorts, done: HandshakeEnd): () => void {
  const { client, server, mode, tls, writer, cause, guard } = ports;
  if (!tls) throw new Error('This engine was made without TLS');
  const failed = (error: string): void => {
    // Nobody is left to be closed where the client left, or the connection broke.
    if (error === '') client.gone ??= {};
    else if (systemCode.test(error)) client.gone ??= { error };
    done(null, writer.write(unsecured(mode, error, cause)));
  };
  if (client.gone) {
    failed('');
    return () => {};
  }
  // What is put back is ciphertext: the client's bytes are counted as they come out of TLS.
  writer.summary.bytesIn -= client.lend();
  return tls.secure(client.socket, server, (result) =>
    guard(() => {
      if (result.socket === null) {
        failed(result.error);
        return;
      }
      client.adopt(result.socket);
      writer.learned({ tls: `${result.tls.protocol} ${result.tls.cipher}` });
      done(result.tls, writer.write(secured(mode, result.tls, cause)));
    }),
  );
}
