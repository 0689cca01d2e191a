/** Between what a person types and sees, and the bytes of the wire. */
import { utf8 } from '../../shared/client/shell.ts';

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/** A typed line as bytes: UTF-8; with `escaped`, `\x00`, `\r`, `\n`, `\t` and `\\` stand for bytes. */
export function bytesOfLine(line: string, escaped: boolean): string {
  if (!escaped) return utf8(line);
  return line
    .split(/(\\x[\da-f]{2}|\\[rnt\\])/i)
    .map((part) => {
      const [, hex, letter] = /^\\(?:x([\da-f]{2})|([rnt\\]))$/i.exec(part) ?? [];
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return letter === undefined ? utf8(part) : (escapes[letter.toLowerCase()] ?? part);
    })
    .join('');
}

const hex = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Bytes as a person can read them: UTF-8 where they are, else each odd byte as `\xff`; control bytes too. */
export function readable(bytes: string): string {
  const shown = (text: string) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    text.replace(/[\x00-\x08\x0b-\x1f\x7f]|[\u202a-\u202e\u2066-\u2069]/g, (char) =>
      char < '\x80' ? hex(char) : `‹U+${char.charCodeAt(0).toString(16).toUpperCase()}›`,
    );
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return shown(decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))));
  } catch {
    return shown(bytes.replace(/[\x80-\xff]/g, hex));
  }
}
