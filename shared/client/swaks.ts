/** The shell command that sends the same mail as the *Send test* dialog, with swaks (jetmore.org/john/code/swaks). */
import { encodeBase64 } from '../wire/base64.ts';
import { envelopeAddress } from './envelope.ts';
import { headerLines } from './header-lines.ts';
import { addressText, type CommandMail, type CommandPlace, headerText, linesOf, recipientsOf } from './mail.ts';
import { printfContent, quoted, utf8 } from './shell.ts';

/**
 * What swaks would not send as it stands: anything but printable ASCII, `\n` (it means a line break), and its own
 * tokens (%DATE% …).
 */
function unspeakable(text: string): boolean {
  return /[^\x20-\x7e]|\\n|%[A-Z_]+%/.test(text);
}

const isPlain = (line: string): boolean => !unspeakable(line);

function bodyOptions(body: string): string[] {
  const lines = linesOf(body);
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

/** Several bodies and files: swaks makes the MIME itself, and encodes what is not plain. */
function partOptions({ body, html, attachments = [] }: CommandMail): string[] {
  // Here `\n` is no line break, and an at sign at the start would name a file.
  const part = (type: string, text: string) => [
    ...['--attach-type', type, '--attach-body'],
    `${text.startsWith('@') ? '\n' : ''}${linesOf(text).join('\n')}\n`,
  ];
  const files = attachments.flatMap(({ name, type }) => [
    ...['--attach-type', type || 'application/octet-stream'],
    ...['--attach-name', name, '--attach', `@${name}`],
  ]);
  return [
    ...part('text/plain; charset=utf-8', body),
    ...(html === undefined ? [] : part('text/html; charset=utf-8', html)),
    ...files,
  ];
}

function messageOptions(mail: CommandMail): string[] {
  const from = envelopeAddress(mail.from);
  const to = mail.to.join(', ');
  const named = to === recipientsOf(mail).join(', ');
  const cc = mail.cc ?? [];
  const extra = headerLines(mail.headers ?? '').map(({ name, value }) => `${name}: ${headerText(value, isPlain)}`);
  const isMime = mail.html !== undefined || (mail.attachments ?? []).length > 0;
  return [
    ...(from === mail.from.trim() || from === '' ? [] : ['--header', `From: ${addressText([mail.from], isPlain)}`]),
    ...(named || cc.length + (mail.bcc ?? []).length === 0 ? [] : ['--header', `To: ${addressText(mail.to, isPlain)}`]),
    ...(cc.length === 0 ? [] : ['--header', `Cc: ${addressText(cc, isPlain)}`]),
    ...['--header', `Subject: ${headerText(mail.subject, isPlain)}`],
    ...extra.flatMap((line) => ['--header', line]),
    ...(isMime ? partOptions(mail) : bodyOptions(mail.body)),
  ];
}

/** A whole message goes in by standard input, with its dots doubled and the closing one, and is left alone. */
function rawCommand(raw: string): string {
  const lines = linesOf(utf8(raw));
  if (lines.at(-1) === '') lines.pop();
  return printfContent(lines.map((line) => line.replace(/^\./, '..')));
}

/** swaks speaks for itself in a PROXY header, as the built-in client does. */
export const proxyOptions = (host: string, port: number): string[] => {
  const family = host.includes(':') ? 'TCP6' : 'TCP4';
  const own = ['--proxy-source', host, '--proxy-source-port', '40000'];
  return ['--proxy-family', family, ...own, '--proxy-dest', host, '--proxy-dest-port', String(port)];
};

/** One line for a POSIX shell. swaks asks for the password of a login. */
export function swaksCommand(mail: CommandMail, host: string, port: number, place: CommandPlace = {}): string {
  const from = envelopeAddress(mail.from);
  const options = [
    ...['--server', host, '--port', String(port), '--helo', mail.helo],
    ...(place.proxyProtocol ? proxyOptions(host, port) : []),
    ...(place.ssl ? ['--tls-on-connect'] : mail.starttls ? ['--tls'] : []),
    ...(mail.login === undefined ? [] : ['--auth', ...(mail.login.mechanism === 'auto' ? [] : [mail.login.mechanism])]),
    ...(mail.login === undefined ? [] : ['--auth-user', mail.login.user]),
    ...['--from', from === '' ? '<>' : from, '--to', recipientsOf(mail).join(',')],
    ...(mail.raw === undefined ? messageOptions(mail) : ['--data', '-', '--no-data-fixup']),
  ];
  const command = `swaks ${options.map(quoted).join(' ')}`;
  return mail.raw === undefined ? command : `${rawCommand(mail.raw)} | ${command}`;
}
