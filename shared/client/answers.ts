/** What a server says, cut into whole answers: one for the greeting and one for each command, as a client counts them. */
import type { Bytes, Protocol } from '../machine/machine.ts';

/** Bytes of an answer that are kept: its last line says how it went. */
const LINE_KEPT = 1000;

/** Reads what a server sends. */
export class Answers {
  readonly #protocol: Protocol;
  #rest = '';
  /** Bytes of a literal that are still to come (IMAP). */
  #literal = 0;
  /** A listing or a message runs up to a dot on its own line (POP3). */
  #listing = false;
  #first = true;
  /** Commands that are not answered yet, the oldest first (POP3). */
  #commands: Bytes[] = [];

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  /** The client says something. */
  sent(bytes: Bytes): void {
    if (this.#protocol === 'pop3') this.#commands.push(bytes);
  }

  /** What lay unread before a handshake is dropped (RFC 3207 4.2). */
  reset(): void {
    this.#rest = '';
  }

  /** The last lines of the answers that are complete with these bytes. */
  take(bytes: Bytes): readonly Bytes[] {
    this.#rest += bytes;
    const answers: Bytes[] = [];
    for (let line = this.#line(); line !== null; line = this.#line()) if (this.#ends(line)) answers.push(line);
    return answers;
  }

  #line(): Bytes | null {
    if (this.#literal > 0) {
      const skipped = Math.min(this.#literal, this.#rest.length);
      this.#literal -= skipped;
      this.#rest = this.#rest.slice(skipped);
      if (this.#literal > 0) return null;
    }
    const end = this.#rest.indexOf('\n');
    if (end < 0) return null;
    const line = this.#rest.slice(0, end).replace(/\r$/, '');
    this.#rest = this.#rest.slice(end + 1);
    const literal = this.#protocol === 'imap' ? /\{(\d+)\}$/.exec(line) : null;
    this.#literal = Number(literal?.[1] ?? 0);
    return line.slice(0, LINE_KEPT);
  }

  #ends(line: Bytes): boolean {
    const first = this.#first;
    this.#first = false;
    if (this.#protocol === 'smtp') return /^\d{3}(?!-)/.test(line);
    if (this.#protocol === 'imap') return first || this.#tagged(line);
    return this.#endsPop3(line, first);
  }

  /** Untagged lines belong to an answer that is still to come, and so does what is behind a literal. */
  #tagged(line: Bytes): boolean {
    return /^(\+( |$)|[^\s*+()]+ (OK|NO|BAD)\b)/i.test(line);
  }

  #endsPop3(line: Bytes, first: boolean): boolean {
    if (this.#listing) {
      this.#listing = line !== '.';
      return !this.#listing;
    }
    const command = first ? '' : (this.#commands.shift() ?? '');
    const isLong = /^(CAPA|RETR\s|TOP\s|(LIST|UIDL)\s*$)/i.test(command.trimEnd() + (command.includes(' ') ? ' ' : ''));
    this.#listing = isLong && line.startsWith('+OK');
    return !this.#listing;
  }
}
