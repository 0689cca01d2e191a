/** The two questions of a `resolver`: what an address is called, and which addresses a name has. */
import type { Resolver } from '../../shared/nginx/mail.ts';
import { readAddress, type Words } from '../../shared/wire/ip.ts';
import { ask } from './exchange.ts';
import { Memory, type Outcome } from './memory.ts';
import { canBeAsked, type Question, type Reply } from './messages.ts';

/** RCODE: no such name, and also what nginx says of an answer without records. */
export const NOT_FOUND = 3;

/** How many aliases are followed (NGX_RESOLVER_MAX_RECURSION). */
const ALIASES_MAX = 50;

/** Addresses, or the name that has them. */
type Forward = { readonly addresses: readonly Words[] } | { readonly alias: string };

type Done<T> = (outcome: Outcome<T>) => void;

/** Whoever is asked by one `resolver` directive, and what it said so far. */
export class Lookups {
  readonly #resolver: Resolver;
  readonly #names: Memory<string>;
  readonly #addresses: Memory<Forward>;
  #next = 0;

  constructor(resolver: Resolver) {
    const validS = Math.floor((resolver.validMs ?? 0) / 1000);
    this.#resolver = resolver;
    this.#names = new Memory(validS);
    this.#addresses = new Memory(validS);
  }

  /** The name of an address, in lower case. `done` may be called before this returns, and is called once. */
  nameOf(address: Words, done: Done<string>): () => void {
    const name = reverseName(address);
    return this.#names.get(name, (found) => this.#askName({ name, type: 'PTR' }, found), done);
  }

  /** The addresses of a name. `done` may be called before this returns, and is called once. */
  addressesOf(name: string, done: Done<readonly Words[]>): () => void {
    let stop: () => void = () => undefined;
    const follow = (wanted: string, left: number): void => {
      const judge = (outcome: Outcome<Forward>): void => {
        if ('code' in outcome) done(outcome);
        else if ('addresses' in outcome.value) done({ value: outcome.value.addresses, ttl: outcome.ttl });
        else follow(outcome.value.alias, left - 1);
      };
      if (left < 0 || !canBeAsked(wanted)) done({ code: NOT_FOUND });
      else stop = this.#addresses.get(wanted, (found) => this.#askAddresses(wanted, found), judge);
    };
    follow(name.toLowerCase().replace(/\.$/, ''), ALIASES_MAX);
    return () => stop();
  }

  /** Each question begins with the next server. */
  #turn(): number {
    const first = this.#next;
    this.#next = (first + 1) % Math.max(this.#resolver.servers.length, 1);
    return first;
  }

  #askName(question: Question, done: Done<string>): () => void {
    const { servers } = this.#resolver;
    const onReply = (reply: Reply): boolean => {
      const code = reply.code || (reply.answers.length === 0 ? NOT_FOUND : 0);
      const pointer = reply.answers.find(({ type }) => type === 'PTR');
      if (code) done({ code });
      else if (pointer) done({ value: pointer.data, ttl: pointer.ttl });
      return code !== 0 || pointer !== undefined;
    };
    return ask({ question, servers, first: this.#turn(), takesTruncated: true, onReply });
  }

  #askAddresses(name: string, done: Done<Forward>): () => void {
    const { servers, ipv4, ipv6 } = this.#resolver;
    const first = this.#turn();
    const types = [...(ipv4 ? ['A' as const] : []), ...(ipv6 ? ['AAAA' as const] : [])];
    const gathered = new Gathered(types.length, done);
    const stops = types.map((type) =>
      ask({
        question: { name, type },
        servers,
        first,
        takesTruncated: false,
        onReply: (reply) => {
          gathered.add(type, reply);
          return true;
        },
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }
}

/** The replies to the A and the AAAA question: a failure of one of them is a failure of both. */
class Gathered {
  readonly #done: Done<Forward>;
  readonly #addresses: Words[] = [];
  #pending: number;
  #code = 0;
  #ttl = Number.POSITIVE_INFINITY;

  constructor(pending: number, done: Done<Forward>) {
    this.#pending = pending;
    this.#done = done;
  }

  add(type: 'A' | 'AAAA', reply: Reply): void {
    this.#pending -= 1;
    this.#code = reply.code || this.#code;
    let alias: string | undefined;
    for (const record of reply.answers) {
      this.#ttl = Math.min(this.#ttl, record.ttl);
      const address = record.type === type ? readAddress(record.data) : null;
      if (address) this.#addresses.push(address);
      if (record.type === 'CNAME') alias = record.data;
    }
    if (this.#pending > 0) return;
    if (this.#code) this.#done({ code: this.#code });
    else if (this.#addresses.length > 0) this.#done({ value: { addresses: this.#addresses }, ttl: this.#ttl });
    else if (alias !== undefined) this.#done({ value: { alias }, ttl: this.#ttl });
    else if (reply.answers.length === 0) this.#done({ code: NOT_FOUND });
    // Records of other types alone are no answer: nginx goes on waiting until the time is up.
  }
}

/** The name whose PTR record names the address (RFC 1035 3.5, RFC 3596 2.5). */
function reverseName(words: Words): string {
  if (words.length === 2) {
    const octets = words.flatMap((word) => [word >> 8, word & 255]);
    return `${octets.reverse().join('.')}.in-addr.arpa`;
  }
  const digits = words.map((word) => word.toString(16).padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}
