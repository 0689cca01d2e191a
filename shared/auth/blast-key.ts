/** What rules look at in a lookup, as one text: lookups with the same text are decided alike. */
import type { Subject, Value } from './conditions.ts';
import type { RuleBook, When } from './rule.ts';

type Field = Exclude<keyof When, 'not'>;
type Reader = (subject: Subject) => string;

const address = ({ actual }: Value): string => (actual === null ? '-' : `+${actual}`);

/** How a condition's field shows in the text. Method and protocol always do: the answer depends on them. */
const readers: Readonly<Record<Exclude<Field, 'protocol' | 'method' | 'password'>, Reader>> = {
  rcpt: ({ rcpt }) => address(rcpt),
  from: ({ from }) => address(from),
  helo: ({ lookup: { helo = '' } }) => helo,
  user: ({ lookup: { user } }) => user,
  client: ({ lookup: { clientIp } }) => clientIp,
  clientHost: ({ lookup: { clientHost = '' } }) => clientHost,
  tls: ({ lookup: { tls } }) => (tls === undefined ? '' : '+'),
  attempt: ({ lookup: { attempt } }) => String(attempt),
};

const isRead = (field: string): field is keyof typeof readers => Object.hasOwn(readers, field);

const fieldsOf = ({ not, ...when }: When): readonly string[] => [...Object.keys(when), ...Object.keys(not ?? {})];

/** Every account can make the answer its own, and proves its password by what was sent. */
const loginReaders: readonly Reader[] = [
  ({ lookup: { user } }) => user,
  ({ lookup: { password } }) => password,
  ({ lookup: { salt = '-' } }) => salt,
];

/** The text of lookups for these books. */
export function keyMaker(books: readonly RuleBook[]): Reader {
  const fields = new Set(books.flatMap(({ rules }) => rules.flatMap(({ when }) => fieldsOf(when))));
  const withLogin = books.some(({ accounts }) => accounts.length > 0);
  const used: readonly Reader[] = [
    ...[...fields].filter(isRead).map((field) => readers[field]),
    ...(withLogin ? loginReaders : []),
  ];
  return (subject) => {
    let key = `${subject.lookup.protocol} ${subject.lookup.method}`;
    // A password may hold any byte, so no separator would do.
    for (const read of used) {
      const value = read(subject);
      key += ` ${value.length}:${value}`;
    }
    return key;
  };
}
