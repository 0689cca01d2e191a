/** Filters as SQL: the same tree that `matches` follows, with every value as a parameter. */
import type { Filter, TextKey } from '../../shared/journal/filter.ts';
import { foldAscii, globMatches } from '../../shared/journal/glob.ts';

/** A condition over the table `sessions` that is never NULL. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** The one-valued columns that hold the texts of a key. */
const columns: Readonly<Record<Exclude<TextKey, 'to'>, readonly string[]>> = {
  from: ['sender'],
  user: ['user'],
  upstream: ['upstream'],
  rule: ['rule'],
  client: ['client', 'address'],
  error: ['error'],
  place: ['place'],
  imported: ['imported'],
  ip: ['address'],
  stage: ['stage'],
};

const escaped = "LIKE ? ESCAPE '\\'";

function like(pattern: string): string {
  return pattern
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
}

/** Whether a pattern has wildcards elsewhere than at its ends: such a one could run across the lines of a column. */
function runsAcross(pattern: string): boolean {
  return /[*?]/.test(pattern.replace(/^\*/, '').replace(/\*$/, ''));
}

/** One of the lines of `column` matches, as far as LIKE can tell: it anchors the pattern between two line feeds. */
function someLine(column: string, pattern: string): Condition {
  return { sql: `${column} ${escaped}`, values: [`%\n${like(pattern)}\n%`] };
}

/** A recipient matches. Where LIKE could have run across several, they are looked at one by one. */
function recipient(pattern: string): Condition {
  const some = someLine('recipients', pattern);
  if (!runsAcross(pattern)) return some;
  const single = "recipients NOT LIKE '%' || char(10) || '%' || char(10) || '%' || char(10) || '%'";
  return { sql: `(${some.sql} AND (${single} OR any_line(recipients, ?)))`, values: [...some.values, pattern] };
}

/** One of the texts that bare words look in matches; where LIKE could have run across them, column by column. */
function anyText(pattern: string): Condition {
  const some = someLine('words', pattern);
  if (!runsAcross(pattern)) return some;
  const each = joined([anyColumn(['sender', 'user', 'upstream', 'rule'], pattern), recipient(pattern)], 'OR');
  return joined([some, each], 'AND');
}

/** What `any_line(column, pattern)` means in SQL; to be registered with the database. */
export function lineMatches(column: string, pattern: string): number {
  const lines = foldAscii(column).slice(1, -1).split('\n');
  return lines.some((line) => globMatches(pattern, line)) ? 1 : 0;
}

function anyColumn(names: readonly string[], pattern: string): Condition {
  const tests = names.map((name) => `(${name} IS NOT NULL AND ${name} ${escaped})`);
  return { sql: `(${tests.join(' OR ')})`, values: names.map(() => like(pattern)) };
}

function joined(parts: readonly Condition[], operator: 'AND' | 'OR'): Condition {
  return {
    sql: `(${parts.map((part) => part.sql).join(` ${operator} `)})`,
    values: parts.flatMap((part) => part.values),
  };
}

/** One of the lines of a column of `sessions` matches; false where the column is empty or was not there yet. */
function anyLine(column: 'tls' | 'faults', pattern: string): Condition {
  const some = someLine(column, pattern);
  const sure = runsAcross(pattern) ? joined([some, { sql: `any_line(${column}, ?)`, values: [pattern] }], 'AND') : some;
  return { sql: `(coalesce(${column}, '') <> '' AND ${sure.sql})`, values: sure.values };
}

/** Something was found in it whose name, or whose severity, is among the lines of that column. */
function found(column: 'names' | 'marks', pattern: string): Condition {
  const some = someLine(`findings.${column}`, pattern);
  const line = runsAcross(pattern)
    ? joined([some, { sql: `any_line(findings.${column}, ?)`, values: [pattern] }], 'AND')
    : some;
  const sql = `EXISTS (SELECT 1 FROM findings WHERE findings.id = sessions.id AND ${line.sql})`;
  return { sql, values: line.values };
}

function time(from: number, to: number): Condition {
  const parts: Condition[] = [];
  if (Number.isFinite(from)) parts.push({ sql: 'started >= ?', values: [from] });
  if (Number.isFinite(to)) parts.push({ sql: 'started < ?', values: [to] });
  return parts.length === 0 ? { sql: '1', values: [] } : joined(parts, 'AND');
}

/** The condition that a filter is in SQL. */
export function conditionOf(filter: Filter): Condition {
  switch (filter.type) {
    case 'all':
      return { sql: '1', values: [] };
    case 'and':
    case 'or':
      return joined(filter.of.map(conditionOf), filter.type === 'and' ? 'AND' : 'OR');
    case 'not': {
      const { sql, values } = conditionOf(filter.of);
      return { sql: `NOT ${sql}`, values };
    }
    case 'glob':
      return filter.key === 'to' ? recipient(filter.pattern) : anyColumn(columns[filter.key], filter.pattern);
    case 'text':
      return anyText(filter.pattern);
    case 'proto':
      return { sql: '(protocol = ?)', values: [filter.value] };
    case 'diag':
      return found('names', filter.pattern);
    case 'severity':
      return found('marks', filter.value);
    case 'tls':
      return filter.pattern === null
        ? { sql: "(tls IS NOT NULL AND tls = '')", values: [] }
        : anyLine('tls', filter.pattern);
    case 'fault':
      return anyLine('faults', filter.pattern);
    case 'held':
      // What is held is open, and not in the database alone.
      return { sql: filter.pattern === null ? '1' : '0', values: [] };
    case 'outcome':
      return filter.value === 'open'
        ? { sql: '(ms IS NULL)', values: [] }
        : { sql: '(ms IS NOT NULL AND outcome IS ?)', values: [filter.value] };
    case 'code':
      return { sql: '(reply IS NOT NULL AND reply BETWEEN ? AND ?)', values: [filter.from, filter.to] };
    case 'id':
      return { sql: '(id BETWEEN ? AND ?)', values: [filter.from, filter.to] };
    case 'time':
      return time(filter.from, filter.to);
  }
}
