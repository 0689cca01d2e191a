/** Texts of a lab as JavaScript that means the same, whatever stands in them. */

/** A string literal, on one line and without invisible characters. */
export function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replace(/[\x7f-\xa0\xad\u0600-\u0605\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, hex)}'`;
}

const hex = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The name of a property. `__proto__: x` alone would be no property. */
export function property(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return /^[a-z_$][\w$]*$/i.test(name) ? name : quote(name);
}

/** `{ name: value, … }` on one line; values are code already. */
export function object(entries: readonly (readonly [string, string])[]): string {
  return entries.length === 0
    ? '{}'
    : `{ ${entries.map(([name, value]) => `${property(name)}: ${value}`).join(', ')} }`;
}

/** What stands behind `//` or `#`: one line, whatever the text. */
export const comment = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the comment, or hide what stands in it.
  text.replace(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, ' ');
