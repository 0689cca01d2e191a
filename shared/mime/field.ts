/** One structured header field of MIME, as far as the shape of a message depends on it (RFC 2045 5.1, RFC 2183 2). Pure. */
import type { Bytes } from '../machine/machine.ts';

/** `text/plain; charset=utf-8`: the value in small letters, and its parameters by their small names. */
export interface Structured {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
}

const parameter = /;\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*("(?:[^"\\]|\\[\s\S])*"?|[^;\s]*)/y;

/** Reads a field's value; what is no parameter ends it. The first of two parameters with one name counts. */
export function structured(text: Bytes): Structured {
  const end = text.indexOf(';');
  const params = new Map<string, string>();
  parameter.lastIndex = end < 0 ? text.length : end;
  for (let found = parameter.exec(text); found !== null; found = parameter.exec(text)) {
    const name = (found[1] ?? '').toLowerCase();
    if (!params.has(name)) params.set(name, unquoted(found[2] ?? ''));
  }
  return { value: (end < 0 ? text : text.slice(0, end)).trim().toLowerCase(), params };
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined).replace(/\\([\s\S])/g, '$1');
}
