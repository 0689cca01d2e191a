/** Reads a lab file: YAML, shape and meaning, with every problem at once. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';
import { checkLab, type Path, type Report as Tell } from './check.ts';
import type { Lab } from './lab.ts';
import { suggestion } from './near.ts';
import { offsetOf, placeAt } from './place.ts';
import type { Problem } from './problem.ts';
import { type LabFile, labSchema, proxySchema } from './schema.ts';
import { KNOWN_KEYS } from './shape.ts';
import type { LabTest } from './tests.ts';
import { checkTests } from './tests-check.ts';
import type { TestFile } from './tests-schema.ts';
import { plainAddress, readUpstream } from './upstream.ts';

/** A lab file is read by people; larger ones are refused. */
const TEXT_MAX = 5_000_000;

/** Aliases of a file; a person writes a handful, and each costs time in proportion to all others. */
const ALIASES_MAX = 1000;

/** Unknown keys of one place that are told one by one. */
const UNKNOWN_MAX = 100;

/** What reading gave: a lab, unless one of the problems is an error. */
export interface LabRead {
  readonly lab: Lab | null;
  readonly problems: readonly Problem[];
  /** The configuration, as soon as it can be found: so that its problems are told together with the file's own. */
  readonly proxy: Lab['proxy'] | null;
}

/** Collects problems of one file. */
interface Report {
  lineOf(offset: number): number;
  at(offset: number, message: string, severity?: 'error' | 'warning', id?: string): void;
}

/**
 * Reads the text of a lab file; `file` is the name its problems carry. The proxy's own text is not looked at: the caller
 * checks it with `readMail`, and finds its place in the file through `lab.proxy.line`.
 */
export function readLab(text: string, { file }: { readonly file: string }): LabRead {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const report: Report = {
    lineOf: (offset) => Math.max(lines.linePos(offset).line, 1),
    at(offset, message, severity = 'error', id) {
      const { line, col } = lines.linePos(offset);
      const named = id === undefined ? {} : { id };
      problems.push({ severity, message, file, line: Math.max(line, 1), column: Math.max(col, 1), ...named });
    },
  };
  if (text.length > TEXT_MAX) {
    report.at(0, `the file is larger than ${TEXT_MAX / 1_000_000} MB; expected a lab file`);
    return { lab: null, problems, proxy: null };
  }
  // Keys are compared here: the parser would hold each against every other.
  const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  const value = plainValue(document, text, report);
  const lab = value === undefined ? null : readValue(document, value, report);
  const proxy = isProxy(value) ? proxyOf(document, value.proxy, report) : null;
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { lab: problems.some(({ severity }) => severity === 'error') ? null : lab, problems, proxy };
}

/** The document as plain data; undefined where YAML itself is broken. */
function plainValue(document: Document.Parsed, text: string, report: Report): unknown {
  for (const error of document.errors) report.at(error.pos[0], wordYaml(error, text));
  for (const warning of document.warnings) report.at(warning.pos[0], firstLine(warning.message), 'warning');
  const usable = checkNodes(document, report);
  if (!usable || document.errors.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? null;
  } catch (error) {
    report.at(0, `the file cannot be read as YAML: ${error instanceof Error ? wordOwn(error) : 'unknown reason'}`);
    return undefined;
  }
}

/** Reports keys that are there twice, and aliases of nothing: mostly globs without quotes. false: no data can be made. */
function checkNodes(document: Document, report: Report): boolean {
  const anchors = new Set<string>();
  let aliases = 0;
  let unknown = false;
  visit(document, {
    Value(_, node) {
      if (node.anchor !== undefined) anchors.add(node.anchor);
      if (isMap(node)) reportDuplicates(node, report);
    },
    Alias(_, alias) {
      aliases += 1;
      if (anchors.has(alias.source)) return;
      unknown = true;
      report.at(alias.range?.[0] ?? 0, `a text that begins with * needs quotes; expected "*${alias.source}"`);
    },
  });
  if (aliases > ALIASES_MAX) report.at(0, `the file has more than ${ALIASES_MAX} aliases (*name); expected fewer`);
  return !unknown && aliases <= ALIASES_MAX;
}

function reportDuplicates(map: YAMLMap, report: Report): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) report.at(key.range?.[0] ?? 0, 'this key is there already; expected each key once');
    seen.add(key.value);
  }
}

const firstLine = (message: string): string => message.split('\n')[0] ?? message;

/** Complaints of the parser that are not meant for the author of a file. */
function wordOwn({ message }: Error): string {
  if (message.startsWith('Maximum call stack')) return 'it is nested too deeply';
  if (message.startsWith('Excessive alias count')) return 'its aliases (*name) make it too large';
  return firstLine(message);
}

/** YAML's own complaint, with a hint where it is a trap of lab files. */
function wordYaml(error: YAMLError, text: string): string {
  if (error.code === 'MULTIPLE_DOCS') return 'a lab file is one YAML document; expected nothing behind this "---"';
  const message = wordOwn(error);
  const [from] = error.pos;
  if (text.slice(from).startsWith('\t') || message.includes('Tabs'))
    return `YAML indents with spaces, not with tabs (${message})`;
  return message;
}

function readValue(document: Document, value: unknown, report: Report): Lab | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report.at(0, 'this is no lab file; expected keys such as lab: 1, name, proxy, auth and upstreams');
    return null;
  }
  const parsed = labSchema.safeParse(value);
  for (const issue of parsed.error?.issues ?? []) reportIssue(document, value, issue, report);
  const tell: Tell = (path, message, severity, id) =>
    report.at(offsetOf(document, path, 'value'), message, severity, id);
  checkLab(value, tell);
  checkTests(value, tell);
  checkProxyStyle(document, report);
  return parsed.success ? build(document, parsed.data, report) : null;
}

/** Says what the schema expected at a place. */
function reportIssue(document: Document, value: object, issue: z.core.$ZodIssue, report: Report): void {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.startsWith(KNOWN_KEYS) ? issue.message.slice(KNOWN_KEYS.length).split(' ') : [];
    for (const key of issue.keys.slice(0, UNKNOWN_MAX))
      report.at(offsetOf(document, [...path, key], 'key'), wordUnknown(key, path, known));
    return;
  }
  if (issue.code === 'invalid_union') {
    const inner = unionIssues(issue, valueAt(value, path));
    for (const each of inner) reportIssue(document, value, { ...each, path: [...path, ...each.path] }, report);
    if (inner.length > 0) return;
  }
  if (issue.code === 'invalid_key') {
    const [reason] = issue.issues;
    report.at(
      offsetOf(document, path, 'key'),
      `"${String(path.at(-1))}": ${reason?.message ?? 'expected another key'}`,
    );
    return;
  }
  report.at(offsetOf(document, path, 'value'), wordIssue(issue, path, valueAt(value, path)));
}

/** The issues of the alternative that fits the kind of value given, where they say more than the union does. */
function unionIssues(issue: z.core.$ZodIssueInvalidUnion, value: unknown): readonly z.core.$ZodIssue[] {
  if (typeof value !== 'object' || value === null) return [];
  return (
    issue.errors.find((issues) => issues.every(({ path, code }) => path.length > 0 || code !== 'invalid_type')) ?? []
  );
}

function valueAt(value: unknown, path: Path): unknown {
  let inner = value;
  for (const step of path) {
    if (typeof inner !== 'object' || inner === null) return undefined;
    inner = Reflect.get(inner, step);
  }
  return inner;
}

function wordUnknown(key: string, path: Path, known: readonly string[]): string {
  const where = path.length === 0 ? '' : ` in "${String(path.findLast((step) => typeof step === 'string') ?? '')}"`;
  return `unknown key "${key}"${where}${suggestion(key, known)}`;
}

/** The names of kinds of values, for people. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'keys with values';
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : `${String(value)}`;
}

function wordIssue(issue: z.core.$ZodIssue, path: Path, value: unknown): string {
  const key = `"${String(path.findLast((step) => typeof step === 'string') ?? 'lab')}"`;
  const own = issue.message.startsWith('expected');
  if (value === undefined) return `${key} is missing${own ? `; ${issue.message}` : ''}`;
  if (own) return `${key}: ${issue.message}, found ${kindOf(value)}`;
  switch (issue.code) {
    case 'invalid_type': {
      const quotes = issue.expected === 'string' && typeof value !== 'object' ? '; put it in quotes' : '';
      return `${key}: expected ${kinds[issue.expected] ?? issue.expected}, found ${kindOf(value)}${quotes}`;
    }
    case 'invalid_value':
      return `${key}: expected ${issue.values.map(String).join(' or ')}, found ${kindOf(value)}`;
    case 'too_small':
      return `${key}: expected at least ${issue.minimum}, found ${kindOf(value)}`;
    case 'too_big':
      return `${key}: expected at most ${issue.maximum}, found ${kindOf(value)}`;
    default:
      return `${key}: ${issue.message}`;
  }
}

/** A folded text joins lines, so that comments and line numbers of the configuration would be lost. */
function checkProxyStyle(document: Document, report: Report): void {
  const node = placeAt(document, ['proxy'])?.value;
  if (isScalar(node) && node.type === 'BLOCK_FOLDED') {
    report.at(node.range?.[0] ?? 0, 'the configuration must keep its lines; write "proxy: |" instead of "proxy: >"');
  }
}

function build(document: Document, file: LabFile, report: Report): Lab {
  return {
    name: file.name,
    proxy: proxyOf(document, file.proxy, report),
    auth: file.auth ? { ...file.auth, listen: plainAddress(file.auth.listen) } : null,
    accounts: file.accounts,
    upstreams: Object.entries(file.upstreams).map(([name, upstream]) =>
      readUpstream(name, upstream, (path, message) => report.at(offsetOf(document, path, 'value'), message)),
    ),
    never: file.never,
    tests: file.tests.flatMap((test, index) => testOf(test, lineAt(document, ['tests', index], report))),
  };
}

const lineAt = (document: Document, path: Path, report: Report): number =>
  report.lineOf(offsetOf(document, path, 'value'));

/** A test of one kind; of one that is both or neither the check has told already. */
function testOf({ name, lookup, send, expect }: TestFile, line: number): readonly LabTest[] {
  if (lookup) return [{ name, line, kind: 'lookup', lookup, expect }];
  return send ? [{ name, line, kind: 'send', send, expect }] : [];
}

const isProxy = (value: unknown): value is Pick<LabFile, 'proxy'> => proxySchema.safeParse(value).success;

function proxyOf(document: Document, proxy: LabFile['proxy'], report: Report): Lab['proxy'] {
  let node = placeAt(document, ['proxy'])?.value;
  if (isAlias(node)) node = node.resolve(document) ?? null;
  const line = report.lineOf(node?.range?.[0] ?? 0);
  if (typeof proxy !== 'string') return { text: '', file: proxy.file, line };
  // A literal text begins on the line after its bar.
  return { text: proxy, file: null, line: isScalar(node) && node.type === 'BLOCK_LITERAL' ? line + 1 : line };
}
