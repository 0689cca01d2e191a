/** Words for a POSIX shell: whatever stands in them, nothing of it is run. */

/** Quotes where it is needed. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** What a quoted word cannot carry through every terminal: control characters, and bytes that may be no characters. */
const unspeakable = /[^\x20-\x7e]/;

/** Escapes for printf's `%b`: backslashes, and every byte that is no printable ASCII (POSIX printf). */
function escaped(bytes: string): string {
  return bytes.replace(/[^\x20-\x5b\x5d-\x7e]/g, (char) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** A command that prints these lines, each with CR LF behind it. Lines are byte strings without their ends. */
export function printfLines(lines: readonly string[]): string {
  const plain = !lines.some((line) => unspeakable.test(line));
  const words = lines.map((line) => `'${(plain ? line : escaped(line)).replaceAll("'", "'\\''")}'`);
  return `printf '${plain ? '%s' : '%b'}\\r\\n' ${words.join(' ')}`;
}

/** A command that prints a content for `swaks --data - --no-data-fixup`, which itself ends the line of the closing dot. */
export function printfContent(lines: readonly string[]): string {
  return lines.length === 0 ? 'printf .' : `{ ${printfLines(lines)}; printf .; }`;
}

/** A command that prints exactly these bytes. */
export function printfBytes(bytes: string): string {
  return `printf %b '${escaped(bytes).replaceAll("'", "'\\''")}'`;
}

/** A text as UTF-8, one character a byte. */
export function utf8(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
