/**
 * Proofs about rules: an example of what each decides, or why it never decides anything.
 *
 * They are about every lookup that nginx can ask by some kinds, with texts of at most 4096 characters, which is nginx's
 * own limit for a line unless configured otherwise. That a rule is reached is shown by a lookup that the rules
 * themselves were asked about; that it is not, by a search through all values that some condition can tell apart. Where
 * that would take more than named limits allow, nothing is claimed.
 */
import type { Method, Protocol } from '../machine/machine.ts';
import { checkLogin } from './accounts.ts';
import { compileWhen, type Finding, type Subject, subjectOf } from './conditions.ts';
import type { Lookup } from './lookup.ts';
import { Beyond } from './prove-automaton.ts';
import { type Clause, clauseOf } from './prove-clause.ts';
import { find, type Point, type Query } from './prove-find.ts';
import { type Example, exampleAt, lookupAt } from './prove-lookup.ts';
import { type Kind, type Space, spaceOf } from './prove-space.ts';
import type { Rule, RuleBook } from './rule.ts';

/** What is known of a rule. */
export interface RuleProof {
  /** From 1; null for *Otherwise*. */
  readonly rule: number | null;
  /**
   * reached: `example` is decided by it · shadowed: the rules of `by` take all that it matches, such as `example` ·
   * unasked: nginx, configured as it is, asks nothing that it matches, such as `example` · impossible: its conditions
   * contradict each other · off · unproven: to find out would take too long.
   */
  readonly state: 'reached' | 'shadowed' | 'unasked' | 'impossible' | 'off' | 'unproven';
  readonly example: Example | null;
  /** Numbers of rules; 0 stands for the accounts. */
  readonly by: readonly number[];
}

/** The rules that proofs are about, made ready once. */
export interface Proving {
  readonly book: RuleBook;
  readonly space: Space;
  readonly clauses: readonly Clause[];
  /** Which rule decides: its index, the number of rules for *Otherwise*, -1 for the accounts. */
  decider(lookup: Lookup): number;
}

/** Makes rules ready for proofs, behind servers that ask these kinds; `unix`: one listens on a unix socket. */
export function proving(book: RuleBook, kinds: readonly Kind[], unix: boolean): Proving {
  const tests = book.rules.map(({ when, off }) => (off === true ? null : compileWhen(when)));
  return {
    book,
    space: spaceOf(book, kinds.length > 0 ? kinds : everyKind, unix),
    clauses: book.rules.map(({ when }) => clauseOf(when)),
    decider: (lookup) => deciderOf(book, tests, lookup),
  };
}

type Test = (subject: Subject) => Finding;

function deciderOf(book: RuleBook, tests: readonly (Test | null)[], lookup: Lookup): number {
  const login = checkLogin(book, lookup);
  const isUnknown = login.account === null || login.password === 'invalid';
  if (book.accounts.length > 0 && lookup.method !== 'none' && isUnknown) return -1;
  const subject = subjectOf(lookup, login);
  const index = tests.findIndex((test) => test?.(subject).held === true);
  return index < 0 ? tests.length : index;
}

const protocols: readonly Protocol[] = ['smtp', 'imap', 'pop3'];
const methods: Readonly<Record<Protocol, readonly Method[]>> = {
  smtp: ['none', 'plain', 'cram-md5', 'external'],
  imap: ['plain', 'cram-md5', 'external'],
  pop3: ['plain', 'apop', 'cram-md5', 'external'],
};

/** Every kind of lookup that nginx knows. */
const everyKind: readonly Kind[] = protocols.flatMap((protocol) =>
  methods[protocol].flatMap((method) =>
    [false, true].map((tls) => ({ protocol, method, tls, named: protocol === 'smtp' })),
  ),
);

/** How a search for a lookup that one rule decides ended. */
export type Settled =
  | { readonly type: 'found'; readonly point: Point; readonly lookup: Lookup }
  /** There is none: the rules of `by` take whatever there is, one of them `taken`; null: there is nothing. */
  | { readonly type: 'none'; readonly by: readonly number[]; readonly taken: Point | null }
  | { readonly type: 'unproven' };

/** A rule that is kept from deciding by more rules than this is not looked into further. */
const BLAMED_MAX = 48;

/**
 * Looks for a lookup that the targets hold for and that the rule of this index decides. It begins as if there were no
 * other rules; each one that takes what was found is then kept out of the search, until nothing is left or something is
 * found that no rule takes before.
 */
export function settle(
  { book, space, clauses, decider }: Proving,
  rule: number,
  targets: readonly Clause[],
  admits?: Query['admits'],
): Settled {
  const blamed: number[] = [];
  const taken = new Map<number, Point>();
  const search = (others: readonly number[]): Point | null => {
    const query = { targets, others: others.flatMap((index) => clauses[index] ?? []), ...(admits && { admits }) };
    return find(query, space, false) ?? find(query, space, true);
  };
  try {
    while (blamed.length <= BLAMED_MAX) {
      const point = search(blamed);
      if (point === null) {
        const by = needed(blamed, search);
        return { type: 'none', by, taken: taken.get(by[0] ?? -1) ?? null };
      }
      const lookup = lookupAt(point, book.accounts);
      const winner = lookup && decider(lookup);
      if (lookup && winner === rule) return { type: 'found', point, lookup };
      // What the rules themselves see otherwise than the search did is no ground for a claim.
      if (winner === null || winner < 0 || winner > rule || blamed.includes(winner)) return { type: 'unproven' };
      taken.set(winner, point);
      blamed.push(winner);
    }
  } catch (error) {
    if (!(error instanceof Beyond)) throw error;
  }
  return { type: 'unproven' };
}

/** Leaves out those without which there is still nothing to be found. */
function needed(blamed: readonly number[], search: (others: readonly number[]) => Point | null): readonly number[] {
  let left = blamed;
  for (const one of blamed) {
    const fewer = left.filter((index) => index !== one);
    if (left.length > 1 && isNothing(search, fewer)) left = fewer;
  }
  return [...left].sort((a, b) => a - b);
}

function isNothing(search: (others: readonly number[]) => Point | null, others: readonly number[]): boolean {
  try {
    return search(others) === null;
  } catch (error) {
    if (error instanceof Beyond) return false;
    throw error;
  }
}

/** Proves every rule in turn and *Otherwise* last. To be run in steps: with a thousand rules it takes a while. */
export function* proveRules(proof: Proving): Generator<void, readonly RuleProof[]> {
  const proofs: RuleProof[] = [];
  for (const [index, rule] of proof.book.rules.entries()) {
    proofs.push(proveRule(proof, rule, index));
    yield;
  }
  const settled = settle(proof, proof.book.rules.length, []);
  proofs.push({ rule: null, ...wordless(settled) });
  return proofs;
}

function proveRule(proof: Proving, rule: Rule, index: number): RuleProof {
  const number = index + 1;
  if (rule.off === true) return { rule: number, state: 'off', example: null, by: [] };
  const clause = proof.clauses[index];
  const settled = settle(proof, index, clause ? [clause] : []);
  if (settled.type !== 'none' || settled.taken !== null) return { rule: number, ...wordless(settled) };
  return { rule: number, ...unmatched(proof, clause ? [clause] : []) };
}

/** What a search came to, without words. */
function wordless(settled: Settled): Omit<RuleProof, 'rule'> {
  switch (settled.type) {
    case 'found':
      return { state: 'reached', example: exampleAt(settled.point), by: [] };
    case 'none': {
      const example = settled.taken && exampleAt(settled.taken);
      return { state: 'shadowed', example, by: settled.by.map((one) => one + 1) };
    }
    default:
      return { state: 'unproven', example: null, by: [] };
  }
}

/** Why a rule matches nothing that is asked: rule 0 comes first, or nobody asks, or nobody ever could. */
function unmatched({ book, space }: Proving, targets: readonly Clause[]): Omit<RuleProof, 'rule'> {
  const within = (wider: Space): Example | null => {
    const point = find({ targets, others: [] }, wider, true);
    return point && exampleAt(point);
  };
  try {
    const refused = book.accounts.length > 0 ? within(spaceOf(book, space.asked, space.unix, true)) : null;
    if (refused) return { state: 'shadowed', example: refused, by: [0] };
    const unasked = within(spaceOf(book, everyKind, true, true));
    return { state: unasked ? 'unasked' : 'impossible', example: unasked, by: [] };
  } catch (error) {
    if (!(error instanceof Beyond)) throw error;
    return { state: 'unproven', example: null, by: [] };
  }
}
