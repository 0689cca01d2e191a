/** Encoded words in header fields (RFC 2047), as far as SEARCH has to read them. */
import type { Bytes } from '../../machine/machine.ts';
import { decodeUtf8 } from '../../wire/address.ts';
import { decodeBase64 } from '../../wire/base64.ts';

const WORD = /=\?([^?\s]{1,40})\?([bq])\?([^?\s]*)\?=/gi;
/** White space between two encoded words is no part of the text. */
const BETWEEN = /(\?=)\s+(?==\?[^?\s]{1,40}\?[bq]\?)/gi;

/** The text of a field: encoded words decoded where their charset is UTF-8, US-ASCII or Latin-1, the rest as UTF-8. */
export function fieldText(value: Bytes): string {
  if (!value.includes('=?')) return decodeUtf8(value);
  return value
    .replace(BETWEEN, '$1')
    .split(/(=\?[^?\s]{1,40}\?[bq]\?[^?\s]*\?=)/i)
    .map((piece, nth) => (nth % 2 === 0 ? decodeUtf8(piece) : decodeWord(piece)))
    .join('');
}

function decodeWord(word: Bytes): string {
  WORD.lastIndex = 0;
  const [, charset = '', encoding = '', text = ''] = WORD.exec(word) ?? [];
  const bytes = encoding.toLowerCase() === 'b' ? decodeBase64(text) : unquoted(text);
  if (bytes === undefined) return word;
  switch (charset.toLowerCase()) {
    case 'utf-8':
    case 'us-ascii':
      return decodeUtf8(bytes);
    case 'iso-8859-1':
      return bytes;
    default:
      return word;
  }
}

const unquoted = (text: Bytes): Bytes =>
  text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
