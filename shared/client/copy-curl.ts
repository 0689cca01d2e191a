/** A recorded session for curl: a mail, or commands to a mailbox. */
import { hostPort } from '../wire/host-port.ts';
import type { Copied, Remark } from './copy.ts';
import type { Recorded } from './recorded.ts';
import { printfLines, quoted } from './shell.ts';
import { transactionOf, undotted } from './transaction.ts';

const words = (options: readonly string[]): string => options.map(quoted).join(' ');

/** The login in `--login-options`; for a protocol's own command curl has a word only in its newest versions. */
function mechanismOf({ login }: Recorded): string {
  if (login === null || login.mechanism === '' || login.mechanism === 'EXTERNAL') return '';
  return login.mechanism === 'APOP' ? 'AUTH=+APOP' : `AUTH=${login.mechanism}`;
}

function commonOptions(recorded: Recorded, secrets: boolean): string[] {
  const { tls, proxied, login } = recorded;
  const how = mechanismOf(recorded);
  const password = secrets && login !== null && login.password !== '' ? `:${login.password}` : '';
  return [
    ...(tls === 'starttls' ? ['--ssl-reqd', '--insecure'] : tls === 'ssl' ? ['--insecure'] : []),
    ...(proxied ? ['--haproxy-protocol'] : []),
    ...(login === null ? [] : ['--user', `${login.user}${password}`]),
    ...(how === '' ? [] : ['--login-options', how]),
    ...(login?.inline ? ['--sasl-ir'] : []),
  ];
}

function remarksOf({ login }: Recorded, secrets: boolean): Remark[] {
  if (login === null) return [];
  const otherwise = login.mechanism === 'EXTERNAL' || login.mechanism === '';
  return [
    ...(login.password !== '' && !secrets ? (['masked'] as const) : []),
    ...(login.password === '' && login.mechanism !== 'EXTERNAL' ? (['digest'] as const) : []),
    ...(otherwise ? (['mechanism'] as const) : []),
  ];
}

function urlOf({ protocol, tls, host, port }: Recorded, path: string): string {
  return `${protocol}${tls === 'ssl' ? 's' : ''}://${hostPort(host, port)}/${path}`;
}

/** null where no mail was begun: curl sends mails only. */
function mailOf(recorded: Recorded, secrets: boolean): Copied | null {
  const { hello, from, to, content, cut, more, params } = transactionOf(recorded);
  if (from === null || to.length === 0) return null;
  const options = [
    ...['--url', urlOf(recorded, encodeURIComponent(hello?.name ?? ''))],
    ...commonOptions(recorded, secrets),
    ...['--mail-from', from, ...to.flatMap((one) => ['--mail-rcpt', one]), '--upload-file', '-'],
  ];
  return {
    text: `${printfLines(content === null ? [] : undotted(content))} | curl ${words(options)}`,
    remarks: [
      ...(cut ? (['cut'] as const) : []),
      ...(more ? (['one-mail'] as const) : []),
      ...(params ? (['params'] as const) : []),
      ...(content === null || hello?.verb === 'HELO' ? (['rest'] as const) : []),
      ...remarksOf(recorded, secrets),
    ],
  };
}

/** What curl says by itself, before and behind the commands. */
const own = {
  imap: /^(CAPABILITY|LOGIN|AUTHENTICATE|STARTTLS|LOGOUT)\b/i,
  pop3: /^(CAPA|USER|PASS|APOP|AUTH|STLS|QUIT)\b/i,
};

/** POP3 commands whose good answer is one line: curl would wait for more. */
const oneLine = /^(STAT|NOOP|RSET|DELE\s.*|LIST\s.+|UIDL\s.+)\s*$/i;

/** The commands to the mailbox; literals and IDLE are none that curl can send. */
function requestsOf({ protocol, sent }: Recorded): { requests: readonly string[]; left: boolean } {
  const commands = sent.filter(({ kind }) => kind === 'line').map(({ bytes }) => bytes);
  const literal = sent.some(({ kind }) => kind === 'data') || commands.some((line) => /\{\d+\+?\}$/.test(line));
  const named =
    protocol === 'imap'
      ? commands.flatMap((line) => /^[^\s+*(){}"%\\]+ ([A-Za-z].*)$/.exec(line)?.[1] ?? [])
      : commands.filter((line) => /^[A-Za-z]{3,4}(\s|$)/.test(line));
  const others = named.filter((line) => !(protocol === 'imap' ? own.imap : own.pop3).test(line));
  const requests = others.filter((line) => !/^IDLE\s*$/i.test(line) && !/\{\d+\+?\}$/.test(line));
  return { requests, left: literal || requests.length < others.length };
}

function mailboxOf(recorded: Recorded, secrets: boolean): Copied {
  const { requests, left } = requestsOf(recorded);
  const common = commonOptions(recorded, secrets);
  const calls = (requests.length === 0 ? ['NOOP'] : requests).map((request) => [
    ...['--url', urlOf(recorded, ''), ...common, '--request', request],
    ...(recorded.protocol === 'pop3' && oneLine.test(request) ? ['--head'] : []),
  ]);
  return {
    text: `curl ${calls.map(words).join(' --next ')}`,
    remarks: [...(left ? (['literal'] as const) : []), ...remarksOf(recorded, secrets)],
  };
}

export function curlOf(recorded: Recorded, secrets: boolean): Copied | null {
  return recorded.protocol === 'smtp' ? mailOf(recorded, secrets) : mailboxOf(recorded, secrets);
}
