/** A lookup that a proof speaks of: as nginx would ask it, and as people read it. */
import type { Bytes, Method } from '../machine/machine.ts';
import { parsePath } from '../wire/address.ts';
import type { Lookup } from './lookup.ts';
import { hmacMd5, md5 } from './md5.ts';
import type { Point } from './prove-find.ts';
import type { Chosen } from './prove-space.ts';
import type { Account } from './rule.ts';
import { encodeUtf8 } from './text.ts';

/** A lookup as a test of the lab file gives it: who it is about, and what else matters for the proof. */
export type Example = Readonly<Record<string, string | number | boolean>>;

const SALT = '<1.1@mail-lab>';

/** The lookup at a point; null where no command line gives such an address. */
export function lookupAt({ asked, values }: Point, accounts: readonly Account[]): Lookup | null {
  const text = (field: Chosen): string => {
    const value = values.get(field);
    return typeof value === 'string' ? value : '';
  };
  const attempt = values.get('attempt');
  const { protocol, method, tls } = asked;
  const user = text('user');
  const common = {
    protocol,
    method,
    user: encodeUtf8(user),
    attempt: typeof attempt === 'number' ? attempt : 1,
    clientIp: text('client'),
    ...(protocol === 'smtp' ? { clientHost: encodeUtf8(hostOf(text('clientHost'))) } : {}),
    ...(tls ? { tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' } } : {}),
    headers: [],
  };
  if (method !== 'none') return { ...common, ...credentials(method, passwordOf(accounts, user, asked.password)) };
  const from = commandOf('MAIL FROM:', text('from'));
  const to = commandOf('RCPT TO:', text('rcpt'));
  return from === null || to === null ? null : { ...common, password: '', helo: encodeUtf8(text('helo')), from, to };
}

/** nginx writes the stand-ins for a name in capitals. */
const hostOf = (host: string): string => (host.startsWith('[') ? host.toUpperCase() : host);

/** The account's password, or one that is wrong. */
function passwordOf(accounts: readonly Account[], user: string, worth: Point['asked']['password']): Bytes {
  const account = accounts.find((one) => one.user === user);
  const known = encodeUtf8(account?.password ?? 'secret');
  return worth === 'invalid' && account ? `${known}-wrong` : known;
}

function credentials(method: Method, password: Bytes): Pick<Lookup, 'password' | 'salt'> {
  if (method === 'apop') return { password: md5(SALT + password), salt: SALT };
  if (method === 'cram-md5') return { password: hmacMd5(password, SALT), salt: SALT };
  return { password: method === 'external' ? '' : password };
}

/** A command line that has this address, if there is any: in brackets, behind a source route, or bare. */
function commandOf(verb: string, address: string): Bytes | null {
  const bytes = encodeUtf8(address);
  const lines = [`${verb}<${bytes}>`, `${verb}<@a.test:${bytes}>`, `${verb}${bytes}`];
  return lines.find((line) => parsePath(line).address === address) ?? null;
}

/** The point as an example: who it is about, and what else some condition asks for. */
export function exampleAt({ asked, values, touched }: Point): Example {
  const { protocol, method, tls } = asked;
  const isMail = method === 'none';
  const shown: Record<string, string | number | boolean> = {};
  for (const [field, value] of values) {
    const isSubject = field === (isMail ? 'rcpt' : 'user');
    const isUsual = !touched.has(field) || (isMail ? field === 'user' : field === 'helo');
    if (value !== null && (isSubject || !isUsual)) shown[field] = value;
  }
  return {
    protocol,
    ...(method === (isMail ? 'none' : 'plain') ? {} : { method }),
    ...shown,
    ...(tls || touched.has('tls') ? { tls } : {}),
  };
}
