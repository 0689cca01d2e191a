/** Whose mailbox it is at a played server: who may log in to which, and where a recipient's mail goes. */
import { hmacMd5, md5 } from '../auth/md5.ts';
import type { Account } from '../auth/rule.ts';
import { encodeUtf8 } from '../auth/text.ts';
import type { Bytes } from '../machine/machine.ts';
import type { Proof } from './mock.ts';
import type { Play } from './play.ts';

/** The owner of an upstream's catch-all mailbox. */
export const CATCH_ALL = '';

/** The accounts whose mailbox lies at this upstream: those that name it, and those that name none. */
export const accountsAt = (upstream: string, accounts: readonly Account[]): readonly Account[] =>
  accounts.filter((account) => account.upstream === undefined || account.upstream === upstream);

/** The mailbox that mail to a recipient goes into: of the account with that address, else with its local part. */
export function mailboxOf(accounts: readonly Account[], address: string): string {
  const whole = address.toLowerCase();
  const at = whole.lastIndexOf('@');
  const local = at < 0 ? whole : whole.slice(0, at);
  const named = (name: string) => accounts.find(({ user }) => user.toLowerCase() === name)?.user;
  return named(whole) ?? named(local) ?? CATCH_ALL;
}

function proves(account: Account, proof: Proof): boolean {
  const password = encodeUtf8(account.password);
  switch (proof.how) {
    case 'plain':
      return proof.password === password;
    case 'apop':
      return proof.digest.toLowerCase() === md5(proof.challenge + password);
    case 'cram-md5':
      return proof.digest.toLowerCase() === hmacMd5(password, proof.challenge);
  }
}

/** The bytes of a user's name as text; those that are no UTF-8 stay as they are. */
function textOf(user: Bytes): string {
  const escaped = Array.from(user, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  try {
    return decodeURIComponent(escaped.join(''));
  } catch {
    return user;
  }
}

/**
 * The mailbox that somebody may open; null: the login is refused. `accounts` are those of the upstream (`accountsAt`).
 * Names are compared to the letter where a password is; `anyLogin` finds the mailbox as mail does.
 */
export function ownerOf(
  { anyLogin }: Pick<Play, 'anyLogin'>,
  accounts: readonly Account[],
  user: Bytes,
  proof: Proof,
): string | null {
  if (anyLogin ?? accounts.length === 0) return mailboxOf(accounts, textOf(user));
  const account = accounts.find((one) => encodeUtf8(one.user) === user);
  return account && proves(account, proof) ? account.user : null;
}
