/** Bytes of a way on the screen. */
import { decode } from '../transcript/pieces.ts';
import type { DrawnWay } from './drawn.ts';

/** Lines of an example that are shown before the rest is only hinted at. */
const LINES_MAX = 3;

/** Line ends are faint marks; the last one goes without saying. */
export function readable(bytes: string): string {
  const lines = decode(bytes.replace(/\r?\n$/, '')).split('\r\n');
  const shown = lines.slice(0, LINES_MAX).join(' ⏎ ').replaceAll('\0', '␀').replaceAll('\r', '␍').replaceAll('\n', '␊');
  return lines.length > LINES_MAX ? `${shown} …` : shown;
}

/** What was said in the example; '' where nothing was. */
export function lineOf({ event }: DrawnWay): string {
  if (event.type === 'line') return readable(event.text);
  if (event.type === 'loggedIn') return readable(event.reply);
  return event.type === 'failed' && 'reply' in event.failure ? readable(event.failure.reply) : '';
}
