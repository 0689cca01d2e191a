/** The shell command that sends the same mail as the *Send test* dialog, with curl (curl.se/docs). */
import { hostPort } from '../wire/host-port.ts';
import { envelopeAddress } from './envelope.ts';
import { headerLines } from './header-lines.ts';
import { addressText, type CommandMail, type CommandPlace, headerText, linesOf, recipientsOf } from './mail.ts';
import { printfLines, quoted, utf8 } from './shell.ts';

const isPlain = (line: string): boolean => !/[^\x20-\x7e]/.test(line);

function headersOf(mail: CommandMail): string[] {
  const from = envelopeAddress(mail.from);
  const cc = mail.cc ?? [];
  return [
    ...(from === '' ? [] : [`From: ${addressText([mail.from], isPlain)}`]),
    ...(mail.to.length === 0 ? [] : [`To: ${addressText(mail.to, isPlain)}`]),
    ...(cc.length === 0 ? [] : [`Cc: ${addressText(cc, isPlain)}`]),
    `Subject: ${headerText(mail.subject, isPlain)}`,
    ...headerLines(mail.headers ?? '').map(({ name, value }) => `${name}: ${headerText(value, isPlain)}`),
  ];
}

function messageLines(mail: CommandMail): string[] {
  const lines = linesOf(mail.raw ?? mail.body).map(utf8);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  if (mail.raw !== undefined) return lines;
  const mime = lines.every(isPlain)
    ? []
    : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit'];
  return [...headersOf(mail).map(utf8), ...mime, '', ...lines];
}

/** A word of `--form`, in which `;` and `,` mean something (curl's manual, "-F"). */
const inQuotes = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Several bodies and files: curl makes the MIME itself. */
function formOptions(mail: CommandMail): string[] {
  // The shell's line ends are no CR LF: several lines go encoded, where that is no matter.
  const part = (text: string, type: string) => {
    const lines = linesOf(text);
    const encoder = lines.length > 1 ? ';encoder=base64' : '';
    return ['--form', `=${inQuotes(lines.join('\n'))};type=${type};charset=utf-8${encoder}`];
  };
  const html = mail.html === undefined ? [] : part(mail.html, 'text/html');
  const bodies = [...part(mail.body, 'text/plain'), ...html];
  const files = (mail.attachments ?? []).flatMap(({ name, type }) => {
    const kind = type === '' ? '' : `;type=${type}`;
    return ['--form', `=@${inQuotes(name)}${kind};filename=${inQuotes(name)};encoder=base64`];
  });
  const alternative = ['--form', '=(;type=multipart/alternative', ...bodies, '--form', '=)'];
  const headers = headersOf(mail).flatMap((line) => ['--header', line]);
  return [...headers, ...(html.length === 0 ? bodies : alternative), ...files];
}

/** One line for a POSIX shell. curl asks for the password of a login. */
export function curlCommand(mail: CommandMail, host: string, port: number, place: CommandPlace = {}): string {
  const url = `${place.ssl ? 'smtps' : 'smtp'}://${hostPort(host, port)}/${encodeURIComponent(mail.helo)}`;
  const isForm = mail.raw === undefined && (mail.html !== undefined || (mail.attachments ?? []).length > 0);
  const { login } = mail;
  const options = [
    ...['--url', url],
    ...(place.proxyProtocol ? ['--haproxy-protocol'] : []),
    // The lab's certificate is its own.
    ...(place.ssl ? ['--insecure'] : mail.starttls ? ['--ssl-reqd', '--insecure'] : []),
    ...(login === undefined ? [] : ['--user', login.user]),
    ...(login === undefined || login.mechanism === 'auto' ? [] : ['--login-options', `AUTH=${login.mechanism}`]),
    ...['--mail-from', envelopeAddress(mail.from)],
    ...recipientsOf(mail).flatMap((one) => ['--mail-rcpt', one]),
    ...(isForm ? formOptions(mail) : ['--upload-file', '-']),
  ];
  const command = `curl ${options.map(quoted).join(' ')}`;
  return isForm ? command : `${printfLines(messageLines(mail))} | ${command}`;
}
