/** What can be wrong with one line of a header block. Pure. */
import type { Bytes } from '../machine/machine.ts';

/** Fields of which a header block has one at most, in small letters (RFC 5322 3.6; RFC 2045 3; RFC 2183 2). */
export const onceOnly: ReadonlySet<string> = new Set([
  ...['date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'references', 'subject'],
  ...['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id'],
]);

/** What begins like an encoded word: addresses of the web may have `=?` in them, too. */
const begun = /=\?[\w.+:*-]+\?/g;
/** A whole one (RFC 2047 2). */
const whole = /=\?([\w.+:-]+)(?:\*[\w-]*)?\?(?:[Bb]\?([A-Za-z0-9+/]*={0,2})|[Qq]\?([!->@-~]*))\?=/y;
const badQ = /=(?![0-9A-Fa-f]{2})/;

/** Where the first encoded word stands that cannot be read; -1 where all can. */
export function badWord(line: Bytes, knowsCharset: (name: string) => boolean): number {
  if (!line.includes('=?')) return -1;
  begun.lastIndex = 0;
  for (let found = begun.exec(line); found !== null; found = begun.exec(line)) {
    whole.lastIndex = found.index;
    const [word, charset = '', base64 = '', quoted = ''] = whole.exec(line) ?? [];
    if (word === undefined || !knowsCharset(charset) || base64.length % 4 !== 0 || badQ.test(quoted))
      return found.index;
    begun.lastIndex = found.index + word.length;
  }
  return -1;
}
