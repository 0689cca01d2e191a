/** Which kinds of lookups the servers of a configuration can ask at all, and which of them a rule can ever match. */
import { textMatcher } from '../auth/match.ts';
import type { When } from '../auth/rule.ts';
import type { Method, Protocol } from '../machine/machine.ts';
import type { MailConf, MailServer } from '../nginx/mail.ts';
import type { Advice } from './lint-raw.ts';

/** One kind of lookup. */
export interface LookupKind {
  readonly protocol: Protocol;
  readonly method: Method;
  /** false: no client is told of the method, and nginx takes it all the same. */
  readonly shown: boolean;
  readonly tls: boolean;
  /** Whether `Client-Host` may be a name; otherwise it is `[UNAVAILABLE]`, or missing. */
  readonly named: boolean;
}

/** The methods that a server asks with: those of its configuration, and PLAIN and EXTERNAL, which nginx always takes. */
function methodsOf({
  protocol,
  smtpAuth,
  imapAuth,
  pop3Auth,
}: MailServer): readonly Pick<LookupKind, 'method' | 'shown'>[] {
  const words: readonly string[] = { smtp: smtpAuth, imap: imapAuth, pop3: pop3Auth }[protocol];
  const logins = words.some((word) => word !== 'none');
  const configured = (['none', 'apop', 'cram-md5'] as const).filter((method) => words.includes(method));
  return [
    ...configured.map((method) => ({ method, shown: true })),
    ...(['plain', 'external'] as const).map((method) => ({ method, shown: logins })),
  ];
}

/** Every kind that some server of the configuration asks. */
export function kindsOf({ servers }: MailConf): readonly LookupKind[] {
  return servers.flatMap((server) => {
    const { protocol, listens, starttls, resolver } = server;
    const tls = [
      ...(listens.some(({ ssl }) => ssl === true) || starttls !== 'off' ? [true] : []),
      ...(listens.some(({ ssl }) => ssl !== true) ? [false] : []),
    ];
    const named = protocol === 'smtp' && resolver !== null;
    return methodsOf(server).flatMap((method) => tls.map((one) => ({ protocol, ...method, tls: one, named })));
  });
}

/** A condition that leaves no kind over, and why. */
interface Never extends Advice {
  readonly field: string;
}

interface Filter {
  readonly field: keyof When;
  readonly id: string;
  readonly message: string;
  keeps(kind: LookupKind): boolean;
}

const NEVER = 'so this rule never matches';

function filtersOf({ protocol, method, rcpt, from, helo, tls, clientHost }: When): readonly Filter[] {
  const filters: Filter[] = [];
  if (protocol !== undefined) {
    const { written, matches } = textMatcher(protocol, true);
    const message = `no server of the proxy speaks ${written}, ${NEVER}`;
    filters.push({ field: 'protocol', id: 'N1', message, keeps: (kind) => matches(kind.protocol) });
  }
  const spoken = helo !== undefined && !textMatcher(helo, true).matches('');
  const envelope = rcpt !== undefined ? 'rcpt' : from !== undefined ? 'from' : spoken ? 'helo' : null;
  if (envelope !== null) {
    const message = `nginx tells the auth service of ${envelope === 'rcpt' ? 'a recipient' : envelope} only under smtp_auth none, and here it asks at the login, ${NEVER}; write "smtp_auth none;", or choose by user`;
    filters.push({ field: envelope, id: 'C5', message, keeps: (kind) => kind.method === 'none' });
  }
  if (method !== undefined) {
    const { written, matches } = textMatcher(method, true);
    const message = `no server of the proxy asks with method ${written} where the other conditions hold, ${NEVER}`;
    filters.push({ field: 'method', id: 'N1', message, keeps: (kind) => matches(kind.method) });
  }
  if (tls !== undefined) {
    const message = tls
      ? `no server of the proxy speaks TLS, ${NEVER}; add ssl to a "listen", or starttls`
      : `every connection speaks TLS, ${NEVER}`;
    filters.push({ field: 'tls', id: 'N1', message, keeps: (kind) => kind.tls === tls });
  }
  if (clientHost !== undefined) {
    const { matches } = textMatcher(clientHost, true);
    const message = `nginx knows a client's name only in SMTP and with a resolver, ${NEVER}; write "resolver ADDRESS;" into the server`;
    const keeps = (kind: LookupKind) => kind.named || matches(kind.protocol === 'smtp' ? '[unavailable]' : '');
    filters.push({ field: 'clientHost', id: 'H3', message, keeps });
  }
  return filters;
}

/** The kinds that the conditions can hold for, or the condition that leaves none. */
export function kindsFor(
  when: When,
  all: readonly LookupKind[],
): { readonly kinds: readonly LookupKind[]; readonly never: Never | null } {
  let kinds = all;
  for (const { field, id, message, keeps } of filtersOf(when)) {
    kinds = kinds.filter(keeps);
    if (kinds.length === 0) return { kinds, never: { field, id, message } };
  }
  return { kinds, never: null };
}
