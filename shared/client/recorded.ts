/** What a client said in a recorded session, taken from its entries: what *Copy as* makes its commands of. */
import type { Entry } from '../journal/entry.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';
import { decodeBase64 } from '../wire/base64.ts';

/** One thing that the client sent. */
export interface Sent {
  /** line: a command or an answer · data: a message's content with its closing dot, or a literal. */
  readonly kind: 'line' | 'data';
  /** As it was on the wire. */
  readonly raw: Bytes;
  /** Without the line end, for a line. */
  readonly bytes: Bytes;
  /** Byte ranges that hold a secret, as [from, to). */
  readonly secret: readonly (readonly [number, number])[];
  /** Whether the journal kept only its beginning. */
  readonly cut: boolean;
}

/** A login as the client made it; what cannot be told is ''. */
export interface RecordedLogin {
  readonly user: string;
  readonly password: string;
  /** PLAIN, LOGIN, CRAM-MD5, EXTERNAL, APOP; '' for the protocol's own command. */
  readonly mechanism: string;
  /** Whether the answer came with the command that named the mechanism (RFC 4954 4). */
  readonly inline: boolean;
}

/** The client's side of a session. */
export interface Recorded {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** ssl: from the first byte · starttls: asked for within the session · none. */
  readonly tls: 'none' | 'starttls' | 'ssl';
  /** Whether a PROXY header came first. */
  readonly proxied: boolean;
  /** What was said in clear text before STARTTLS; the command that asks for it is its last line. */
  readonly before: readonly Sent[];
  /** What was said after the handshake, or all of it where there was none; never the PROXY header. */
  readonly sent: readonly Sent[];
  readonly login: RecordedLogin | null;
}

/** `127.0.0.1:3333`, `[::1]:3333`. null for a unix socket. */
function splitListener(listener: string): { host: string; port: number } | null {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(listener) ?? [];
  // A wildcard cannot be connected to.
  const near = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host ?? ''] ?? host;
  return near === undefined || port === undefined || near.startsWith('unix')
    ? null
    : { host: near, port: Number(port) };
}

function sentIn(entry: Entry): Sent | null {
  if (entry.leg !== 'client' || entry.direction !== 'in') return null;
  if (entry.kind !== 'line' && entry.kind !== 'data') return null;
  const raw = entry.bytes;
  const bytes = entry.kind === 'line' ? raw.replace(/\r?\n$/, '') : raw;
  const cut = (entry.size ?? raw.length) > raw.length;
  return { kind: entry.kind, raw, bytes, secret: entry.secret ?? [], cut };
}

const isProxyHeader = ({ why }: Entry): boolean => why.startsWith('session.proxied');

/** What a session's client did; null where there is nothing to connect to. */
export function recordedOf(protocol: Protocol, listener: string, entries: readonly Entry[]): Recorded | null {
  const at = splitListener(listener);
  if (at === null) return null;
  const shaken = entries.findLastIndex(({ leg, kind }) => leg === 'client' && kind === 'tls');
  const mode = entries[shaken]?.params?.mode;
  const all = (part: readonly Entry[]) => part.flatMap((entry) => (isProxyHeader(entry) ? [] : (sentIn(entry) ?? [])));
  const sent = all(entries.slice(Math.max(shaken, 0)));
  return {
    ...{ protocol, ...at },
    tls: shaken < 0 ? 'none' : mode === 'ssl' ? 'ssl' : 'starttls',
    proxied: entries.some(isProxyHeader),
    before: shaken < 0 ? [] : all(entries.slice(0, shaken)),
    sent,
    login: loginIn(protocol, sent),
  };
}

const decoded = (text: string | undefined): string => decodeBase64((text ?? '').trim()) ?? '';

function saslLogin(mechanism: string, inline: boolean, answers: readonly string[]): RecordedLogin {
  const [first, second] = answers.map(decoded);
  if (mechanism === 'PLAIN') {
    const [, user = '', password = ''] = (first ?? '').split('\0');
    return { mechanism, inline, user, password };
  }
  if (mechanism === 'LOGIN') return { mechanism, inline, user: first ?? '', password: second ?? '' };
  // Of a digest and of EXTERNAL no password can be told.
  return { mechanism, inline, user: (first ?? '').split(' ')[0] ?? '', password: '' };
}

/** A quoted string or an atom (RFC 3501 4). */
const word = /"((?:[^"\\]|\\.)*)"|([^\s{]+)/g;

/** The words of a command, their quotes taken away. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(word)].map(([, quoted, atom]) => quoted?.replace(/\\(.)/g, '$1') ?? atom ?? '');
}

/** The lines that follow a command and are no commands: the answers to prompts. */
function answersAfter(sent: readonly Sent[], at: number, inline: string | undefined): string[] {
  const lines = sent.slice(at + 1, at + 3).map(({ bytes }) => bytes);
  return inline === undefined || inline === '' ? lines : [inline, ...lines];
}

/** The last login: those before it were refused. */
function loginIn(protocol: Protocol, sent: readonly Sent[]): RecordedLogin | null {
  const pattern = { smtp: /^AUTH\s+\S/i, imap: /^\S+\s+(LOGIN|AUTHENTICATE)\s/i, pop3: /^(AUTH\s+\S|USER\s|APOP\s)/i }[
    protocol
  ];
  const at = sent.findLastIndex(({ bytes }) => pattern.test(bytes));
  const line = sent[at]?.bytes;
  if (line === undefined) return null;
  const words = wordsOf(line);
  const [verb = '', second = '', third] = protocol === 'imap' ? words.slice(1) : words;
  if (verb.toUpperCase() === 'AUTH' || verb.toUpperCase() === 'AUTHENTICATE')
    return saslLogin(second.toUpperCase(), third !== undefined, answersAfter(sent, at, third));
  if (verb.toUpperCase() === 'USER') {
    const pass = sent[at + 1]?.bytes ?? '';
    return { mechanism: '', inline: false, user: second, password: /^PASS /i.test(pass) ? pass.slice(5) : '' };
  }
  if (verb.toUpperCase() === 'APOP') return { mechanism: 'APOP', inline: false, user: second, password: '' };
  return imapLogin(sent, at, words.slice(2));
}

/** LOGIN with its texts in the command or as literals behind it (RFC 3501 6.2.3). */
function imapLogin(sent: readonly Sent[], at: number, inline: readonly string[]): RecordedLogin {
  const texts = [...inline];
  for (let next = at, line = sent[at]?.bytes ?? ''; /\{\d+\+?\}$/.test(line); line = sent[next]?.bytes ?? '') {
    next += 1;
    const answer = sent[next];
    if (answer === undefined) break;
    const size = Number(/\{(\d+)\+?\}$/.exec(line)?.[1] ?? 0);
    texts.push(answer.bytes.slice(0, size), ...wordsOf(answer.bytes.slice(size)));
    line = answer.bytes.slice(size);
  }
  return { mechanism: '', inline: false, user: texts[0] ?? '', password: texts[1] ?? '' };
}
