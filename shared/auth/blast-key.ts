/** What rules look at in a lookup, as one text: lookups with the same text are decided alike. */
import { parsePath } from '../wire/address.ts';
import type { Lookup } from './lookup.ts';
import type { RuleBook, When } from './rule.ts';

type Field = Exclude<keyof When, 'not'>;
type Reader = (lookup: Lookup) => string;

const address = (line: string | undefined): string => (line ? `+${parsePath(line).address}` : '-');

/** How a condition's field shows in the text. Method and protocol always do: the answer depends on them. */
const readers: Readonly<Record<Exclude<Field, 'protocol' | 'method' | 'password'>, Reader>> = {
  rcpt: ({ to }) => address(to),
  from: ({ from }) => address(from),
  helo: ({ helo = '' }) => helo,
  user: ({ user }) => user,
  client: ({ clientIp }) => clientIp,
  clientHost: ({ clientHost = '' }) => clientHost,
  tls: ({ tls }) => (tls === undefined ? '' : '+'),
  attempt: ({ attempt }) => String(attempt),
};

const isRead = (field: string): field is keyof typeof readers => Object.hasOwn(readers, field);

const fieldsOf = ({ not, ...when }: When): readonly string[] => [...Object.keys(when), ...Object.keys(not ?? {})];

/** Every account can make the answer its own, and proves its password by what was sent. */
const loginReaders: readonly Reader[] = [({ user }) => user, ({ password }) => password, ({ salt = '-' }) => salt];

/** The text of lookups for these books. */
export function keyMaker(books: readonly RuleBook[]): (lookup: Lookup) => string {
  const fields = new Set(books.flatMap(({ rules }) => rules.flatMap(({ when }) => fieldsOf(when))));
  const withLogin = books.some(({ accounts }) => accounts.length > 0);
  const used: readonly Reader[] = [
    ...[...fields].filter(isRead).map((field) => readers[field]),
    ...(withLogin ? loginReaders : []),
  ];
  return (lookup) => {
    let key = `${lookup.protocol} ${lookup.method}`;
    // A password may hold any byte, so no separator would do.
    for (const read of used) {
      const value = read(lookup);
      key += ` ${value.length}:${value}`;
    }
    return key;
  };
}
