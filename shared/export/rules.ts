/** The rules of a lab as the data at the top of the exported service. */
import { printEndpoint, readEndpoint } from '../auth/ip.ts';
import { partsOf, textProblem } from '../auth/match.ts';
import { type Program, programOf } from '../auth/prove-pattern.ts';
import type { Pattern, Rule, RuleBook, Then, When } from '../auth/rule.ts';
import { comment, object, property, quote } from './print.ts';
import { literalOf, readRegex } from './regex.ts';

/** Fields that compare without case. */
const folding = ['protocol', 'method', 'rcpt', 'from', 'helo', 'clientHost'] as const satisfies readonly (keyof When)[];

/** A regular expression that is given as a table, and the rule it stands in. */
export interface Tabled {
  readonly rule: string;
  readonly pattern: string;
}

/** The data, and what is to be told of it. */
export interface Data {
  readonly text: string;
  readonly tabled: readonly Tabled[];
}

/** Prints the conditions and the actions of one rule after the other. */
class Printer {
  readonly tabled: Tabled[] = [];
  /** Tables, declared before the rules: each as `[name, code]`. */
  readonly tables: string[] = [];
  rule = '';

  when(when: When): string {
    const entries = Object.entries(when).flatMap(([field, value]): (readonly [string, string])[] => {
      if (value === undefined) return [];
      if (field === 'not') return [[field, this.when(value)]];
      return [[field, this.value(field, value)]];
    });
    return object(entries);
  }

  private value(field: string, value: boolean | number | string | readonly string[]): string {
    if (typeof value === 'boolean' || typeof value === 'number') return String(value);
    const folds = folding.some((one) => one === field);
    if (!folds && field !== 'user') return this.list(value, quote);
    return this.list(value, (part) => this.pattern(part, folds));
  }

  private list(pattern: Pattern, print: (part: string) => string): string {
    const parts = partsOf(pattern).map(print);
    return typeof pattern === 'string' ? parts.join() : `[${parts.join(', ')}]`;
  }

  private pattern(part: string, folds: boolean): string {
    const written = part.startsWith('/') ? readRegex(part) : null;
    // What is no regular expression matches nothing.
    if (textProblem(part) !== null) return '/(?!)/';
    if (written === null) return quote(part);
    return literalOf(written, folds) ?? this.table(part, folds);
  }

  private table(part: string, folds: boolean): string {
    this.tabled.push({ rule: this.rule, pattern: part });
    const name = `table${this.tabled.length}`;
    const lines = tableOf(programOf(part, folds));
    this.tables.push(
      `/** ${comment(part).replaceAll('*/', '*\\/')} in rule ${comment(quote(this.rule)).replaceAll('*/', '*\\/')}. */`,
    );
    this.tables.push(`const ${name} = ${lines};`);
    return name;
  }
}

/** The arguments of the service's `table`: sets of characters are given once. */
function tableOf({ insts, start, anchored }: Program): string {
  const sets: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (runes: readonly number[]): number => {
    const text = `[${runes.join(', ')}]`;
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, sets.length);
    return sets.push(text) - 1;
  };
  const code = insts.map((inst) => {
    switch (inst.op) {
      case 'rune':
        return `['char', ${numberOf(inst.runes)}, ${inst.next}]`;
      case 'split':
        return `['split', ${inst.next}, ${inst.other}]`;
      case 'where':
        return `['where', ${inst.flags}, ${inst.next}]`;
      default:
        return `['${inst.op}']`;
    }
  });
  return `table(${start}, ${anchored}, [${sets.join(', ')}], [${code.join(', ')}])`;
}

/** An address as the service expects it; what is none stays as it is, and is told of when it is needed. */
function normal(address: string): string {
  const endpoint = readEndpoint(address);
  return endpoint ? printEndpoint(endpoint) : address;
}

function thenText(then: Then, upstreams: RuleBook['upstreams']): string {
  const { route, reject, raw, wait, user, password, delay } = then;
  const entries: (readonly [string, string] | false)[] = [
    route !== undefined && ['route', quote(Object.hasOwn(upstreams, route) ? route : normal(route))],
    reject !== undefined && ['reject', quote(reject)],
    raw !== undefined && ['raw', rawText(raw)],
    wait !== undefined && ['wait', String(wait)],
    user !== undefined && ['user', quote(user)],
    password !== undefined && ['password', quote(password)],
    delay !== undefined && ['delay', String(delay)],
  ];
  return object(entries.filter((entry) => entry !== false));
}

const rawText = ({ status, headers }: NonNullable<Then['raw']>): string =>
  object([
    ['status', String(status)],
    ['headers', object(Object.entries(headers).map(([name, value]) => [name, quote(value)]))],
  ]);

function ruleLines(rule: Rule, number: number, printer: Printer, upstreams: RuleBook['upstreams']): readonly string[] {
  printer.rule = rule.name;
  const off = rule.off ? ['    off: true,'] : [];
  return [
    `  // ${number}. ${comment(rule.name)}`,
    '  {',
    ...off,
    `    when: ${printer.when(rule.when)},`,
    `    then: ${thenText(rule.then, upstreams)},`,
    '  },',
  ];
}

function upstreamLine(name: string, addresses: RuleBook['upstreams'][string]): string {
  const { smtp, imap, pop3 } = addresses;
  const entries = Object.entries({ smtp, imap, pop3 }).flatMap(([protocol, address]) =>
    address === undefined ? [] : [[protocol, quote(normal(address))] as const],
  );
  return `  ${property(name)}: ${object(entries)},`;
}

/** A list or an object over several lines. */
const block = (open: string, lines: readonly string[], close: string): readonly string[] =>
  lines.length === 0 ? [`${open}${close};`] : [open, ...lines, `${close};`];

/** Prints a book as the constants that the service decides by. */
export function dataOf(book: RuleBook): Data {
  const printer = new Printer();
  const upstreams = Object.entries(book.upstreams).map(([name, addresses]) => upstreamLine(name, addresses));
  const accounts = book.accounts.map(({ user, password, upstream }) => {
    const to = upstream === undefined ? [] : [['upstream', quote(upstream)] as const];
    return `  ${object([['user', quote(user)], ['password', quote(password)], ...to])},`;
  });
  const rules = book.rules.flatMap((rule, index) => ruleLines(rule, index + 1, printer, book.upstreams));
  const { tables, tabled } = printer;
  const why = tables.length > 0 ? [...WHY_TABLES, ...tables, ''] : [];
  const lines = [
    '/** Where the mail servers are, IP:PORT for each protocol. nginx takes no host names here. */',
    ...block('const UPSTREAMS = {', upstreams, '}'),
    '',
    '/** Who may log in. With accounts here, every other login is refused before the rules. */',
    ...block('const ACCOUNTS = [', accounts, ']'),
    '',
    ...why,
    '/** The first rule that matches decides. All conditions of a "when" must hold; a list means any of it. */',
    ...block('const RULES = [', rules, ']'),
    '',
    '/** What is done when no rule matches. */',
    `const OTHERWISE = ${thenText(book.otherwise, book.upstreams)};`,
  ];
  return { text: lines.join('\n'), tabled };
}

const WHY_TABLES = [
  '// Regular expressions that RegExp would read otherwise than the lab does, or on which it could hang, are tables of',
  '// what comes next: ["char", set, next], ["split", next, other], ["where", conditions, next], ["match"].',
];
