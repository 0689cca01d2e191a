/** What FETCH tells of a message's envelope and parts, by the grammar of RFC 3501 9. */
import type { Reader } from './imap-reader.ts';

/** A value of a list in a response: a text, a number written out, NIL, or a list. */
export type Value = string | null | readonly Value[];

/** `envelope` of the grammar. */
export function envelope(reader: Reader): Value {
  reader.need('(');
  const values: Value[] = [reader.nstring()];
  reader.need(' ');
  values.push(reader.nstring());
  for (let n = 0; n < 6; n += 1) {
    reader.need(' ');
    values.push(reader.has('NIL') ? null : reader.list(() => address(reader), 1, ''));
  }
  for (let n = 0; n < 2; n += 1) {
    reader.need(' ');
    values.push(reader.nstring());
  }
  reader.need(')');
  return values;
}

function address(reader: Reader): Value {
  const four = reader.list(() => reader.nstring(), 4);
  return four.length === 4 ? four : reader.fail('four strings of an address');
}

/** body-fld-param. */
function parameters(reader: Reader): Value {
  if (reader.has('NIL')) return null;
  const words = reader.list(() => reader.string(), 2);
  return words.length % 2 === 0 ? words : reader.fail('a value for every parameter');
}

/** Parts in a value of `body`: its own list for a multipart. */
export function body(reader: Reader, extended: boolean): Value {
  reader.need('(');
  const parts: Value[] = [];
  while (reader.peek() === '(') parts.push(body(reader, extended));
  const value: Value[] = parts.length > 0 ? [parts, ...multipart(reader)] : leaf(reader, extended);
  const extensions = [
    () => (parts.length > 0 ? parameters(reader) : reader.nstring()),
    () => disposition(reader),
    () => (reader.peek() === '(' ? reader.list(() => reader.string(), 1) : reader.nstring()),
    () => reader.nstring(),
  ];
  for (const extension of extended ? extensions : []) {
    if (!reader.has(' ')) break;
    value.push(extension());
  }
  reader.need(')');
  return value;
}

function multipart(reader: Reader): Value[] {
  reader.need(' ');
  return [reader.string()];
}

function leaf(reader: Reader, extended: boolean): Value[] {
  const type = reader.string();
  reader.need(' ');
  const subtype = reader.string();
  reader.need(' ');
  const value: Value[] = [type, subtype, parameters(reader)];
  for (let n = 0; n < 2; n += 1) {
    reader.need(' ');
    value.push(reader.nstring());
  }
  reader.need(' ');
  value.push(reader.string());
  reader.need(' ');
  value.push(`${reader.number()}`);
  const kind = `${type}/${subtype}`.toLowerCase();
  if (kind === 'message/rfc822') {
    reader.need(' ');
    value.push(envelope(reader));
    reader.need(' ');
    value.push(body(reader, extended));
  }
  if (kind === 'message/rfc822' || kind.startsWith('text/')) {
    reader.need(' ');
    value.push(`${reader.number()}`);
  }
  return value;
}

function disposition(reader: Reader): Value {
  if (reader.has('NIL')) return null;
  reader.need('(');
  const word = reader.string();
  reader.need(' ');
  const value = [word, parameters(reader)];
  reader.need(')');
  return value;
}
