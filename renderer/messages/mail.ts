/** What the window and the worker that reads mail say to each other. */
import type { Shape } from '../../shared/mime/part.ts';
import type { Fields, ReadField } from './headers.ts';
import type { Neutral } from './neutralise.ts';

/** What is inside an attachment is asked for when it is wanted. */
export interface AttachmentView {
  /** As the mail says; null when it says none. */
  readonly name: string | null;
  readonly type: string;
  readonly size: number;
  readonly disposition: string | null;
  readonly contentId: string | null;
  readonly description: string | null;
}

/** The HTML of a mail: neutral, or why it cannot be shown. */
export type HtmlView =
  | {
      readonly ok: true;
      readonly neutral: Neutral /** Characters there are, of which only the first are shown. */;
      readonly cut: number | null;
    }
  | { readonly ok: false; readonly why: 'elements' };

/** A mail as the library read it. */
export interface Content {
  /** null: there is none. */
  readonly text: string | null;
  readonly textRows: Uint32Array;
  readonly html: HtmlView | null;
  readonly attachments: readonly AttachmentView[];
}

/** timeout: the worker took too long and was ended · crash: it broke · limit: parts or headers beyond the limits · parser: the library's own words. */
export interface Failure {
  readonly why: 'timeout' | 'crash' | 'limit' | 'parser';
  readonly detail: string;
}

/** From the window. `open` comes first, and once. */
export type ToWorker =
  | { readonly type: 'open'; readonly raw: string }
  /** A part's content, decoded. */
  | { readonly type: 'part'; readonly ask: number; readonly index: number }
  | { readonly type: 'attachment'; readonly ask: number; readonly index: number };

/** From the worker: `rows`, `shape`, then `content` or `failed`. */
export type FromWorker =
  | { readonly type: 'rows'; readonly rows: Uint32Array; readonly lines: Uint32Array }
  | { readonly type: 'shape'; readonly shape: Shape; readonly fields: Fields<ReadField> }
  | { readonly type: 'content'; readonly content: Content }
  | { readonly type: 'failed'; readonly failure: Failure }
  /** null: it could not be decoded. */
  | { readonly type: 'bytes'; readonly ask: number; readonly bytes: Uint8Array | null };

/** How far mail is read. */
export const limits = {
  /** Parts within parts. */
  depth: 100,
  parts: 1000,
  /** Bytes of the headers of all parts. */
  headers: 2 * 1024 * 1024,
  /** Places that are remembered of one kind of mistake. */
  places: 20,
  /** Characters of HTML that are shown. */
  html: 2_000_000,
  /** Bytes of the mail's own images that are put into its HTML. */
  images: 8_000_000,
} as const;
