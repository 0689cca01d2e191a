/** A recorded session as a script that types its lines at a measured pace, into telnet or openssl's client. */
import { hostPort } from '../wire/host-port.ts';
import type { Copied, Remark } from './copy.ts';
import type { Recorded, Sent } from './recorded.ts';
import { printfBytes, quoted } from './shell.ts';

/** Seconds between two lines: time enough for an answer on this machine. */
const PACE = '0.3';
/** Seconds before the first, for the greeting, and behind the last, for the goodbye. */
const ENDS = '1';

/** The bytes, with as many asterisks as a secret has bytes: a literal's length must stay right. */
function masked({ raw, secret }: Sent, secrets: boolean): string {
  if (secrets) return raw;
  return secret.reduce((text, [from, to]) => text.slice(0, from) + '*'.repeat(to - from) + text.slice(to), raw);
}

/** `end`: how the program wants a line to end. */
function typed(bytes: string, end: '\\r\\n' | '\\n'): string {
  const line = bytes.replace(/\r\n$/, '');
  const plain = bytes.endsWith('\r\n') && /^[\x20-\x7e]*$/.test(line);
  if (plain) return `printf '%s${end}' ${quoted(line)}`;
  // telnet makes CR LF of every line feed itself.
  return printfBytes(end === '\\n' ? bytes.replace(/\r\n/g, '\n') : bytes);
}

function script(sent: readonly Sent[], secrets: boolean, end: '\\r\\n' | '\\n', command: string): string {
  const lines = sent.map((one) => `  ${typed(masked(one, secrets), end)}; sleep ${PACE}`);
  return [`{ sleep ${ENDS}`, ...lines, `  sleep ${ENDS}; } | ${command}`].join('\n');
}

function remarksOf(sent: readonly Sent[], secrets: boolean): Remark[] {
  return [
    ...(sent.some(({ cut }) => cut) ? (['cut'] as const) : []),
    ...(!secrets && sent.some(({ secret }) => secret.length > 0) ? (['masked'] as const) : []),
  ];
}

/** What telnet would not pass on as it is: NUL, lone carriage returns, and its own escape byte 255 (RFC 854). */
const untypeable = /[\0\xff]|\r(?!\n)/;

/** null for a session over TLS. */
export function telnetOf({ tls, host, port, sent, proxied }: Recorded, secrets: boolean): Copied | null {
  if (tls !== 'none') return null;
  const odd = sent.some(({ raw }) => untypeable.test(raw));
  return {
    text: script(sent, secrets, '\\n', `telnet ${quoted(host)} ${port}`),
    remarks: [
      ...remarksOf(sent, secrets),
      ...(odd ? (['odd-bytes'] as const) : []),
      ...(proxied ? (['proxy'] as const) : []),
    ],
  };
}

/** null for a session in clear text. With STARTTLS openssl's client says the first words itself. */
export function opensslOf(
  { protocol, tls, host, port, before, sent, proxied }: Recorded,
  secrets: boolean,
): Copied | null {
  if (tls === 'none') return null;
  const name = /^EHLO\s+(\S+)/i.exec(before.find(({ bytes }) => /^EHLO\s/i.test(bytes))?.bytes ?? '')?.[1];
  const hello = protocol === 'smtp' && name !== undefined ? ` -name ${quoted(name)}` : '';
  const starttls = tls === 'starttls' ? ` -starttls ${protocol}${hello}` : '';
  const command = `openssl s_client -quiet -connect ${quoted(hostPort(host, port))}${starttls}`;
  return {
    text: script(sent, secrets, '\\r\\n', command),
    remarks: [...remarksOf(sent, secrets), ...(proxied ? (['proxy'] as const) : [])],
  };
}
