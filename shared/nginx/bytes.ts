/** From text to what nginx would send. */
import type { Bytes } from '../machine/machine.ts';

/** The UTF-8 bytes of a text as a byte string: nginx copies the bytes of its configuration to the wire. */
export function bytesOf(text: string): Bytes {
  return encodeURIComponent(text.toWellFormed()).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
