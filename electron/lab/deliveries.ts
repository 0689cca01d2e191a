/** Mail on its way from a played server into mailboxes: whose they are, and which session brought it. */
import type { Feed } from '../../shared/contract/contract.ts';
import { accountsAt, CATCH_ALL, mailboxOf } from '../../shared/upstream/accounts.ts';
import type { MailKeeper } from '../journal/mail-keeper.ts';
import type { AcceptedMessage } from '../upstream/smtp.ts';
import type { Links } from './links.ts';
import type { Plan } from './plan.ts';

/** What deliveries need of the lab. */
interface Rooms {
  readonly mail: MailKeeper;
  readonly links: Links;
  /** What runs. */
  readonly plan: () => Plan | null;
  readonly push: (feed: Feed) => void;
}

/** The owners of the mailboxes that mail to these addresses goes into, each once. */
function ownersOf(plan: Plan | null, upstream: string, to: readonly string[]): readonly string[] {
  const accounts = accountsAt(upstream, plan?.accounts ?? []);
  const owners = new Set(to.map((address) => mailboxOf(accounts, address)));
  return owners.size === 0 ? [CATCH_ALL] : [...owners];
}

/**
 * Takes a message; the promise is fulfilled when it is in the database. `settle` calls back when all is recorded that
 * happened until now: with workers that is later, and mail does not wait for it.
 */
export type Deliver = (upstream: string, message: AcceptedMessage, settle: (done: () => void) => void) => Promise<void>;

export function createDeliveries({ mail, links, plan, push }: Rooms): Deliver {
  return async (upstream, { clientPort, ...message }, settle) => {
    let session: number | null = null;
    const recorded = new Promise<void>((resolve) => {
      settle(() => {
        session = links.ofUpstream(clientPort);
        resolve();
      });
    });
    const known: number | null = session;
    const owners = ownersOf(plan(), upstream, message.to);
    const kept = await mail.keep({ ...message, upstream, owners, session: known });
    void recorded.then(() => {
      if (session !== null && session !== known) mail.link(kept.id, session);
      push({ type: 'messages', upstream, message: { ...kept, session } });
    });
  };
}
