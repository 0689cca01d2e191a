/** One row of a hex dump, made when it is drawn. Pure. */

/** Bytes of a row. */
export const HEX_ROW = 16;

/** Offset, bytes, characters. */
export function hexRow(bytes: Uint8Array, row: number): string {
  const at = row * HEX_ROW;
  const some = [...bytes.subarray(at, at + HEX_ROW)];
  const hex = some.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = some.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
  return `${at.toString(16).padStart(6, '0')}  ${hex.padEnd(HEX_ROW * 3 - 1)}  ${text}`;
}
