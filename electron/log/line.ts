/** The outside of a log line: when, how severe, which process (src/core/ngx_log.c, ngx_times.c); local time. */
import type { Bytes } from '../../shared/machine/machine.ts';
import type { LogLevel } from '../../shared/nginx/log-levels.ts';

/** nginx cuts longer lines (NGX_MAX_ERROR_STR), the line end included. */
const LINE_MAX = 2048;

const two = (number: number): string => String(number).padStart(2, '0');
const clockText = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `2026/11/22 13:20:08`. */
const dateText = (at: Date): string =>
  `${at.getFullYear()}/${two(at.getMonth() + 1)}/${two(at.getDate())} ${clockText(at)}`;

/** `Nov 22 13:20:08`, the day with a space before its single digit (RFC 3164 4.1.2). */
export const syslogDate = (at: Date): string =>
  `${months[at.getMonth()]} ${String(at.getDate()).padStart(2, ' ')} ${clockText(at)}`;

/** `2026/11/22 13:20:08 [info] 16639#0: *1 client …`, without its line end; `text` is what follows the process. */
export function logLine(at: Date, level: LogLevel, pid: number, text: Bytes): Bytes {
  return `${dateText(at)} [${level}] ${pid}#0: ${text}`.slice(0, LINE_MAX - 1);
}
