/** How a session's summary lies in the database: one column per field, and the columns that only filters read. */
import type { Outcome, SessionSummary } from '../../shared/journal/entry.ts';
import { addressOf, tlsNames } from '../../shared/journal/filter.ts';
import { comparable } from '../../shared/journal/glob.ts';
import { FIRST_STAGE } from '../../shared/journal/stage.ts';
import type { Protocol } from '../../shared/machine/machine.ts';

/** The columns of `sessions`, in the order of `sessionRow`. */
export const sessionColumns = [
  ...['id', 'started', 'ms', 'protocol', 'listener', 'client', 'address', 'place', 'user', 'sender', 'recipients'],
  ...[
    'rule',
    'upstream',
    'outcome',
    'reply',
    'auth_calls',
    'bytes_in',
    'bytes_out',
    'entries',
    'error',
    'words',
    'size',
    'imported',
    'stage',
    'tls',
    'faults',
  ],
] as const;

/** A row as SQLite answers it. */
export interface SessionRow {
  readonly id: number;
  readonly started: number;
  readonly ms: number | null;
  readonly protocol: Protocol;
  readonly listener: string;
  readonly client: string;
  readonly place: string;
  readonly user: string | null;
  readonly sender: string | null;
  readonly recipients: string;
  readonly rule: string | null;
  readonly upstream: string | null;
  readonly outcome: Outcome | null;
  readonly reply: number | null;
  readonly auth_calls: number;
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly entries: number;
  readonly error: string | null;
  readonly imported: string | null;
  /** null in journals of before. */
  readonly stage: string | null;
  /** As `TLSv1.3 CIPHER`, and its version alone; '' where the client spoke in clear text. */
  readonly tls: string | null;
  readonly faults: string | null;
}

function text(value: string | null): string | null {
  return value === null ? null : comparable(value);
}

/** Several values in one column, each between two line feeds, so that LIKE can anchor a pattern at both ends of one. */
function lines(values: readonly string[]): string {
  return values.length === 0 ? '' : `\n${values.map(comparable).join('\n')}\n`;
}

function unlines(column: string): string[] {
  return column === '' ? [] : column.slice(1, -1).split('\n');
}

/** The values of one row, in the order of `sessionColumns`. `size` is what the session takes up, in bytes. */
export function sessionRow(summary: SessionSummary, size: number): (string | number | null)[] {
  const { from, to, user, upstream, rule } = summary;
  const words = [from, ...to, user, upstream, rule].filter((word) => word !== null);
  return [
    ...[summary.id, summary.startedAt, summary.ms, summary.protocol, summary.listener],
    ...[comparable(summary.client), comparable(addressOf(summary.client)), comparable(summary.place)],
    ...[text(user), text(from), lines(to), text(rule), text(upstream)],
    ...[summary.outcome, summary.reply, summary.authCalls, summary.bytesIn, summary.bytesOut, summary.entries],
    ...[text(summary.error), lines(words), size, text(summary.imported ?? null)],
    ...[text(summary.stage ?? FIRST_STAGE), lines(tlsNames(summary)), lines(summary.faults ?? [])],
  ];
}

/** The summary of a stored session. */
export function summaryOf(row: SessionRow): SessionSummary {
  return {
    id: row.id,
    protocol: row.protocol,
    listener: row.listener,
    client: row.client,
    startedAt: row.started,
    ms: row.ms,
    place: row.place,
    user: row.user,
    from: row.sender,
    to: unlines(row.recipients),
    rule: row.rule,
    upstream: row.upstream,
    outcome: row.outcome,
    reply: row.reply,
    authCalls: row.auth_calls,
    bytesIn: row.bytes_in,
    bytesOut: row.bytes_out,
    entries: row.entries,
    error: row.error,
    ...(row.imported === null ? {} : { imported: row.imported }),
    ...(row.stage === null || row.stage === FIRST_STAGE ? {} : { stage: row.stage }),
    ...(row.tls ? { tls: unlines(row.tls)[0] ?? '' } : {}),
    ...(row.faults ? { faults: unlines(row.faults) } : {}),
  };
}
