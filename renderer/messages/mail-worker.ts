/** A thread of its own for one mail: however hostile it is, the window stays alive, and can end it. */
import type { Email } from 'postal-mime';
import type { Part } from '../../shared/mime/part.ts';
import { scan } from '../../shared/mime/scan.ts';
import { type FromWorker, limits, type ToWorker } from './mail.ts';
import {
  beyondLimits,
  bytesOf,
  contentOf,
  contentView,
  decodePart,
  knowsCharset,
  parseMail,
  readFields,
} from './read-mail.ts';
import { lineNumbers, rowStarts } from './rows.ts';

let raw = '';
let parts: readonly Part[] = [];
let mail: Email | null = null;

function tell(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function open(given: string): Promise<void> {
  raw = given;
  const rows = rowStarts(raw);
  const lines = lineNumbers(raw, rows);
  tell({ type: 'rows', rows, lines }, [rows.buffer, lines.buffer]);
  const shape = scan(raw, { limits, knowsCharset });
  parts = shape.parts;
  tell({ type: 'shape', shape, fields: readFields(raw.slice(0, parts[0]?.body)) });
  if (beyondLimits(shape)) {
    tell({ type: 'failed', failure: { why: 'limit', detail: '' } });
    return;
  }
  mail = await parseMail(bytesOf(raw));
  tell({ type: 'content', content: contentView(mail) });
}

async function bytes(request: Exclude<ToWorker, { type: 'open' }>): Promise<Uint8Array> {
  const part = request.type === 'part' ? parts[request.index] : undefined;
  if (part !== undefined) return decodePart(raw, part);
  const attachment = mail?.attachments[request.index];
  // A copy: the library may share one buffer between attachments, and a sent one is gone.
  return attachment === undefined ? new Uint8Array() : contentOf(attachment).slice();
}

function failed(error: unknown): void {
  tell({ type: 'failed', failure: { why: 'parser', detail: error instanceof Error ? error.message : String(error) } });
}

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'open') open(data.raw).catch(failed);
  else {
    const answer = (all: Uint8Array | null) => tell({ type: 'bytes', ask: data.ask, bytes: all });
    bytes(data).then(answer, () => answer(null));
  }
});
