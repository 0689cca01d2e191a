/** Who may log in: the check that comes before the rules, as rule 0. */
import type { Method } from '../machine/machine.ts';
import type { Lookup } from './lookup.ts';
import { hmacMd5, md5 } from './md5.ts';
import type { Account, RuleBook } from './rule.ts';
import { encodeUtf8 } from './text.ts';

/** What a lookup's login is worth. */
export interface Login {
  /** `none`: the lookup is no login. `external`: the client's certificate stands for the password, nothing is proven. */
  readonly password: 'valid' | 'invalid' | 'none';
  /** The account of that name, whatever the password. */
  readonly account: Account | null;
}

/** nginx sends these only with a salt and needs the clear password back, to log in upstream (pitfall B13). */
export const hidesPassword = (method: Method): boolean => method === 'apop' || method === 'cram-md5';

/** Checks the lookup's login against the accounts. */
export function checkLogin(book: Pick<RuleBook, 'accounts'>, lookup: Lookup): Login {
  if (lookup.method === 'none') return { password: 'none', account: null };
  const account = book.accounts.find(({ user }) => encodeUtf8(user) === lookup.user) ?? null;
  if (lookup.method === 'external') return { password: 'none', account };
  return { password: account && proves(account, lookup) ? 'valid' : 'invalid', account };
}

/** Whether the lookup's `Auth-Pass` proves the account's password by its method. */
function proves(account: Account, lookup: Lookup): boolean {
  const password = encodeUtf8(account.password);
  const salt = lookup.salt ?? '';
  switch (lookup.method) {
    case 'plain':
      return lookup.password === password;
    case 'apop':
      return lookup.password.toLowerCase() === md5(salt + password);
    case 'cram-md5':
      return lookup.password.toLowerCase() === hmacMd5(password, salt);
    default:
      return false;
  }
}
