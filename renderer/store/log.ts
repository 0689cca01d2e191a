/** What nginx would have written into its log about a session. Pure. */
import type { Entry } from '../../shared/journal/entry.ts';
import { param } from '../../shared/journal/travel.ts';
import { sessionLog } from '../../shared/nginx/log.ts';
import { type LogLevel, logLevels, takes } from '../../shared/nginx/log-levels.ts';

/** One line of nginx's log, as the window shows it. */
export interface LoggedLine {
  readonly level: LogLevel;
  /** As nginx writes it, without date and process; secrets are starred. */
  readonly text: string;
  /** Position of the entry it belongs to. */
  readonly seq: number;
  /** Whether the configured level takes it. */
  readonly written: boolean;
}

/** A session's part of the log. */
export interface NginxLog {
  /** The most talkative level of the server's `error_log`s. */
  readonly level: LogLevel;
  readonly lines: readonly LoggedLine[];
}

/** Secrets keep their length: a line may quote the buffer that they lie in. */
function starred(entry: Entry): Entry {
  if (entry.secret === undefined) return entry;
  const bytes = entry.secret.reduce(
    (text, [from, to]) => text.slice(0, from) + '*'.repeat(to - from) + text.slice(to),
    entry.bytes,
  );
  return { ...entry, bytes };
}

/** Everything that nginx would have written at its most talkative, and what of it the configured level takes. */
export function nginxLog(entries: readonly Entry[]): NginxLog {
  const [first] = entries;
  const configured = first === undefined ? '' : param(first, 'log');
  const level = logLevels.find((one) => one === configured) ?? 'error';
  const lines = sessionLog(entries.map(starred)).map((line) => ({ ...line, written: takes(level, line.level) }));
  return { level, lines };
}

/** The line that an entry made nginx write, whatever the level. */
export const lineAt = ({ lines }: NginxLog, position: number): LoggedLine | undefined =>
  lines.find(({ seq }) => seq === position);
