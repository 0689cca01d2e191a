/** What every played server is made by, whatever protocol it speaks. */
import type { Account } from '../../shared/auth/rule.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Mailbox } from '../../shared/upstream/mailbox.ts';
import type { MockMaker } from '../../shared/upstream/mock.ts';
import type { Play } from '../../shared/upstream/play.ts';
import type { UpstreamFaults } from './faults.ts';

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** How an upstream is played. */
export interface Played {
  /** The upstream's name: how the server calls itself, and whose faults befall it. */
  readonly name: string;
  /** Left out: `plainPlay`. */
  readonly play?: Play;
  /** The accounts whose mailbox lies here (`accountsAt`); left out: none. */
  readonly accounts?: readonly Account[];
  /** Left out: nothing is armed, and no address carries a fault. */
  readonly faults?: UpstreamFaults;
  /** Asked once, and only where STARTTLS is offered; left out, it is not. */
  readonly certificate?: () => Certificate;
}

/** How a server is played whose machine stands on a listener; `accounts` are asked anew at every login. */
export interface PlayedMock<S> extends Played {
  readonly protocol: Protocol;
  readonly machine: MockMaker<S>;
  /** An account's mailbox, or the catch-all; the client's own port tells which session of the proxy it is. */
  readonly mailbox: (owner: string, clientPort: number) => Mailbox;
}
