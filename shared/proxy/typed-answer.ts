/** What a person types as the auth service's answer: header lines, or a whole HTTP answer. */
import { scanAnswer } from '../auth/answer.ts';
import type { Bytes } from '../machine/machine.ts';

/**
 * empty: nothing was typed · no-header: a line is none that nginx reads as a header · blank: something follows an empty line,
 * which ends the headers. `line` counts from 1.
 */
export type TypedAnswer =
  | { readonly bytes: Bytes }
  | { readonly problem: 'empty' | 'no-header' | 'blank'; readonly line: number; readonly text: Bytes };

/** What nginx takes as a header's line (ngx_mail_auth_http_parse_header_line). */
const HEADER = /^[a-z0-9][a-z0-9-]*:[^\r]*$/i;

/** The answer's bytes: a status line where none was typed, the header lines, and the empty line that ends them. */
export function readTypedAnswer(typed: Bytes): TypedAnswer {
  const lines = typed.replace(/\s+$/, '').split(/\r?\n/);
  if (lines.join('') === '') return { problem: 'empty', line: 1, text: '' };
  const hasStatus = lines[0]?.startsWith('HTTP/') ?? false;
  for (const [at, text] of lines.entries()) {
    if (hasStatus && at === 0) continue;
    if (text === '') return { problem: 'blank', line: at + 1, text };
    if (!HEADER.test(text)) return { problem: 'no-header', line: at + 1, text };
  }
  return { bytes: [...(hasStatus ? [] : ['HTTP/1.0 200 OK']), ...lines, '', ''].join('\r\n') };
}

/** The headers that nginx reads (ngx_mail_auth_http_module.c). */
const READ: ReadonlySet<string> = new Set([
  ...['auth-status', 'auth-server', 'auth-port', 'auth-user', 'auth-pass', 'auth-wait', 'auth-error-code'],
]);

/** Names of headers that look like nginx's own and are not: it passes them over. */
export function unreadHeaders(answer: Bytes): readonly string[] {
  const scan = scanAnswer(answer);
  const names = scan.state === 'done' ? scan.headers.map(([name]) => name) : [];
  return [...new Set(names.filter((name) => /^auth-/i.test(name) && !READ.has(name.toLowerCase())))];
}

/** The header lines of an answer, as a person would type them. */
export function typedAnswer(answer: Bytes): string {
  const [, ...lines] = (answer.split('\r\n\r\n', 1)[0] ?? '').split('\r\n');
  return lines.join('\n');
}
