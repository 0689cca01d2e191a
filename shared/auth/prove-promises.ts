/** Promises of the lab file (`never`): no lookup of some kind may be sent to some place. */
import type { Trail } from '../journal/entry.ts';
import { checkLogin, type Login } from './accounts.ts';
import { decodeAnswer, encodeAnswer } from './answer.ts';
import { decide } from './decide.ts';
import { printEndpoint, readEndpoint } from './ip.ts';
import type { Lookup } from './lookup.ts';
import { type Proving, settle } from './prove.ts';
import { Beyond } from './prove-automaton.ts';
import { type Clause, clauseOf } from './prove-clause.ts';
import { find } from './prove-find.ts';
import { type Example, exampleAt } from './prove-lookup.ts';
import type { Asked } from './prove-space.ts';
import type { Never, RuleBook, Then } from './rule.ts';
import { answerOf } from './then.ts';

/** What became of a promise. */
export interface PromiseProof {
  /** Its index in the lab file. */
  readonly promise: number;
  /**
   * kept: no lookup breaks it · broken: `example` does · empty: nothing that nginx asks is like that · unproven: to find
   * out would take too long.
   */
  readonly state: 'kept' | 'broken' | 'empty' | 'unproven';
  readonly example: Example | null;
  /** Where the example really goes: `IP:PORT`. */
  readonly goes: string | null;
  /** The name of what sends it there: a rule's, or `otherwise`. */
  readonly rule: string | null;
  readonly trail: Trail;
}

const unbroken = { example: null, goes: null, rule: null, trail: [] } as const;

/** Proves the promises in turn. `external`: the names of upstreams that are not the lab's own. To be run in steps. */
export function* provePromises(
  proof: Proving,
  promises: readonly Never[],
  external: ReadonlySet<string>,
): Generator<void, readonly PromiseProof[]> {
  const proofs: PromiseProof[] = [];
  for (const [promise, never] of promises.entries()) {
    proofs.push({ promise, ...(yield* provePromise(proof, never, external)) });
  }
  return proofs;
}

type Outcome = Omit<PromiseProof, 'promise'>;

function* provePromise(proof: Proving, never: Never, external: ReadonlySet<string>): Generator<void, Outcome> {
  const { book, clauses, space } = proof;
  const { name: _, route, ...when } = never;
  const about = clauseOf(when);
  let isProven = true;
  for (const [index, then] of [...book.rules.map((rule) => rule.then), book.otherwise].entries()) {
    yield;
    if (book.rules[index]?.off === true) continue;
    const breaks = breaker(book, then, route, external);
    if (!space.asked.some((asked) => breaks.ever(asked))) continue;
    const clause: readonly Clause[] = clauses[index] ? [clauses[index]] : [];
    const settled = settle(proof, index, [about, ...clause], breaks.admits);
    if (settled.type === 'found') {
      const { rule, trail } = decide(book, settled.lookup);
      const goes = placeOf(then, book, settled.lookup, checkLogin(book, settled.lookup));
      return { state: 'broken', example: exampleAt(settled.point), goes: goes && printEndpoint(goes), rule, trail };
    }
    if (settled.type === 'unproven') isProven = false;
  }
  if (!isProven) return { state: 'unproven', ...unbroken };
  return { state: isEmpty(proof, about) ? 'empty' : 'kept', ...unbroken };
}

function isEmpty({ space }: Proving, about: Clause): boolean {
  try {
    return find({ targets: [about], others: [] }, space, true) === null;
  } catch (error) {
    if (error instanceof Beyond) return false;
    throw error;
  }
}

/** Which lookups a rule would send to a forbidden place. */
interface Breaker {
  ever(asked: Asked): boolean;
  admits(asked: Asked, user: string): boolean;
}

function breaker(book: RuleBook, then: Then, route: string, external: ReadonlySet<string>): Breaker {
  const accounts = new Map(book.accounts.map((account) => [account.user, account]));
  const known = new Map<string, boolean>();
  const admits = (asked: Asked, user: string): boolean => {
    const account = accounts.get(user) ?? null;
    const key = `${asked.protocol} ${asked.method} ${account?.upstream ?? ''} ${account === null}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const { protocol, method, password } = asked;
    const lookup = { method, protocol, user: '', password: '', attempt: 1, clientIp: '', headers: [] } as const;
    const place = placeOf(then, book, lookup, { password, account });
    const breaks = place !== null && isAt(place, route, external);
    known.set(key, breaks);
    return breaks;
  };
  const users = ['', ...accounts.keys()];
  return { admits, ever: (asked) => users.some((user) => admits(asked, user)) };
}

interface Place {
  readonly address: string;
  readonly port: number;
  readonly upstream: string | null;
}

/** Where nginx would go with the answer that a rule gives; null where it goes nowhere. */
function placeOf(then: Then, book: RuleBook, lookup: Lookup, login: Login): Place | null {
  const { answer, upstream } = answerOf(then, book, lookup, login);
  const about = { protocol: lookup.protocol, passwordKnown: lookup.method === 'plain' };
  const verdict = decodeAnswer(encodeAnswer(answer), about);
  return verdict.type === 'route' ? { address: verdict.server, port: verdict.port, upstream } : null;
}

/** Whether a place is the one that is named: an upstream, `IP:PORT`, or `external`. */
function isAt(place: Place, route: string, external: ReadonlySet<string>): boolean {
  if (route === 'external') return place.upstream === null || external.has(place.upstream);
  const endpoint = readEndpoint(route);
  return endpoint === null ? place.upstream === route : printEndpoint(endpoint) === printEndpoint(place);
}
