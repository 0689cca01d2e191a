/** What a rule does, made into the auth service's answer. */
import type { Bytes, Protocol } from '../machine/machine.ts';
import type { Login } from './accounts.ts';
import { hidesPassword } from './accounts.ts';
import type { Answer } from './answer.ts';
import { printEndpoint, readEndpoint } from './ip.ts';
import type { Lookup } from './lookup.ts';
import type { Header } from './request.ts';
import type { RuleBook, Then } from './rule.ts';
import { encodeUtf8 } from './text.ts';

/** An answer, and the upstream it sends the client to, by name where the lab knows it. */
export interface Outcome {
  readonly answer: Answer;
  readonly upstream: string | null;
}

/** A rejection's text taken apart: `550 5.1.1 no such user` has the code `550 5.1.1`. */
export interface Rejection {
  /** Becomes `Auth-Error-Code`; '' where the text has none. */
  readonly code: string;
  readonly text: string;
}

/** Takes the leading reply code, with its enhanced code (RFC 3463), off a rejection's text. */
export function readRejection(reject: string): Rejection {
  const match = /^([45]\d\d)(?: +([245]\.\d{1,3}\.\d{1,3}))?(?: +|$)/.exec(reject);
  if (!match) return { code: '', text: reject };
  const [all, reply = '', enhanced] = match;
  return { code: enhanced === undefined ? reply : `${reply} ${enhanced}`, text: reject.slice(all.length) };
}

/** What a rule says to do, in a few words: `route eng`, `reject 550 5.1.1 no such user`, `raw 500`. */
export function describe(then: Then): string {
  const fault = then.fault === undefined ? '' : `, fault ${then.fault}`;
  if (then.route !== undefined) return `route ${then.route}${fault}`;
  if (then.reject !== undefined) return `reject ${then.reject}${fault}`;
  return `${then.raw ? `raw ${then.raw.status}` : 'nothing'}${fault}`;
}

/** A rejection with a reply code of its own. */
const refuse = (code: string, text: string): Outcome => ({
  answer: {
    status: 200,
    headers: [['Auth-Status', encodeUtf8(text)], ...(code ? [['Auth-Error-Code', code] as const] : [])],
  },
  upstream: null,
});

/** The refusal of rule 0. Without a code nginx's own, 535 5.7.0, is right. */
export const badLogin: Outcome = refuse('', 'Invalid login or password');

/**
 * Whether the answer depends on nothing but the rule and the protocol, so that it can be made once. An account's name
 * and password come from the lookup.
 */
export const isConstant = (then: Then, lookup: Lookup): boolean =>
  then.route !== 'account' && !hidesPassword(lookup.method);

/** The answer that a rule gives to a lookup. */
export function answerOf(then: Then, book: RuleBook, lookup: Lookup, login: Login): Outcome {
  if (then.raw) return rawAnswer(then.raw, book);
  if (then.reject !== undefined) {
    const { code, text } = readRejection(then.reject);
    const { answer } = refuse(code, text);
    return { answer: { ...answer, headers: [...answer.headers, ...extras(then)] }, upstream: null };
  }
  return routed(then, book, lookup, login);
}

function rawAnswer(raw: NonNullable<Then['raw']>, book: RuleBook): Outcome {
  const headers: readonly Header[] = Object.entries(raw.headers).map(([name, value]) => [name, encodeUtf8(value)]);
  const find = (wanted: string): string => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const server = find('auth-server');
  const address = server.includes(':') ? `[${server}]:${find('auth-port')}` : `${server}:${find('auth-port')}`;
  return { answer: { status: raw.status, headers }, upstream: upstreamAt(book, address) };
}

function routed(then: Then, book: RuleBook, lookup: Lookup, login: Login): Outcome {
  const name = then.route === 'account' ? login.account?.upstream : then.route;
  if (name === undefined) return refuse('451 4.3.5', 'the rule routes by account, and there is none for this lookup');
  const addresses = Object.hasOwn(book.upstreams, name) ? book.upstreams[name] : undefined;
  const address = addresses ? addresses[lookup.protocol] : name;
  if (address === undefined) return refuse('451 4.3.5', `upstream ${name} has no ${lookup.protocol} address`);
  const endpoint = readEndpoint(address);
  if (!endpoint) return refuse('451 4.3.5', `there is no upstream ${name}`);
  const headers: Header[] = [
    ['Auth-Status', 'OK'],
    ['Auth-Server', endpoint.address],
    ['Auth-Port', String(endpoint.port)],
    ...extras(then),
  ];
  const clear = clearPassword(then, lookup, login);
  if (clear !== null) headers.push(['Auth-Pass', clear]);
  return { answer: { status: 200, headers }, upstream: addresses ? name : upstreamAt(book, address) };
}

/** The account's password, where the client only proved that it knows it. */
const clearPassword = (then: Then, lookup: Lookup, login: Login): Bytes | null =>
  hidesPassword(lookup.method) && then.password === undefined && login.account
    ? encodeUtf8(login.account.password)
    : null;

/** The headers that any verdict may carry. */
function extras(then: Then): readonly Header[] {
  const headers: Header[] = [];
  if (then.wait !== undefined) headers.push(['Auth-Wait', String(then.wait)]);
  if (then.user !== undefined) headers.push(['Auth-User', encodeUtf8(then.user)]);
  if (then.password !== undefined) headers.push(['Auth-Pass', encodeUtf8(then.password)]);
  return headers;
}

const protocols: readonly Protocol[] = ['smtp', 'imap', 'pop3'];

/** The upstream that listens at `IP:PORT`, by name. */
function upstreamAt(book: RuleBook, address: string): string | null {
  const wanted = readEndpoint(address);
  if (!wanted) return null;
  const text = printEndpoint(wanted);
  for (const [name, addresses] of Object.entries(book.upstreams)) {
    const own = protocols.some((protocol) => {
      const endpoint = readEndpoint(addresses[protocol] ?? '');
      return endpoint !== null && printEndpoint(endpoint) === text;
    });
    if (own) return name;
  }
  return null;
}
