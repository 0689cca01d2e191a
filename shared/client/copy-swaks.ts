/** A recorded SMTP session for swaks. */
import type { Copied, Remark } from './copy.ts';
import type { Recorded } from './recorded.ts';
import { printfContent, quoted } from './shell.ts';
import { proxyOptions } from './swaks.ts';
import { type Transaction, transactionOf } from './transaction.ts';

/** How far the client went, in swaks' words. */
function lastStep({ hello, from, to, content }: Transaction, login: boolean): string[] {
  if (content !== null) return [];
  if (to.length > 0) return ['--quit-after', 'RCPT'];
  if (from !== null) return ['--quit-after', 'MAIL'];
  if (login) return ['--quit-after', 'AUTH'];
  return ['--quit-after', hello === null ? 'CONNECT' : 'HELO'];
}

function loginOptions({ login }: Recorded, secrets: boolean): string[] {
  if (login === null) return [];
  const password = secrets && login.password !== '' ? ['--auth-password', login.password] : [];
  return ['--auth', login.mechanism, '--auth-user', login.user, ...password];
}

function remarksOf(recorded: Recorded, { cut, more, params }: Transaction, secrets: boolean): Remark[] {
  const { login } = recorded;
  const known = login === null || ['PLAIN', 'LOGIN', 'CRAM-MD5'].includes(login.mechanism);
  return [
    ...(cut ? (['cut'] as const) : []),
    ...(more ? (['one-mail'] as const) : []),
    ...(params ? (['params'] as const) : []),
    ...(login !== null && login.password !== '' && !secrets ? (['masked'] as const) : []),
    ...(login !== null && login.password === '' && known ? (['digest'] as const) : []),
    ...(known ? [] : (['mechanism'] as const)),
  ];
}

/** null for another protocol. */
export function swaksOf(recorded: Recorded, secrets: boolean): Copied | null {
  if (recorded.protocol !== 'smtp') return null;
  const { host, port, tls, proxied, login } = recorded;
  const mail = transactionOf(recorded);
  const { hello, from, to, content } = mail;
  const options = [
    ...['--server', host, '--port', String(port)],
    ...(proxied ? proxyOptions(host, port) : []),
    ...(tls === 'ssl' ? ['--tls-on-connect'] : tls === 'starttls' ? ['--tls'] : []),
    ...(hello?.verb === 'HELO' ? ['--protocol', 'SMTP'] : []),
    ...(hello === null || hello.name === '' ? [] : ['--helo', hello.name]),
    ...loginOptions(recorded, secrets),
    ...['--from', from === null || from === '' ? '<>' : from],
    // swaks asks for a recipient where it is given none.
    ...['--to', to.length === 0 ? 'nobody@example.invalid' : to.join(',')],
    ...lastStep(mail, login !== null),
    ...(content === null ? [] : ['--data', '-', '--no-data-fixup']),
  ];
  const command = `swaks ${options.map(quoted).join(' ')}`;
  const text = content === null ? command : `${printfContent(content)} | ${command}`;
  return { text, remarks: remarksOf(recorded, mail, secrets) };
}
