/**
 * Reads what an IMAP server says by RFC 3501's formal syntax (9), RFC 2342, 2971, 4315 and 5530, and takes nothing else.
 * Written from the grammar, not from any server.
 */

import { body, envelope, type Value } from './imap-parts.ts';
import { Reader, Violation } from './imap-reader.ts';

/** The condition of a tagged reply, or of an untagged one. */
export interface Condition {
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';
  readonly code: string;
  readonly text: string;
}

/** One response. */
export type Response =
  | { readonly type: 'continue' }
  | ({ readonly type: 'tagged'; readonly tag: string } & Condition)
  | ({ readonly type: 'condition' } & Condition)
  | { readonly type: 'exists' | 'recent' | 'expunge'; readonly number: number }
  | { readonly type: 'fetch'; readonly number: number; readonly items: ReadonlyMap<string, Value> }
  | { readonly type: 'flags' | 'capability'; readonly words: readonly string[] }
  | { readonly type: 'search'; readonly numbers: readonly number[] }
  | {
      readonly type: 'list';
      readonly attributes: readonly string[];
      readonly separator: string;
      readonly name: string;
    }
  | { readonly type: 'status'; readonly name: string; readonly values: ReadonlyMap<string, number> }
  | { readonly type: 'other'; readonly word: string };

/** Length of the response at the start of the bytes, literals and line end included; 0 while it is not complete. */
export function responseLength(bytes: string): number {
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return 0;
    const literal = /\{(\d+)\}$/.exec(bytes.slice(Math.max(at, end - 14), end));
    if (literal === null) return end + 2;
    at = end + 2 + Number(literal[1]);
    if (at > bytes.length) return 0;
  }
}

const TAG = /[^\0-\x20\x7f-\xff(){%*"\\+]+/y;
const FLAG = /\\?[^\0-\x20\x7f-\xff(){%*"\\\]]+/y;
const DATE = /"(?: \d|\d\d)-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4} \d\d:\d\d:\d\d [+-]\d{4}"/y;
const SECTION =
  /\[(?:(?:[1-9]\d*(?:\.[1-9]\d*)*)?(?:\.?(?:HEADER|TEXT)|(?<=\d)\.MIME)?|(?:[1-9]\d*(?:\.[1-9]\d*)*\.)?HEADER\.FIELDS(?:\.NOT)? \([^()\r\n]+\))\](?:<\d+>)?/y;
const SET = /\d+(?::\d+)?(?:,\d+(?::\d+)?)*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar excludes them by name.
const TEXT = /[\x01-\x09\x0b\x0c\x0e-\x7f]+/y;

/** Reads one response, all of it. */
export function parseResponse(bytes: string): Response {
  const reader = new Reader(bytes);
  const response = read(reader);
  reader.end();
  return response;
}

function read(reader: Reader): Response {
  if (reader.has('+ ')) {
    reader.match(TEXT);
    return { type: 'continue' };
  }
  if (!reader.has('* ')) {
    const tag = reader.take(TAG, 'a tag');
    reader.need(' ');
    const status = reader.take(/OK|NO|BAD/y, 'OK, NO or BAD');
    return { type: 'tagged', tag, ...condition(reader, status) };
  }
  if (/\d/.test(reader.peek())) return message(reader);
  const word = reader.atom();
  switch (word) {
    case 'OK':
    case 'NO':
    case 'BAD':
    case 'BYE':
    case 'PREAUTH':
      return { type: 'condition', ...condition(reader, word) };
    case 'CAPABILITY': {
      const words: string[] = [];
      while (reader.has(' ')) words.push(reader.atom());
      return words.includes('IMAP4rev1') ? { type: 'capability', words } : reader.fail('IMAP4rev1 in the list');
    }
    case 'FLAGS':
      reader.need(' ');
      return { type: 'flags', words: reader.list(() => flag(reader), 0) };
    case 'SEARCH': {
      const numbers: number[] = [];
      while (reader.has(' ')) numbers.push(reader.nz());
      return { type: 'search', numbers };
    }
    case 'LIST':
    case 'LSUB':
      return list(reader);
    case 'STATUS':
      return status(reader);
    case 'NAMESPACE':
      for (let n = 0; n < 3; n += 1) namespace(reader);
      return { type: 'other', word };
    case 'ID':
      id(reader);
      return { type: 'other', word };
    default:
      return reader.fail('an untagged response of the grammar');
  }
}

function condition(reader: Reader, status: string): Condition {
  if (status !== 'OK' && status !== 'NO' && status !== 'BAD' && status !== 'BYE' && status !== 'PREAUTH')
    return reader.fail('a condition');
  reader.need(' ');
  let code = '';
  if (reader.has('[')) {
    code = respCode(reader);
    reader.need('] ');
  }
  return { status, code, text: reader.take(TEXT, 'a text') };
}

/** resp-text-code, as it was written. */
function respCode(reader: Reader): string {
  const word = reader.atom();
  switch (word) {
    case 'UIDNEXT':
    case 'UIDVALIDITY':
    case 'UNSEEN':
      reader.need(' ');
      return `${word} ${reader.nz()}`;
    case 'PERMANENTFLAGS':
      reader.need(' ');
      return `${word} ${reader.list(() => (reader.has('\\*') ? '\\*' : flag(reader)), 0).join(' ')}`;
    case 'BADCHARSET':
      return reader.has(' ') ? `${word} ${reader.list(() => reader.astring(), 1).join(' ')}` : word;
    case 'CAPABILITY': {
      const words: string[] = [];
      while (reader.has(' ')) words.push(reader.atom());
      return words.includes('IMAP4rev1') ? `${word} ${words.join(' ')}` : reader.fail('IMAP4rev1 in the list');
    }
    case 'APPENDUID':
      reader.need(' ');
      return `${word} ${reader.nz()}${space(reader)}${reader.take(SET, 'a set')}`;
    case 'COPYUID': {
      reader.need(' ');
      const validity = reader.nz();
      const from = `${space(reader)}${reader.take(SET, 'a set')}`;
      return `${word} ${validity}${from}${space(reader)}${reader.take(SET, 'a set')}`;
    }
    default:
      return reader.has(' ') ? `${word} ${reader.take(/[^\]\r\n\x80-\xff]+/y, 'the text of a code')}` : word;
  }
}

const space = (reader: Reader): string => {
  reader.need(' ');
  return ' ';
};

const flag = (reader: Reader): string => reader.take(FLAG, 'a flag');

function list(reader: Reader): Response {
  reader.need(' ');
  const attributes = reader.list(() => reader.take(/\\[A-Za-z]+/y, 'an attribute'), 0);
  reader.need(' ');
  const quoted = reader.has('NIL') ? '""' : reader.take(/"(?:[^"\\\r\n]|\\["\\])"/y, 'a separator');
  reader.need(' ');
  return { type: 'list', attributes, separator: quoted.slice(1, -1).replace('\\', ''), name: reader.astring() };
}

function status(reader: Reader): Response {
  reader.need(' ');
  const name = reader.astring();
  reader.need(' ');
  const values = reader.list(() => {
    const item = reader.take(/MESSAGES|RECENT|UIDNEXT|UIDVALIDITY|UNSEEN/y, 'a status item');
    reader.need(' ');
    return [item, reader.number()] as const;
  }, 0);
  return { type: 'status', name, values: new Map(values) };
}

function namespace(reader: Reader): void {
  reader.need(' ');
  if (reader.has('NIL')) return;
  const one = () => {
    reader.need('(');
    reader.string();
    reader.need(' ');
    reader.nstring();
    reader.need(')');
  };
  reader.list(one, 1, '');
}

function id(reader: Reader): void {
  reader.need(' ');
  if (reader.has('NIL')) return;
  const words = reader.list(() => reader.nstring(), 0);
  if (words.length % 2 !== 0) reader.fail('a value for every field');
}

function message(reader: Reader): Response {
  const number = reader.number();
  reader.need(' ');
  const word = reader.atom();
  switch (word) {
    case 'EXISTS':
      return { type: 'exists', number };
    case 'RECENT':
      return { type: 'recent', number };
  }
  if (number === 0) reader.fail('a message number from 1 on');
  if (word === 'EXPUNGE') return { type: 'expunge', number };
  if (word !== 'FETCH') reader.fail('EXISTS, RECENT, EXPUNGE or FETCH');
  reader.need(' ');
  const items = reader.list(() => attribute(reader), 1);
  return { type: 'fetch', number, items: new Map(items) };
}

/** msg-att. */
function attribute(reader: Reader): readonly [string, Value] {
  const name = reader.take(/[A-Z0-9.]+/y, 'an item of FETCH');
  if (name === 'BODY' && reader.peek() === '[') {
    const section = reader.take(SECTION, 'a section');
    reader.need(' ');
    return [`BODY${section}`, reader.nstring()];
  }
  reader.need(' ');
  switch (name) {
    case 'FLAGS':
      return [name, reader.list(() => flag(reader), 0)];
    case 'UID':
      return [name, `${reader.nz()}`];
    case 'RFC822.SIZE':
      return [name, `${reader.number()}`];
    case 'INTERNALDATE':
      return [name, reader.take(DATE, 'a date-time')];
    case 'RFC822':
    case 'RFC822.HEADER':
    case 'RFC822.TEXT':
      return [name, reader.nstring()];
    case 'ENVELOPE':
      return [name, envelope(reader)];
    case 'BODY':
      return [name, body(reader, false)];
    case 'BODYSTRUCTURE':
      return [name, body(reader, true)];
    default:
      return reader.fail('an item of FETCH');
  }
}

/** Every response in the bytes. Throws where one is not in the grammar, or the last one is not complete. */
export function parseAll(bytes: string): readonly Response[] {
  const responses: Response[] = [];
  for (let rest = bytes; rest !== ''; ) {
    const length = responseLength(rest);
    if (length === 0) throw new Violation(`not complete: ${JSON.stringify(rest.slice(0, 300))}`);
    responses.push(parseResponse(rest.slice(0, length)));
    rest = rest.slice(length);
  }
  return responses;
}
