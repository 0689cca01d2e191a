/** The levels of nginx's log, and which of them a line has to reach (src/core/ngx_log.h). */
import type { ErrorLog } from './mail.ts';

/** A level of `error_log`. */
export type LogLevel = ErrorLog['level'];

/** From what is always written to what almost never is. */
export const logLevels: readonly LogLevel[] = [
  ...(['emerg', 'alert', 'crit', 'error'] as const),
  ...(['warn', 'notice', 'info', 'debug'] as const),
];

const numbers: ReadonlyMap<LogLevel, number> = new Map(logLevels.map((level, at) => [level, at + 1]));
/** nginx's number: 1 emerg … 8 debug. */
export const levelNumber = (level: LogLevel): number => numbers.get(level) ?? logLevels.length;

/** Whether a log at level `at` takes a line of level `line`. */
export const takes = (at: LogLevel, line: LogLevel): boolean => levelNumber(line) <= levelNumber(at);

/** The level of several logs together: what one of them takes is written. */
export const mostTalkative = (logs: readonly { readonly level: LogLevel }[]): LogLevel =>
  logs.reduce<LogLevel>((level, log) => (takes(level, log.level) ? level : log.level), logs[0]?.level ?? 'error');
