/** What a mail program on imapflow does: it waits in IDLE while mail comes, reads it and deletes it. */
import { ImapFlow } from 'imapflow';
import type { Account } from './dovecot.ts';

/** What it saw. */
export interface Seen {
  /** How many messages IDLE told of. */
  readonly told: number;
  readonly source: string;
  readonly left: number;
  readonly secured: boolean;
}

/** Logs in, idles until a second connection has stored `mail`, reads it, deletes it and logs out. */
export async function idle(port: number, secure: boolean, ca: string, account: Account, mail: string): Promise<Seen> {
  const open = async (): Promise<ImapFlow> => {
    const { user, password: pass } = account;
    const client = new ImapFlow({ host: 'localhost', port, secure, tls: { ca }, auth: { user, pass }, logger: false });
    await client.connect();
    return client;
  };
  const waiting = await open();
  const storing = await open();
  try {
    await waiting.mailboxOpen('INBOX');
    const told = new Promise<number>((resolve) =>
      waiting.once('exists', ({ count }: { count: number }) => resolve(count)),
    );
    const idling = waiting.idle();
    await storing.append('INBOX', mail);
    const count = await told;
    await waiting.noop();
    await idling;
    const message = await waiting.fetchOne(`${count}`, { source: true });
    await waiting.messageDelete(`${count}`);
    const status = await waiting.status('INBOX', { messages: true });
    return {
      told: count,
      source: message === false ? '' : (message.source?.toString('latin1') ?? ''),
      left: status === false ? -1 : (status.messages ?? -1),
      secured: waiting.secureConnection,
    };
  } finally {
    await waiting.logout();
    await storing.logout();
  }
}
