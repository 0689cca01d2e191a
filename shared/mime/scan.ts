/**
 * Reads the shape of a message line by line, once, however it is broken: the parts with the places of their bytes, and
 * every mistake with its place. It decodes nothing; a library does that.
 */
import type { Bytes } from '../machine/machine.ts';
import { Defects } from './defects.ts';
import { structured } from './field.ts';
import { badWord, onceOnly } from './header-line.ts';
import type { Limits, Part, Shape } from './part.ts';

/** What can be asked of the surroundings. */
export interface ScanOptions {
  readonly limits: Limits;
  /** Whether a charset's name is known to whoever decodes the text. */
  readonly knowsCharset: (name: string) => boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Open {
  readonly part: Writable<Part>;
  /** null: it is no multipart. */
  boundary: string | null;
  /** Whether its first part has begun. */
  begun: boolean;
  children: number;
  readonly fields: Map<string, string>;
  /** Names of its fields of which there may be one only. */
  readonly once: Set<string>;
  /** Characters of its base64 so far. */
  base64: number;
}

/** Bytes that are kept of a field the shape depends on. */
const FIELD_MAX = 16_384;

/** Characters of a declared name that are shown. */
const SHOWN_MAX = 200;

const encodings: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable']);
const plain: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
const shaping: ReadonlySet<string> = new Set(['content-type', 'content-transfer-encoding', 'content-disposition']);

const fieldLine = /^([!-9;-~]+)[ \t]*:/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes above 127 are what is looked for.
const eightBit = /[^\x00-\x7f]/;
const base64Line = /^[A-Za-z0-9+/]*={0,2}[ \t]*$/;
const badQp = /=(?![0-9A-Fa-f]{2}|[ \t]*$)/;

/** The shape of `raw`. */
export function scan(raw: Bytes, options: ScanOptions): Shape {
  return new Scanner(raw, options).run();
}

class Scanner {
  readonly #raw: Bytes;
  readonly #options: ScanOptions;
  readonly #defects: Defects;
  readonly #parts: Writable<Part>[] = [];
  /** From the message itself to the part that is being read. */
  readonly #open: Open[] = [];
  /** Which of `#open` a boundary belongs to. */
  readonly #boundaries = new Map<string, number>();
  #inHeaders = true;
  #field = '';
  #full = false;

  constructor(raw: Bytes, options: ScanOptions) {
    this.#raw = raw;
    this.#options = options;
    this.#defects = new Defects(options.limits.places);
  }

  run(): Shape {
    this.#begin(0, '', 0);
    for (let at = 0; at < this.#raw.length; ) {
      const lf = this.#raw.indexOf('\n', at);
      const next = lf < 0 ? this.#raw.length : lf + 1;
      const end = lf < 0 ? '' : lf > at && this.#raw[lf - 1] === '\r' ? '\r\n' : '\n';
      this.#line(at, this.#raw.slice(at, next - end.length), end, next);
      at = next;
    }
    if (this.#inHeaders) this.#headersEnd(this.#raw.length);
    this.#close(0, this.#raw.length, this.#raw.length);
    return { parts: this.#parts, defects: this.#defects.all() };
  }

  #line(at: number, text: Bytes, end: string, next: number): void {
    this.#defects.line(at, text, end);
    if (this.#boundary(at, text, next)) return;
    if (this.#inHeaders) this.#header(at, text, next);
    else this.#body(at, text);
  }

  /** RFC 2046 5.1.1: two dashes, the boundary, white space; two more dashes behind the last part. */
  #boundary(at: number, text: Bytes, next: number): boolean {
    if (this.#boundaries.size === 0 || !text.startsWith('--') || text.length > 1024) return false;
    const name = text.slice(2).trimEnd();
    const whole = this.#boundaries.get(name);
    const last = whole === undefined && name.endsWith('--') ? this.#boundaries.get(name.slice(0, -2)) : undefined;
    const owner = whole ?? last;
    if (owner === undefined) return false;
    if (this.#inHeaders) this.#headersEnd(at);
    this.#close(owner + 1, this.#before(at), at);
    const open = this.#open[owner];
    if (open === undefined) return false;
    open.begun = true;
    if (whole === undefined) {
      this.#boundaries.delete(name.slice(0, -2));
      open.boundary = null;
    } else this.#child(open, at, next);
    return true;
  }

  /** The line end before a boundary belongs to the boundary. */
  #before(at: number): number {
    if (this.#raw[at - 1] !== '\n') return at;
    return this.#raw[at - 2] === '\r' ? at - 2 : at - 1;
  }

  #child(open: Open, at: number, next: number): void {
    open.children += 1;
    const { path } = open.part;
    const base = path.replace(/\.?TEXT$/, '');
    this.#begin(next, base === '' ? `${open.children}` : `${base}.${open.children}`, at);
  }

  #begin(from: number, path: string, at: number): void {
    const depth = this.#open.length;
    const { limits } = this.#options;
    if (depth > limits.depth) {
      this.#defects.add('deep', at, 0);
      return;
    }
    this.#full ||= this.#parts.length >= limits.parts;
    if (this.#full) {
      this.#defects.add('parts', at, 0);
      return;
    }
    const end = this.#raw.length;
    const part = { path, depth, type: 'text/plain', charset: null, encoding: '7bit' };
    const whole = { ...part, disposition: null, name: null, from, body: end, end };
    this.#parts.push(whole);
    this.#open.push({
      part: whole,
      boundary: null,
      begun: false,
      children: 0,
      fields: new Map(),
      once: new Set(),
      base64: 0,
    });
    this.#inHeaders = true;
    this.#field = '';
  }

  #header(at: number, text: Bytes, next: number): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    if (text === '') this.#headersEnd(next);
    else if (text.startsWith(' ') || text.startsWith('\t')) this.#keep(open, text);
    else this.#fieldBegins(open, at, text);
    const size = at - open.part.from;
    if (size <= this.#options.limits.headers && size + text.length > this.#options.limits.headers)
      this.#defects.add('headers-large', at, text.length);
    const eight = text.search(eightBit);
    if (eight >= 0) this.#defects.add('header-8bit', at + eight, 1);
    const word = badWord(text, this.#options.knowsCharset);
    if (word >= 0) this.#defects.add('word', at + word, text.length - word);
  }

  #fieldBegins(open: Open, at: number, text: Bytes): void {
    const name = fieldLine.exec(text);
    // Some systems put an mbox line before the message; it is no field, and it does not end the headers.
    if (name === null) {
      this.#defects.add('no-colon', at, text.length);
      this.#field = '';
      return;
    }
    this.#field = (name[1] ?? '').toLowerCase();
    if (open.once.has(this.#field)) this.#defects.add('twice', at, text.length, (name[1] ?? '').slice(0, SHOWN_MAX));
    else if (onceOnly.has(this.#field)) open.once.add(this.#field);
    if (shaping.has(this.#field) && !open.fields.has(this.#field)) this.#keep(open, text.slice(name[0].length));
    else this.#field = '';
  }

  #keep(open: Open, text: Bytes): void {
    if (this.#field === '') return;
    const kept = open.fields.get(this.#field) ?? '';
    if (kept.length < FIELD_MAX) open.fields.set(this.#field, kept + text);
  }

  #headersEnd(body: number): void {
    this.#inHeaders = false;
    const open = this.#open.at(-1);
    if (open === undefined) return;
    const { part } = open;
    const type = structured(open.fields.get('content-type') ?? '');
    const disposition = structured(open.fields.get('content-disposition') ?? '');
    part.body = body;
    part.type = type.value === '' ? 'text/plain' : type.value.slice(0, SHOWN_MAX);
    part.charset = type.params.get('charset')?.slice(0, SHOWN_MAX) ?? null;
    part.encoding = structured(open.fields.get('content-transfer-encoding') ?? '7bit').value.slice(0, SHOWN_MAX);
    part.disposition = disposition.value === '' ? null : disposition.value.slice(0, SHOWN_MAX);
    part.name = (disposition.params.get('filename') ?? type.params.get('name') ?? null)?.slice(0, SHOWN_MAX) ?? null;
    this.#check(part);
    if (part.type.startsWith('multipart/')) this.#multipart(open, type.params.get('boundary') ?? '');
    else part.path = part.path === '' ? '1' : part.path.replace(/TEXT$/, '1');
    if (part.type === 'message/rfc822' && plain.has(part.encoding)) this.#message(part);
  }

  #check(part: Part): void {
    const length = part.body - part.from;
    if (!encodings.has(part.encoding)) this.#defects.add('encoding', part.from, length, part.encoding);
    if (part.charset !== null && !this.#options.knowsCharset(part.charset))
      this.#defects.add('charset', part.from, length, part.charset);
  }

  #multipart(open: Open, boundary: string): void {
    const { part } = open;
    if (boundary === '') this.#defects.add('boundary-none', part.from, part.body - part.from);
    // An inner part that takes the boundary of an outer one never ends it: the outer one goes on.
    else if (!this.#boundaries.has(boundary)) {
      open.boundary = boundary;
      this.#boundaries.set(boundary, this.#open.length - 1);
    }
  }

  /** A message within the message: its headers begin where the part's content does (RFC 2046 5.2.1). */
  #message(part: Part): void {
    const before = this.#parts.length;
    this.#begin(part.body, `${part.path}.TEXT`, part.body);
    this.#inHeaders = this.#parts.length > before;
  }

  #body(at: number, text: Bytes): void {
    const open = this.#open.at(-1);
    if (open === undefined || text === '') return;
    const { encoding } = open.part;
    const eight = encoding === '8bit' || encoding === 'binary' ? -1 : text.search(eightBit);
    if (open.boundary !== null) return;
    if (encoding === 'base64') this.#base64(open, at, text);
    else if (encoding === 'quoted-printable' && badQp.test(text)) this.#defects.add('qp', at + text.search(badQp), 1);
    else if (eight >= 0) this.#defects.add('body-8bit', at + eight, 1);
  }

  #base64(open: Open, at: number, text: Bytes): void {
    if (!base64Line.test(text)) {
      const bad = text.search(/[^A-Za-z0-9+/=]|=(?![= \t]|$)/);
      this.#defects.add('base64', at + Math.max(0, bad), 1);
    }
    open.base64 += text.trimEnd().length;
  }

  /** Ends every open part from `from` on: their content goes to `end`, whatever ended them stands at `at`. */
  #close(from: number, end: number, at: number): void {
    while (this.#open.length > from) {
      const open = this.#open.pop();
      if (open === undefined) return;
      open.part.end = Math.max(open.part.body, end);
      if (open.part.body > open.part.end) open.part.body = open.part.end;
      if (open.base64 % 4 !== 0) this.#defects.add('base64', end, 0);
      if (open.boundary === null) continue;
      this.#boundaries.delete(open.boundary);
      this.#defects.add(open.begun ? 'boundary-open' : 'boundary-never', at, 0, open.boundary.slice(0, SHOWN_MAX));
    }
  }
}
