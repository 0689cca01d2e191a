/** The bytes of a reply that a person wrote for a played SMTP server. */
import type { Bytes } from '../machine/machine.ts';

const coded = /^(\d{3})([ -]?)(.*)$/s;
/** RFC 3463: class, subject, detail. */
const status = /^[245]\.\d{1,3}\.\d{1,3} /;

/**
 * A text of one or more lines, parted by line ends, as a whole reply (RFC 5321 4.2.1): the first line's code stands before
 * each of them, its enhanced status code too (RFC 2034 4), with `-` on all but the last. A text without a code at its
 * start is no reply, and goes out as it is.
 */
export function smtpReply(text: Bytes): Bytes {
  const lines = text.split(/\r\n|\n|\r/);
  const first = coded.exec(lines[0] ?? '');
  if (!first) return `${lines.join('\r\n')}\r\n`;
  const [, code = '', , said = ''] = first;
  const enhanced = status.exec(said)?.[0] ?? '';
  const words = lines.map((line, index) => {
    const own = coded.exec(line);
    if (own && own[1] === code) return own[3] ?? '';
    return index === 0 ? said : `${enhanced}${line}`;
  });
  return words.map((word, index) => `${code}${index < words.length - 1 ? '-' : ' '}${word}\r\n`).join('');
}
