/** Values with parameters: Content-Type, Content-Disposition, lists of words (RFC 2045 5.1, RFC 2183). */
import type { Bytes } from '../../machine/machine.ts';

/** Names in lower case, values without their quotes, in their order. */
export type Parameters = readonly (readonly [name: string, value: Bytes])[];

/** So much of a field is read. */
const FIELD_MAX = 16_384;
/** So many parameters of a field are told. */
const PARAMETERS_MAX = 100;

const SKIP = /(?:[ \t\r\n;]|\((?:[^()\\]|\\.)*\))*/y;
const NAME = /[^\s;=()"]+/y;
const EQUALS = /[ \t\r\n]*=[ \t\r\n]*/y;
const QUOTED = /"([^"\\]*(?:\\.[^"\\]*)*)"?/sy;
const WORD = /[^;\s]*/y;
const REST = /[^;]*/y;

/** What comes first, in lower case and without comments, and the parameters behind it. */
export function readParameters(text: Bytes): { readonly value: string; readonly parameters: Parameters } {
  const field = text.slice(0, FIELD_MAX);
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(field);
    if (found) at += found[0].length;
    return found;
  };
  const value = (take(REST)?.[0] ?? '')
    .replace(/\([^()]*\)/g, '')
    .trim()
    .toLowerCase();
  const parameters: [string, Bytes][] = [];
  while (parameters.length < PARAMETERS_MAX) {
    take(SKIP);
    if (at >= field.length) break;
    const name = take(NAME)?.[0].toLowerCase();
    if (name === undefined || take(EQUALS) === null) {
      take(REST);
      continue;
    }
    const quoted = take(QUOTED)?.[1];
    parameters.push([name, quoted === undefined ? (take(WORD)?.[0] ?? '') : quoted.replace(/\\(.)/gs, '$1')]);
  }
  return { value, parameters };
}
