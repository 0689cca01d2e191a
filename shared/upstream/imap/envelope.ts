/** ENVELOPE of FETCH (RFC 3501 7.4.2), with addresses as RFC 5322 writes them. */
import type { Bytes } from '../../machine/machine.ts';
import { fieldValues } from './header.ts';
import { nstring, string } from './print.ts';

const NAMES = new Set([
  'date',
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'in-reply-to',
  'message-id',
]);

/** The envelope of a header block. */
export function envelope(block: Bytes): Bytes {
  const values = fieldValues(block, NAMES);
  const text = (name: string): Bytes => nstring(values.get(name)?.[0] ?? null);
  const list = (name: string): Bytes | null => addressList(values.get(name)?.join(', ') ?? '');
  const from = list('from');
  const people = [from, list('sender') ?? from, list('reply-to') ?? from, list('to'), list('cc'), list('bcc')];
  return `(${[
    text('date'),
    text('subject'),
    ...people.map((one) => one ?? 'NIL'),
    text('in-reply-to'),
    text('message-id'),
  ].join(' ')})`;
}

/** So much of a field of addresses is read. */
const FIELD_MAX = 65_536;

const TOKEN = /[ \t\r\n]+|"[^"\\]*(?:\\.[^"\\]*)*"?|\[[^\]]*\]?|[<>@,:;.]|\(|[^ \t\r\n"[<>@,:;.(]+/sy;

/** An address without comments, groups, routes and escapes, as nearly all are: `Ann <ann@host>,`, `"Ann" <ann@host>,`, `ann@host,`. */
const SIMPLE =
  /\s*(?:(?:"([^"\\]*)"\s*|([^"<>@,;:.()\\[\]\s]+(?: [^"<>@,;:.()\\[\]\s]+)*)?\s*)<([^"<>@,;:()\\[\]\s]+)@([^"<>@,;:()\\[\]\s]+)>|([^"<>@,;:()\\[\]\s]+)@([^"<>@,;:()\\[\]\s]+))\s*(?:,|$)/y;

/** Addresses in parentheses, each as `(name route mailbox host)`; null where there is none. */
function addressList(field: Bytes): Bytes | null {
  const text = field.slice(0, FIELD_MAX);
  return text === '' ? null : (simpleList(text) ?? anyList(text));
}

/** The list, where all its addresses are simple. */
function simpleList(text: Bytes): Bytes | null {
  let out = '';
  for (let at = 0; at < text.length; at = SIMPLE.lastIndex) {
    SIMPLE.lastIndex = at;
    const found = SIMPLE.exec(text);
    if (found === null) return null;
    const [, quoted, phrase = '', local = found[5] ?? '', host = found[6] ?? ''] = found;
    const name = (quoted ?? phrase).trim();
    out += `(${nstring(name === '' ? null : name)} NIL ${string(local)} ${string(host)})`;
  }
  return `(${out})`;
}

/** The list, token by token. */
export function anyList(text: Bytes): Bytes | null {
  const reader = new AddressReader();
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0] ?? text.charAt(at);
    if (token !== '(') {
      reader.take(token);
      at += token.length;
      continue;
    }
    const end = commentEnd(text, at);
    reader.comment(text.slice(at + 1, text[end - 1] === ')' ? end - 1 : end));
    at = end;
  }
  reader.end();
  return reader.out === '' ? null : `(${reader.out})`;
}

/** Where a comment ends that begins at `at`; comments may hold others. */
function commentEnd(text: Bytes, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const char = text[i];
    if (char === '\\') i += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return text.length;
}

const unquoted = (token: Bytes): Bytes =>
  token.startsWith('"')
    ? token.slice(1, token.length > 1 && token.endsWith('"') ? -1 : undefined).replace(/\\(.)/gs, '$1')
    : token;

/** Takes the tokens of an address list one after the other, and writes what they come to. */
class AddressReader {
  out = '';
  /** Words before `<`, or the mailbox itself where there is none. */
  #words: Bytes[] = [];
  #gap = false;
  #comment: Bytes | null = null;
  /** What stands between `<` and `>`; null outside of them. */
  #angle: Bytes[] | null = null;
  #closed = false;
  #group = false;

  take(token: Bytes): void {
    if (/^\s/.test(token)) this.#gap = true;
    else if (this.#angle !== null && !this.#closed) this.#inside(token, this.#angle);
    else if (token === '<') this.#angle = [];
    else if (token === ',') this.end();
    else if (token === ';') this.#closeGroup();
    else if (token === ':' && !this.#group && this.#angle === null) this.#openGroup();
    else if (!this.#closed) this.#word(token);
  }

  comment(text: Bytes): void {
    this.#comment ??= text.trim();
  }

  /** An address is complete, if there was one. */
  end(): void {
    const inner = this.#angle;
    if (inner !== null && inner.length > 0) this.#write(inner.join(''), this.#phrase());
    else if (inner === null && this.#words.length > 0) this.#write(this.#words.join(''), this.#comment);
    this.#reset();
  }

  #inside(token: Bytes, angle: Bytes[]): void {
    if (token === '>') this.#closed = true;
    else angle.push(token);
  }

  /** Words keep the white space between them as one space, and none where there was none. */
  #word(token: Bytes): void {
    if (this.#gap && this.#words.length > 0) this.#words.push(' ');
    this.#gap = false;
    this.#words.push(token);
  }

  #phrase(): Bytes | null {
    const phrase = this.#words.map(unquoted).join('').trim();
    return phrase === '' ? this.#comment : phrase;
  }

  #openGroup(): void {
    this.out += `(NIL NIL ${string(this.#phrase() ?? '')} NIL)`;
    this.#reset();
    this.#group = true;
  }

  #closeGroup(): void {
    this.end();
    if (this.#group) this.out += '(NIL NIL NIL NIL)';
    this.#group = false;
  }

  /** `@route:mailbox@host`; spaces around the signs do not count. */
  #write(address: Bytes, name: Bytes | null): void {
    const text = address.replace(/ ?([@.]) ?/g, '$1').trim();
    const colon = text.startsWith('@') ? text.indexOf(':') : -1;
    const route = colon < 0 ? null : text.slice(0, colon);
    const spec = colon < 0 ? text : text.slice(colon + 1);
    const at = spec.lastIndexOf('@');
    const local = unquoted(at < 0 ? spec : spec.slice(0, at));
    // NIL for the host would begin a group: an address without a host has an empty one.
    const host = at < 0 ? '' : spec.slice(at + 1);
    this.out += `(${nstring(name === '' ? null : name)} ${nstring(route)} ${string(local)} ${string(host)})`;
  }

  #reset(): void {
    this.#words = [];
    this.#gap = false;
    this.#comment = null;
    this.#angle = null;
    this.#closed = false;
  }
}
