/** The handshake after STARTTLS. */
import type { ClientTls } from '../../shared/machine/machine.ts';
import type { Clocks } from './clocks.ts';
import { plaintextDropped, secureTimedOut } from './entries-arrival.ts';
import { type HandshakePorts, shakeHands } from './handshake.ts';
import type { Interlude } from './interlude.ts';

/** What the handshake needs of its session. */
export interface StarttlsPorts extends Omit<HandshakePorts, 'mode'> {
  readonly clocks: Clocks;
  /** The client speaks TLS now. */
  onSecured(tls: ClientTls, told: number): void;
  /** It does not, and the connection is to be closed. */
  onFailed(told: number): void;
}

/**
 * nginx begins when the client's first byte is there. The clock of the dialogue runs on; should it ring before that
 * byte, another whole `timeout` follows (reference, 5.3), but not for a handshake: nginx has noted that the time was
 * over, and closes at the first byte that comes.
 */
export class Starttls implements Interlude {
  readonly #ports: StarttlsPorts;
  #abandon: (() => void) | undefined;
  /** The clock has rung once. */
  #late = false;

  constructor(ports: StarttlsPorts) {
    this.#ports = ports;
    const { client, writer, cause } = ports;
    const dropped = client.input.drop();
    if (dropped !== '') writer.write(plaintextDropped(dropped, cause));
  }

  changed(): void {
    const { client } = this.#ports;
    if (this.#abandon || (client.input.waiting === 0 && !client.gone)) return;
    // What nginx had not read yet of the clear text goes to the handshake, and breaks it.
    if (!this.#late || client.gone) this.#begin();
    else this.#giveUp();
  }

  timedOut(): void {
    const { clocks, server } = this.#ports;
    if (this.#abandon || this.#late) {
      this.#giveUp();
      return;
    }
    this.#late = true;
    clocks.set('dialogue', server.timeoutMs);
  }

  #giveUp(): void {
    const { server, writer, onFailed } = this.#ports;
    this.#abandon?.();
    this.#abandon = () => {};
    onFailed(writer.write(secureTimedOut('starttls', server.timeoutMs)));
  }

  stop(): void {
    this.#abandon?.();
  }

  #begin(): void {
    const { onSecured, onFailed } = this.#ports;
    // Known before it is done: a handshake that fails at once must not begin again.
    this.#abandon = () => {};
    this.#abandon = shakeHands({ ...this.#ports, mode: 'starttls' }, (tls, told) => {
      if (tls) onSecured(tls, told);
      else onFailed(told);
    });
  }
}
