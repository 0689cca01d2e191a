/** The shell command that sends the same mail as the *Send test* dialog, with swaks (jetmore.org/john/code/swaks). */
import { encodeBase64 } from '../wire/base64.ts';
import { envelopeAddress } from './envelope.ts';

/** The part of the dialog that a command line can say. */
export interface SwaksMail {
  readonly helo: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly body: string;
}

/** Quotes for a POSIX shell where it is needed. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function utf8(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * What swaks would not send as it stands: anything but printable ASCII, `\n` (it means a line break), and its own
 * tokens (%DATE% …).
 */
function unspeakable(text: string): boolean {
  return /[^\x20-\x7e]|\\n|%[A-Z_]+%/.test(text);
}

/** Text of a header, as encoded words of at most 75 characters where it needs them (RFC 2047 2). */
function headerText(text: string): string {
  const line = text.replace(/[\r\n]+/g, ' ').trim();
  if (!unspeakable(line)) return line;
  const words = line.match(/.{1,10}/gsu) ?? [];
  return words.map((part) => `=?UTF-8?B?${encodeBase64(utf8(part))}?=`).join(' ');
}

function bodyOptions(body: string): string[] {
  const lines = body.split(/\r\n|\r|\n/);
  // A body that is a lone dot at its end, starts with @, or is - or nothing has another meaning to swaks.
  const plain = !lines.some(unspeakable) && body !== '' && !/^[@-]/.test(body) && lines.at(-1) !== '.';
  // The line break at the end also keeps swaks from taking a short body for the name of a file.
  if (plain) return ['--body', `${lines.join('\\n')}${lines.length === 1 ? '\\n' : ''}`];
  const encoded = encodeBase64(utf8(lines.join('\r\n'))).replace(/.{76}(?=.)/g, '$&\\n');
  return [
    ...['--header', 'MIME-Version: 1.0', '--header', 'Content-Type: text/plain; charset=utf-8'],
    ...['--header', 'Content-Transfer-Encoding: base64', '--body', `${encoded}\\n`],
  ];
}

/** One line for a POSIX shell. */
export function swaksCommand(mail: SwaksMail, host: string, port: number): string {
  const from = envelopeAddress(mail.from);
  const options = [
    ...['--server', host, '--port', String(port), '--helo', mail.helo],
    ...['--from', from === '' ? '<>' : from, '--to', mail.to.map(envelopeAddress).join(',')],
    ...(from === mail.from.trim() || from === '' ? [] : ['--header', `From: ${headerText(mail.from)}`]),
    ...['--header', `Subject: ${headerText(mail.subject)}`],
    ...bodyOptions(mail.body),
  ];
  return `swaks ${options.map(quoted).join(' ')}`;
}
