/** A recorded session as a script: what its client said, and how the answers began. */
import { Answers } from '../client/answers.ts';
import type { Entry } from '../journal/entry.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';
import { decodeUtf8 } from '../wire/address.ts';
import { escaped } from './script.ts';

/** A script, and what it does not do as the client did: secrets left out, or a message of which the journal kept a part. */
export interface SessionScript {
  readonly text: string;
  readonly masked: boolean;
  readonly cut: boolean;
}

/** Whether the client heard it. In the relay one entry of the upstream's leg stands for both; before it each has its own. */
const heard = ({ leg, direction, kind, disposition }: Entry, relayed: boolean): boolean =>
  (kind === 'line' || kind === 'data') &&
  ((leg === 'client' && direction === 'out') ||
    (relayed && leg === 'upstream' && direction === 'in' && disposition === 'passed'));

const said = ({ leg, direction, kind, why }: Entry): boolean =>
  leg === 'client' && direction === 'in' && (kind === 'line' || kind === 'data') && !why.startsWith('session.proxied');

/** How an answer is expected: its code, and anything behind it. */
function patternOf(protocol: Protocol, last: Bytes): string {
  if (protocol === 'smtp') return `${last.slice(0, 3)}*`;
  if (protocol === 'pop3') return last === '.' ? '+OK*' : `${last.split(' ')[0]}*`;
  const [first = '', second = ''] = last.split(' ');
  if (first === '+') return '+*';
  return `${decodeUtf8(first)} ${second}*`.replace(/\$/g, '$$$$').replace(/^\//, '?');
}

/** Text that can stand behind `>`: its UTF-8 is what was on the wire, and no blank of it is lost. */
function plainText(line: Bytes): string | null {
  if (/[^\x20-\x7e\t\x80-\xff]/.test(line)) return null;
  const text = decodeUtf8(line);
  return text.includes('\ufffd') ? null : text.replace(/\$/g, '$$$$');
}

class Writer {
  readonly lines: string[] = [];
  masked = false;
  cut = false;
  readonly #protocol: Protocol;
  readonly #secrets: boolean;
  readonly #answers: Answers;

  constructor(protocol: Protocol, secrets: boolean) {
    this.#protocol = protocol;
    this.#secrets = secrets;
    this.#answers = new Answers(protocol);
  }

  hear(bytes: Bytes): void {
    for (const last of this.#answers.take(bytes)) this.lines.push(`< ${patternOf(this.#protocol, last)}`);
  }

  say({ kind, bytes, size, secret = [] }: Entry): void {
    this.cut ||= (size ?? bytes.length) > bytes.length;
    this.masked ||= !this.#secrets && secret.length > 0;
    const raw = this.#secrets ? bytes : secret.reduce(masked, bytes);
    this.#answers.sent(bytes);
    // What comes behind a literal's count is not a line: it goes out exactly as it was.
    for (const line of raw.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      const text = line.endsWith('\r\n') ? plainText(line.slice(0, -2)) : null;
      this.lines.push(text === null ? `>> ${escaped(line).replace(/\$/g, '$$$$')}` : `> ${text}`.trimEnd());
    }
    if (kind === 'data' && this.cut) this.lines.push('# The journal kept only the beginning of this message.');
  }

  /** The command that asked for TLS and its answer become one step. */
  shakeHands(): void {
    const asked = this.lines.findLastIndex((line) => /^> (\S+ )?(STARTTLS|STLS)$/i.test(line));
    if (asked >= 0) this.lines.splice(asked);
    this.lines.push(asked >= 0 ? 'starttls' : 'tls');
    this.#answers.reset();
  }
}

const masked = (text: Bytes, [from, to]: readonly [number, number]): Bytes =>
  text.slice(0, from) + '*'.repeat(to - from) + text.slice(to);

/** `secrets`: with the passwords in it; else as many asterisks. */
export function scriptOf(protocol: Protocol, entries: readonly Entry[], secrets: boolean): SessionScript {
  const writer = new Writer(protocol, secrets);
  let begun = false;
  let relayed = false;
  for (const entry of entries) {
    relayed ||= entry.kind === 'relay';
    if (entry.leg === 'client' && entry.kind === 'tls') {
      // Where TLS came first, it is the listener that asks for it.
      if (begun && entry.params?.mode !== 'ssl') writer.shakeHands();
    } else if (said(entry)) writer.say(entry);
    else if (heard(entry, relayed)) writer.hear(entry.bytes.endsWith('\n') ? entry.bytes : `${entry.bytes}\r\n`);
    begun ||= said(entry) || heard(entry, relayed);
  }
  const { lines, masked: hidden, cut } = writer;
  const notes = hidden ? ['# Passwords are left out: put them where the asterisks are.'] : [];
  return { text: `${[...notes, ...lines].join('\n')}\n`, masked: hidden, cut };
}
