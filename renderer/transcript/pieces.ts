/** Cuts the bytes of an entry into pieces for the screen: text, line ends, and whatever a reader should stumble over. */

/**
 * text: plain · secret: hidden until revealed · end: CR LF · odd-end: a lone CR or LF · control: a control byte ·
 * eight-bit: bytes above 127, shown as UTF-8 where they are.
 */
export interface Piece {
  readonly kind: 'text' | 'secret' | 'end' | 'odd-end' | 'control' | 'eight-bit';
  /** What stands on the screen. */
  readonly text: string;
}

type Range = readonly [from: number, to: number];

/** The pieces of `bytes` in order. Ranges in `secret` become one masked piece each. */
export function piecesOf(bytes: string, secret: readonly Range[] = []): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const [start, end] of secret) {
    pieces.push(...plainPieces(bytes.slice(from, start)), { kind: 'secret', text: '••••' });
    from = end;
  }
  pieces.push(...plainPieces(bytes.slice(from)));
  return pieces;
}

/** The pieces cut into screen lines; each line keeps its own line end. */
export function linesOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    lines.at(-1)?.push(piece);
    if (piece.kind === 'end' || (piece.kind === 'odd-end' && piece.text === 'LF')) lines.push([]);
  }
  return lines.at(-1)?.length === 0 && lines.length > 1 ? lines.slice(0, -1) : lines;
}

/** One row of a hex dump: eight bytes as hex, and as characters; two columns of them fit beside each other. */
export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

const HEX_BYTES = 8;

/** A classic hex dump. Secret bytes show as dots in both columns. */
export function hexOf(bytes: string, secret: readonly Range[] = []): readonly HexRow[] {
  const hidden = (at: number) => secret.some(([from, to]) => at >= from && at < to);
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length; at += HEX_BYTES) {
    const chars = [...bytes.slice(at, at + HEX_BYTES)];
    rows.push({
      offset: at.toString(16).padStart(4, '0'),
      hex: chars.map((char, i) => (hidden(at + i) ? '••' : hex(char))).join(' '),
      text: chars.map((char, i) => (hidden(at + i) ? '•' : char >= ' ' && char <= '~' ? char : '·')).join(''),
    });
  }
  return rows;
}

/** Byte string to text for the screen: UTF-8 where it is valid, else latin1 as it stands. */
export function decode(bytes: string): string {
  // Masked secrets are no bytes.
  if (/[\u0100-\uffff]/.test(bytes)) return inOrder(bytes);
  try {
    const utf8 = new TextDecoder('utf-8', { fatal: true });
    return inOrder(utf8.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))));
  } catch {
    return bytes;
  }
}

/** Characters that would turn around what is written behind them, spelled out: an address must not disguise itself. */
export const inOrder = (text: string): string =>
  text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (char) => `‹U+${char.charCodeAt(0).toString(16).toUpperCase()}›`);

const kinds: readonly (readonly [Piece['kind'], string])[] = [
  ['end', '\\r\\n'],
  ['odd-end', '[\\r\\n]'],
  ['control', '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]+'],
  ['eight-bit', '[\\x80-\\xff]+'],
  ['text', '[\\t\\x20-\\x7e]+'],
];
const cutter = new RegExp(kinds.map(([, pattern]) => `(${pattern})`).join('|'), 'g');

function plainPieces(bytes: string): readonly Piece[] {
  return [...bytes.matchAll(cutter)].map((match) => {
    const kind = kinds[match.slice(1).findIndex((group) => group !== undefined)]?.[0] ?? 'text';
    return { kind, text: shown(kind, match[0]) };
  });
}

function shown(kind: Piece['kind'], bytes: string): string {
  if (kind === 'text') return bytes;
  if (kind === 'eight-bit') {
    const text = decode(bytes);
    return text === bytes ? [...bytes].map((char) => `\\x${hex(char)}`).join('') : text;
  }
  return [...bytes].map((char) => names[char] ?? `\\x${hex(char)}`).join(' ');
}

/** Spelled out: the Unicode pictures of control bytes are missing from many fonts. */
const names: Readonly<Record<string, string>> = { '\0': 'NUL', '\r': 'CR', '\n': 'LF', '\x1b': 'ESC', '\x7f': 'DEL' };

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}
