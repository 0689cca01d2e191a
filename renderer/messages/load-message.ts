/** A message's bytes from the lab, window by window. */
import type { Bridge } from '../../shared/contract/contract.ts';
import { MESSAGE_WINDOW, type MessageView } from '../../shared/contract/messages.ts';

/** Bytes of a message that the window reads; the rest is only saved. */
const READ_MAX = 16 * MESSAGE_WINDOW;

/** A message with its first bytes, `READ_MAX` at most; null: it is kept no more. */
export async function loadMessage(
  bridge: Bridge,
  id: number,
): Promise<{ readonly message: MessageView; readonly raw: string } | null> {
  const first = await bridge.call('message.get', { id });
  if (first === null) return null;
  const { message } = first;
  const rest = await windows(bridge, id, first.raw.length, Math.min(message.size, READ_MAX));
  return rest === null ? null : { message, raw: first.raw + rest.join('') };
}

/** All bytes of a message; null: it is kept no more. */
export async function wholeMessage(bridge: Bridge, { id, size }: MessageView): Promise<Uint8Array | null> {
  const parts = await windows(bridge, id, 0, size);
  if (parts === null) return null;
  const bytes = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) for (let i = 0; i < part.length; i += 1, at += 1) bytes[at] = part.charCodeAt(i);
  return bytes;
}

async function windows(bridge: Bridge, id: number, from: number, to: number): Promise<readonly string[] | null> {
  const parts: string[] = [];
  for (let offset = from; offset < to; ) {
    const answer = await bridge.call('message.raw', { id, offset, length: Math.min(MESSAGE_WINDOW, to - offset) });
    if (answer === null) return null;
    if (answer.raw === '') break;
    parts.push(answer.raw);
    offset += answer.raw.length;
  }
  return parts;
}
