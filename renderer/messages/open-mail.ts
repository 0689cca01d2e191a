/** The window's end of the worker that reads one mail: what it knows so far, and an end to what takes too long. */
import type { Shape } from '../../shared/mime/part.ts';
import type { Fields, ReadField } from './headers.ts';
import type { Content, Failure, FromWorker, ToWorker } from './mail.ts';

/** What is known of a mail; more comes while it is read. */
export interface MailState {
  readonly raw: string;
  /** null: not yet. */
  readonly rows: Uint32Array | null;
  /** The line of each row. */
  readonly lines: Uint32Array | null;
  readonly shape: Shape | null;
  readonly fields: Fields<ReadField> | null;
  readonly content: Content | null;
  readonly failure: Failure | null;
}

/** A mail that is being read, or has been. */
export interface OpenMail {
  /** Rejects when the worker is gone. */
  part(index: number): Promise<Uint8Array>;
  attachment(index: number): Promise<Uint8Array>;
  close(): void;
}

/** ms that reading may take. */
const READ_MS = 10_000;

type Waiting = { readonly resolve: (bytes: Uint8Array) => void; readonly reject: (error: Error) => void };
type Ask = Exclude<ToWorker, { type: 'open' }>['type'];

/** Begins to read `raw`; `changed` is told of everything new. */
export function openMail(raw: string, changed: (state: MailState) => void): OpenMail {
  const worker = new Worker(new URL('./mail-worker.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, Waiting>();
  let state: MailState = { raw, rows: null, lines: null, shape: null, fields: null, content: null, failure: null };
  let asks = 0;
  let ended = false;
  const set = (change: Partial<MailState>) => {
    if (ended) return;
    state = { ...state, ...change };
    changed(state);
  };
  const end = (failure: Failure | null) => {
    if (ended) return;
    clearTimeout(timer);
    worker.terminate();
    if (failure !== null && state.content === null) set({ failure });
    ended = true;
    for (const one of waiting.values()) one.reject(new Error('The mail could not be read.'));
    waiting.clear();
  };
  const timer = setTimeout(() => end({ why: 'timeout', detail: String(READ_MS / 1000) }), READ_MS);
  const hear = (message: FromWorker) => {
    if (message.type === 'bytes') {
      const one = waiting.get(message.ask);
      waiting.delete(message.ask);
      if (message.bytes === null) one?.reject(new Error('This part could not be decoded.'));
      else one?.resolve(message.bytes);
      return;
    }
    const { type, ...news } = message;
    if (type === 'content' || type === 'failed') clearTimeout(timer);
    set('failure' in news && state.content !== null ? {} : news);
  };
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => hear(data));
  worker.addEventListener('error', (event) => end({ why: 'crash', detail: event.message }));
  worker.postMessage({ type: 'open', raw } satisfies ToWorker);
  const ask = (type: Ask, index: number) =>
    new Promise<Uint8Array>((resolve, reject) => {
      if (ended) return reject(new Error('The mail could not be read.'));
      asks += 1;
      waiting.set(asks, { resolve, reject });
      worker.postMessage({ type, ask: asks, index } satisfies ToWorker);
    });
  return {
    part: (index) => ask('part', index),
    attachment: (index) => ask('attachment', index),
    close: () => end(null),
  };
}
