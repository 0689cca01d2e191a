/** The shape of a message: its parts, where their bytes lie, and what in them is against the standards. */

/** One part of a message, or the message itself. Offsets are bytes of the whole message. */
export interface Part {
  /** As IMAP counts (RFC 3501 6.4.5): `1`, `2.1`, `2.TEXT`; '' for a message of several parts. */
  readonly path: string;
  /** 0 for the message itself. */
  readonly depth: number;
  /** In small letters, as declared: `text/plain`. */
  readonly type: string;
  /** null: none is declared. */
  readonly charset: string | null;
  /** In small letters; `7bit` where none is declared (RFC 2045 6.1). */
  readonly encoding: string;
  /** In small letters; null: none is declared. */
  readonly disposition: string | null;
  /** As declared; null: none is. */
  readonly name: string | null;
  /** Where its header lines begin. */
  readonly from: number;
  /** Where its content begins, and the byte behind it. */
  readonly body: number;
  readonly end: number;
}

/**
 * no-colon: a header line that is no field · twice: a field that may stand once (RFC 5322 3.6) · word: an encoded word
 * that cannot be read (RFC 2047) · header-8bit: bytes above 127 in a header · headers-large: a header block over the
 * limit · line-long: over 998 bytes (RFC 5322 2.1.1) · bare-lf, bare-cr: half a line end (RFC 5321 2.3.8) ·
 * nul: a zero byte · boundary-none: several parts without a mark between them · boundary-never: the first part never
 * begins · boundary-open: the end mark is missing (RFC 2046 5.1.1) · base64, qp: bytes that the encoding does not know
 * (RFC 2045 6.8, 6.7) · encoding: one that nobody knows · charset: one that nobody knows · body-8bit: bytes above 127
 * although 7 bits are declared · deep: more parts within parts than are followed · parts: more parts than are followed.
 */
export type DefectKind =
  | 'no-colon'
  | 'twice'
  | 'word'
  | 'header-8bit'
  | 'headers-large'
  | 'line-long'
  | 'bare-lf'
  | 'bare-cr'
  | 'nul'
  | 'boundary-none'
  | 'boundary-never'
  | 'boundary-open'
  | 'base64'
  | 'qp'
  | 'encoding'
  | 'charset'
  | 'body-8bit'
  | 'deep'
  | 'parts';

/** Where something is wrong: `length` bytes from `at`, 0 where something is missing. */
export interface BadPlace {
  readonly at: number;
  readonly length: number;
}

/** One kind of mistake in a message. */
export interface Defect {
  readonly kind: DefectKind;
  /** The first one's boundary, charset, encoding or field, where the kind has one; else ''. */
  readonly detail: string;
  readonly times: number;
  /** The first of them, at most `Limits.places`. */
  readonly places: readonly BadPlace[];
}

/** How far a message is followed. */
export interface Limits {
  /** Parts within parts. */
  readonly depth: number;
  readonly parts: number;
  /** Bytes of one header block. */
  readonly headers: number;
  /** Places that are remembered of one kind of mistake. */
  readonly places: number;
}

/** What a message is made of. */
export interface Shape {
  /** In the order of their bytes; the first is the message itself. */
  readonly parts: readonly Part[];
  /** By their first place. */
  readonly defects: readonly Defect[];
}
