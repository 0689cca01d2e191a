/** Between the bytes that are held and the text that a person edits; and the headers of an answer. Pure. */
import { encodeUtf8 } from '../../shared/auth/text.ts';
import type { Held } from '../../shared/contract/gates.ts';
import type { Bytes } from '../../shared/machine/machine.ts';

/** The bytes as a text area takes them: UTF-8 decoded where it is, line ends as line feeds, without the last ones. */
export function editableText({ text, kind }: Pick<Held, 'text' | 'kind'>): string {
  const lines = utf8(text).replace(/\r\n?/g, '\n');
  return kind === 'data' ? lines : lines.replace(/\n+$/, '');
}

/**
 * What is wrong with the end of an edited message, whose end is a line of a single dot (RFC 5321 4.1.1.4). none: it is
 * gone, and the other side waits for more · early: lines stand behind it, which are read as commands.
 */
export function dotProblem({ kind, text }: Pick<Held, 'kind' | 'text'>, typed: string): 'none' | 'early' | null {
  if (kind !== 'data' || !/(?:^|\n)\.\r\n$/.test(text)) return null;
  const end = /(?:^|\n)\.\r?\n/.exec(typed);
  if (end === null) return 'none';
  return end.index + end[0].length < typed.length ? 'early' : null;
}

/** What goes to the lab for an edited text: a byte string, whose line ends the lab writes. */
export function typedText(was: Bytes, text: string): Bytes {
  // Bytes that are no UTF-8 were shown one character a byte, and go back so.
  return utf8(was) === was && /^[\0-\xff]*$/.test(text) && /[\x80-\xff]/.test(was) ? text : encodeUtf8(text);
}

/** UTF-8 as text where it is valid, else one character a byte. */
function utf8(bytes: Bytes): string {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return bytes;
  }
}

const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im');

/** The value of a header of an edited answer; null where it has none. */
export const headerOf = (text: string, name: string): string | null => header(name).exec(text)?.[1]?.trim() ?? null;

/** The answer with another value of a header, which is added behind the last one where it was missing. */
export function withHeader(text: string, name: string, value: string): string {
  const line = `${name}: ${value.replace(/[\r\n]/g, '')}`;
  // A function, since a value may hold `$`.
  if (header(name).test(text)) return text.replace(header(name), () => line);
  const end = text.indexOf('\n\n');
  const head = (end < 0 ? text : text.slice(0, end)).replace(/\n+$/, '');
  return `${head}\n${line}${end < 0 ? '' : text.slice(end)}`;
}

/** The answer that sends the session to this server, whatever it said before. */
export function sentTo(text: string, address: string, port: number): string {
  const agreed = withHeader(text, 'Auth-Status', 'OK');
  return withHeader(withHeader(agreed, 'Auth-Server', address), 'Auth-Port', String(port));
}
