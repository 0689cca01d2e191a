/** What can be proven of a lab's rules and promises, behind the servers of its configuration, and how it is told. */
import { proveRules, proving, type RuleProof } from '../auth/prove.ts';
import type { Example } from '../auth/prove-lookup.ts';
import { findOverlaps, type Overlap } from '../auth/prove-overlaps.ts';
import { type PromiseProof, provePromises } from '../auth/prove-promises.ts';
import type { Never, RuleBook } from '../auth/rule.ts';
import type { MailConf } from '../nginx/mail.ts';
import type { Path } from './check.ts';
import { placed } from './lint.ts';
import { kindsFor, kindsOf } from './lint-kinds.ts';
import type { Advice } from './lint-raw.ts';
import { BROKEN, type Lint } from './problem.ts';

/** Everything that was proven. */
export interface Proofs {
  /** Each rule in order, and *Otherwise* last. */
  readonly rules: readonly RuleProof[];
  readonly overlaps: readonly Overlap[];
  /** false: there may be more overlaps; to look at all pairs would take too long. */
  readonly complete: boolean;
  readonly promises: readonly PromiseProof[];
}

/** What proofs are about. */
export interface Provable {
  readonly book: RuleBook;
  readonly never: readonly Never[];
  /** Names of upstreams that the lab does not play itself. */
  readonly external: readonly string[];
  readonly conf: MailConf;
}

/** Proves all of it. To be run in steps: with a thousand rules it takes a second or so. */
export function* prove({ book, never, external, conf }: Provable): Generator<void, Proofs> {
  // Examples should be what people meet: recipients first, and logins that clients are told of.
  const all = [...kindsOf(conf)].sort((a, b) => rankOf(a) - rankOf(b));
  const kinds = all.map(({ shown: _, ...kind }) => kind);
  const different = [...new Map(kinds.map((kind) => [JSON.stringify(kind), kind])).values()];
  const unix = conf.servers.some(({ listens }) => listens.some((listen) => listen.unix !== undefined));
  const proof = proving(book, different, unix);
  // Promises come first: what they may cost is not to be used up by the rest.
  const promises = yield* provePromises(proof, never, new Set(external));
  const rules = yield* proveRules(proof);
  const { overlaps, complete } = yield* findOverlaps(proof, rules);
  return { rules, overlaps, complete, promises };
}

const rankOf = ({ method, shown }: ReturnType<typeof kindsOf>[number]): number =>
  (method === 'none' ? 0 : 2) + (shown ? 0 : 1);

/** What is wrong according to the proofs, each with its place in the lab file. */
export function lintProofs(proofs: Proofs, provable: Provable, text: string): readonly Lint[] {
  const { book, never, conf } = provable;
  const nameOf = (rule: number): string => `"${book.rules[rule - 1]?.name ?? ''}"`;
  const asked = kindsOf(conf);
  const found: (readonly [Path, Advice])[] = [];
  for (const proof of proofs.rules) {
    const rule = proof.rule === null ? undefined : book.rules[proof.rule - 1];
    // What the configuration never asks is told in greater detail by the lints of kinds.
    if (proof.rule === null || rule === undefined || kindsFor(rule.when, asked).never !== null) continue;
    const advice = ruleAdvice(proof, nameOf(proof.rule), nameOf);
    if (advice) found.push([['auth', 'rules', proof.rule - 1, 'name'], advice]);
  }
  for (const overlap of proofs.overlaps) {
    found.push([['auth', 'rules', overlap.second - 1, 'name'], overlapAdvice(overlap, nameOf)]);
  }
  for (const proof of proofs.promises) {
    const advice = promiseAdvice(proof, never[proof.promise]);
    if (advice) found.push([['never', proof.promise], advice]);
  }
  return found.length === 0 ? [] : placed(found, text);
}

function ruleAdvice({ state, by, example }: RuleProof, name: string, nameOf: (rule: number) => string): Advice | null {
  const never = `rule ${name} is never reached`;
  if (state === 'impossible') {
    return { id: 'P2', message: `${never}: no lookup can have all that its conditions ask for; change one of them` };
  }
  if (state === 'unasked') {
    const message = `${never}: no server of the proxy asks anything that it would match, such as ${textOf(example)}`;
    return { id: 'P2', message };
  }
  if (state !== 'shadowed') return null;
  const such = `everything that it would match, for example ${textOf(example)}`;
  if (by.includes(0)) {
    return { id: 'P1', message: `${never}: the accounts (rule 0) refuse ${such}` };
  }
  const takers = by.length === 1 ? `rule ${nameOf(by[0] ?? 0)} takes` : `rules ${listed(by.map(nameOf))} together take`;
  return { id: 'P1', message: `${never}: ${takers} ${such}; move it up, or delete it` };
}

/** Names that are told one by one. */
const NAMES_MAX = 4;

function listed(names: readonly string[]): string {
  const shown =
    names.length > NAMES_MAX ? [...names.slice(0, NAMES_MAX - 1), `${names.length - NAMES_MAX + 1} more`] : names;
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function overlapAdvice({ first, second, example }: Overlap, nameOf: (rule: number) => string): Advice {
  const message = `rule ${nameOf(second)} overlaps with rule ${nameOf(first)}, which comes first and decides what both match, for example ${textOf(example)}; their order matters`;
  return { id: 'P3', message, severity: 'note' };
}

function promiseAdvice({ promise, state, example, goes, rule }: PromiseProof, never: Never | undefined): Advice | null {
  const name = never?.name === undefined ? `promise ${promise + 1}` : `promise "${never.name}"`;
  switch (state) {
    case 'broken':
      return { id: BROKEN, message: `${name} is broken: ${textOf(example)} goes to ${goes} (rule "${rule}")` };
    case 'empty':
      return { id: 'P5', message: `${name} says nothing: no server of the proxy asks anything like that` };
    case 'unproven':
      return {
        id: 'P6',
        message: `whether ${name} holds is not proven: nothing that breaks it was found, but to try everything would take too long; write simpler patterns`,
        severity: 'note',
      };
    default:
      return null;
  }
}

/** `bob@eng.abc.com`, with whatever else matters: `(client 10.0.0.1, attempt 2)`. */
function textOf(example: Example | null): string {
  if (example === null) return 'any';
  const { protocol, rcpt, user, ...rest } = example;
  const isMail = rcpt !== undefined;
  const who = isMail ? `${rcpt}` : `user ${user === '' ? '""' : user}`;
  const more = [
    ...(protocol === 'smtp' ? [] : [String(protocol).toUpperCase()]),
    ...Object.entries(rest).map(([field, value]) => `${words[field] ?? field} ${value === '' ? '""' : value}`),
  ];
  return more.length === 0 ? who : `${who} (${more.join(', ')})`;
}

const words: Readonly<Record<string, string>> = { clientHost: 'client host', tls: 'TLS', helo: 'HELO' };
