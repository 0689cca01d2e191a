/** What nginx can ask at all: which values the fields of a lookup can have together. */
import type { Method, Protocol } from '../machine/machine.ts';
import { printAddress, type Words } from '../wire/ip.ts';
import { readNetwork } from './ip.ts';
import type { Condition, Field, Value } from './prove-clause.ts';
import { type Effort, rankOf, type Shape, shapes, shortestOf, wordsOf } from './prove-words.ts';
import type { RuleBook, Then } from './rule.ts';

/** One kind of lookup that the servers of a configuration ask. */
export interface Kind {
  readonly protocol: Protocol;
  readonly method: Method;
  readonly tls: boolean;
  /** Whether `Client-Host` may be a name; otherwise it is `[UNAVAILABLE]`, or missing. */
  readonly named: boolean;
}

/** A kind, and who may be logging in. */
export interface Asked extends Kind {
  readonly password: 'valid' | 'invalid' | 'none';
  /** none: it is no login. */
  readonly users: 'none' | 'accounts' | 'any';
}

/** All lookups that a proof is about. */
export interface Space {
  readonly asked: readonly Asked[];
  readonly accounts: readonly string[];
  /** Users that a lookup without a login can still have: nginx keeps an `Auth-User` while a refused client stays. */
  readonly renamed: readonly string[];
  /** Whether some client can come over a unix socket. */
  readonly unix: boolean;
  /** Shared by all proofs in it. */
  readonly effort: Effort;
}

/** Some ten times what a thousand rules with a regular expression each take; a few seconds of work. */
const EFFORT = 400_000;

/**
 * The lookups of these kinds. `refused`: also those that rule 0 would refuse, so that it can be told what would be if
 * there were no such rule.
 */
export function spaceOf(book: RuleBook, kinds: readonly Kind[], unix: boolean, refused = false): Space {
  const accounts = book.accounts.map(({ user }) => user);
  const loginsOf = ({ method }: Kind): readonly Pick<Asked, 'password' | 'users'>[] => {
    if (method === 'none') return [{ password: 'none', users: 'none' }];
    const proven = method === 'external' ? 'none' : 'valid';
    const any = { password: method === 'external' ? 'none' : 'invalid', users: 'any' } as const;
    if (accounts.length === 0) return [any];
    return [{ password: proven, users: 'accounts' }, ...(refused ? [any] : [])];
  };
  const asked = kinds.flatMap((kind) => loginsOf(kind).map((login) => ({ ...kind, ...login })));
  return { asked, accounts, renamed: renamedBy(book), unix, effort: { left: EFFORT } };
}

/** Users that answers give to clients who may ask again: refused with a wait, or answered word for word. */
function renamedBy({ rules, otherwise }: RuleBook): readonly string[] {
  const userOf = ({ reject, wait = 0, user, raw }: Then): readonly string[] => {
    if (raw) return Object.entries(raw.headers).flatMap(([name, value]) => (/^auth-user$/i.test(name) ? [value] : []));
    return reject !== undefined && wait > 0 && user !== undefined ? [user] : [];
  };
  const thens = [...rules.filter(({ off }) => off !== true).map(({ then }) => then), otherwise];
  return [...new Set(thens.flatMap(userOf))];
}

/** A value of a field, and which of the conditions on the field hold for it. */
export interface Option {
  readonly value: Value;
  readonly holds: readonly boolean[];
}

/** A condition that a proof looks at; `must`: it has to hold. */
export interface Wanted {
  readonly condition: Condition;
  readonly must: boolean;
}

/** Fields that are chosen one by one; the others come with the kind of lookup. */
export const chosen = ['rcpt', 'from', 'helo', 'user', 'clientHost', 'client', 'attempt'] as const satisfies Field[];
export type Chosen = (typeof chosen)[number];

/** What a field holds where no condition asks for anything else. */
const usual = {
  rcpt: 'user@example.com',
  from: 'sender@example.com',
  helo: 'client.example.com',
  user: 'user@example.com',
  clientHost: 'client.example.com',
} as const;

/** The host names that nginx gives where it has none. */
const hostless = ['[unavailable]', '[tempunavail]'];

/**
 * The values of a field in lookups of this kind that are kept, one for every way in which the conditions can come out.
 * `exact`: all of them; otherwise a few that are easily guessed.
 */
export function optionsOf(
  field: Chosen,
  asked: Asked,
  space: Space,
  wanted: readonly Wanted[],
  exact: boolean,
  keep?: (value: Value) => boolean,
): readonly Option[] {
  const all = valuesOf(field, asked, space, wanted, exact);
  const values = keep ? all.filter(keep) : all;
  const options = new Map<string, Option>();
  for (const value of values) {
    const holds = wanted.map(({ condition }) => condition.holds(value));
    const key = holds.map(Number).join('');
    if (!options.has(key)) options.set(key, { value, holds });
  }
  return [...options.values()];
}

function valuesOf(
  field: Chosen,
  { method, protocol, named, users }: Asked,
  space: Space,
  wanted: readonly Wanted[],
  exact: boolean,
): readonly Value[] {
  const isMail = method === 'none';
  switch (field) {
    case 'rcpt':
    case 'from':
      return isMail ? texts(shapes.address, usual[field], wanted, space, exact) : [null];
    case 'helo':
      return isMail ? texts(shapes.host, usual.helo, wanted, space, exact) : [''];
    case 'user':
      if (users === 'none') return ['', ...space.renamed];
      return users === 'accounts' ? space.accounts : texts(shapes.user, usual.user, wanted, space, exact);
    case 'clientHost':
      if (protocol !== 'smtp') return [''];
      return named
        ? [...hostless, ...texts(shapes.host, usual.clientHost, wanted, space, exact)]
        : hostless.slice(0, 1);
    case 'client':
      return clients(wanted, space.unix);
    default:
      return attempts(wanted);
  }
}

/** Texts of a shape: those that need no search, and with `exact` all that the conditions can tell apart. */
function texts(
  shape: Shape,
  usually: string,
  wanted: readonly Wanted[],
  { effort }: Space,
  exact: boolean,
): readonly string[] {
  const needed = wanted.filter(({ must }) => must).map(({ condition }) => condition);
  const guesses = [...wanted.flatMap(({ condition }) => condition.guesses), ...around(shape, needed, effort)];
  const liked = guesses.filter((text) => isLiked(shape, text));
  const easy = [...new Set([usually, ...liked])];
  if (!exact || wanted.length === 0) return easy;
  const together = needed.map((condition) => condition.automaton());
  if (together.length > 1 && shortestOf(shape, together, effort) === null) return [];
  const automata = wanted.map(({ condition }) => condition.automaton());
  const musts = wanted.map(({ must }) => must);
  return [...easy, ...wordsOf(shape, automata, musts, effort).map(({ text }) => text)];
}

/** A regular expression is mostly about one end of an address. */
function around(shape: Shape, needed: readonly Condition[], effort: Effort): readonly string[] {
  const [first] = needed.filter(({ parts }) => parts.some((part) => part.startsWith('/')));
  const text = first && shortestOf(shape, [first.automaton()], effort);
  return text ? [text, `user${text}`, `${text}@example.com`, `user@${text}`] : [];
}

/** A guess that looks odd is worth a search for something better. */
function isLiked(shape: Shape, text: string): boolean {
  const rank = rankOf(shape, text);
  return rank !== null && rank < shape.liked.length;
}

/** Attempts at which some range begins, and those behind its end. */
function attempts(wanted: readonly Wanted[]): readonly number[] {
  const edges = wanted.flatMap(({ condition: { range } }) => (range === null ? [] : [range.from, range.to + 1]));
  return [1, ...edges.filter(Number.isFinite)];
}

const toNumber = (words: Words): bigint => words.reduce((sum, word) => sum * 0x10000n + BigInt(word), 0n);
const toWords = (number: bigint, length: number): Words =>
  Array.from({ length }, (_, i) => Number((number >> BigInt(16 * (length - 1 - i))) & 0xffffn));

/** `::ffff:0:0`, under which IPv4 addresses are written as IPv6. */
const MAPPED = 0xffff00000000n;

/**
 * Addresses on both sides of every edge of the networks. Between two edges no condition can tell addresses apart, so
 * that these are enough; those inside a network come first.
 */
function clients(wanted: readonly Wanted[], unix: boolean): readonly string[] {
  const parts = wanted.flatMap(({ condition }) => condition.parts);
  if (parts.length === 0) return ['127.0.0.1'];
  const four = new Set<bigint>([0n]);
  const six = new Set<bigint>([0n, MAPPED, MAPPED + (1n << 32n)]);
  const usually: string[] = [];
  for (const part of parts) {
    const network = readNetwork(part);
    if (network === null) continue;
    const size = network.words.length * 16;
    const rest = BigInt(size - network.bits);
    const from = (toNumber(network.words) >> rest) << rest;
    const after = from + (1n << rest);
    if (rest > 1n) usually.push(printAddress(toWords(from + 1n, network.words.length)));
    const edges = after >> BigInt(size) === 0n ? [from, after] : [from];
    for (const edge of edges) {
      if (size === 32) four.add(edge);
      six.add(size === 32 ? edge + MAPPED : edge);
    }
  }
  const all = [
    ...Array.from(four, (number) => toWords(number, 2)),
    ...Array.from(six, (number) => toWords(number, 8)),
  ].map(printAddress);
  return ['127.0.0.1', ...usually, ...all, ...(unix && parts.includes('unix:') ? ['unix:'] : [])];
}
