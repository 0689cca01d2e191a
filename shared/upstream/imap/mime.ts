/**
 * The parts of a message (RFC 2045, 2046) as places in its bytes: exact, in linear time, whatever was sent. What claims
 * to be structured and is not becomes a leaf.
 */
import type { Bytes } from '../../machine/machine.ts';
import { fieldValues, isEmptyLine, lineEnd } from './header.ts';
import { MIME_DEPTH_MAX, MIME_PARTS_MAX } from './limits.ts';
import { type Parameters, readParameters } from './parameters.ts';

/** A part, or the message itself. Places count from the message's first byte. */
export interface Part {
  /** Where its header begins, ends (behind the empty line) and its body ends. */
  readonly from: number;
  readonly body: number;
  readonly to: number;
  /** In lower case: `text`, `plain`. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: Parameters;
  /** Its fields by name in lower case: those that BODYSTRUCTURE tells. */
  readonly fields: ReadonlyMap<string, readonly Bytes[]>;
  /** Parts of a multipart, at least one; empty for everything else. */
  readonly parts: readonly Part[];
  /** The message in a message/rfc822. */
  readonly message: Part | null;
}

const FIELDS = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-id',
  'content-description',
  'content-md5',
  'content-disposition',
  'content-language',
  'content-location',
]);

/** A line that ends a part: where it begins, where the next one does, and whose it is. */
interface Delimiter {
  readonly at: number;
  readonly next: number;
  readonly depth: number;
  /** `--boundary--`. */
  readonly closes: boolean;
}

/** The message as its parts. */
export const scanMessage = (bytes: Bytes): Part => new MimeScanner(bytes).message(0, 'text/plain', 0).part;

/** A part, and what ended it: null at the end of the message. */
interface Scanned {
  readonly part: Part;
  readonly end: Delimiter | null;
}

class MimeScanner {
  readonly #bytes: Bytes;
  /** Boundaries that are open, each with the depth of its multipart: the innermost one where two are the same. */
  readonly #open = new Map<string, number>();
  #parts = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  /** The part whose header begins at `from`; `usual` is its type where it says none. */
  message(from: number, usual: string, depth: number): Scanned {
    this.#parts += 1;
    const [body, early] = this.#header(from);
    const fields = fieldValues(this.#bytes.slice(from, body), FIELDS);
    const { value, parameters } = readParameters(fields.get('content-type')?.[0] ?? usual);
    const [type = '', subtype = ''] = /^[^\s/]+\/[^\s/]+$/.test(value) ? value.split('/') : ['text', 'plain'];
    const leaf = { from, body, type, subtype, parameters, fields, parts: [], message: null };
    if (early !== null) return { part: { ...(isStructured(leaf) ? asText(leaf) : leaf), to: body }, end: early };
    const deep = depth >= MIME_DEPTH_MAX || this.#parts >= MIME_PARTS_MAX;
    if (type === 'multipart') return this.#multipart(leaf, deep, depth);
    if (type === 'message' && subtype === 'rfc822') return this.#embedded(leaf, deep, depth);
    const end = this.#delimiter(body);
    return { part: { ...leaf, to: this.#endOf(body, end) }, end };
  }

  /** Where the header ends: behind the empty line, or at a delimiter that comes before it. */
  #header(from: number): readonly [number, Delimiter | null] {
    const bytes = this.#bytes;
    for (let at = from; at < bytes.length; at = lineEnd(bytes, at)) {
      if (isEmptyLine(bytes, at)) return [lineEnd(bytes, at), null];
      const early = bytes.startsWith('--', at) ? this.#delimiterAt(at) : null;
      if (early !== null) return [at, early];
    }
    return [bytes.length, null];
  }

  #multipart(leaf: Omit<Part, 'to'>, deep: boolean, depth: number): Scanned {
    const boundary = leaf.parameters.find(([name]) => name === 'boundary')?.[1].trimEnd() ?? '';
    const opaque = { ...leaf, type: 'application', subtype: 'octet-stream', parameters: [] };
    if (deep || boundary === '') {
      const end = this.#delimiter(leaf.body);
      return { part: { ...(deep ? opaque : asText(leaf)), to: this.#endOf(leaf.body, end) }, end };
    }
    const outer = this.#open.get(boundary);
    this.#open.set(boundary, depth);
    const parts: Part[] = [];
    const usual = leaf.subtype === 'digest' ? 'message/rfc822' : 'text/plain';
    let end = this.#delimiter(leaf.body);
    while (end !== null && end.depth === depth && !end.closes) {
      const scanned = this.message(end.next, usual, depth + 1);
      parts.push(scanned.part);
      end = scanned.end;
    }
    if (outer === undefined) this.#open.delete(boundary);
    else this.#open.set(boundary, outer);
    if (end?.depth === depth) end = this.#delimiter(end.next);
    const to = this.#endOf(leaf.body, end);
    return { part: { ...(parts.length === 0 ? asText(leaf) : leaf), parts, to }, end };
  }

  #embedded(leaf: Omit<Part, 'to'>, deep: boolean, depth: number): Scanned {
    if (deep) {
      const end = this.#delimiter(leaf.body);
      const opaque = { ...leaf, type: 'application', subtype: 'octet-stream', parameters: [] };
      return { part: { ...opaque, to: this.#endOf(leaf.body, end) }, end };
    }
    const { part, end } = this.message(leaf.body, 'text/plain', depth + 1);
    return { part: { ...leaf, message: part, to: part.to }, end };
  }

  /** The next line from `from` on that is a delimiter of an open multipart. Each byte is looked at once, as places only rise. */
  #delimiter(from: number): Delimiter | null {
    if (this.#open.size === 0) return null;
    const bytes = this.#bytes;
    for (let at = from; at >= 0 && at < bytes.length; ) {
      if (bytes.startsWith('--', at)) {
        const found = this.#delimiterAt(at);
        if (found !== null) return found;
      }
      const next = bytes.indexOf('\n--', at);
      at = next < 0 ? -1 : next + 1;
    }
    return null;
  }

  /** The delimiter that is the line at `at`. Once there are too many parts none is one any more. */
  #delimiterAt(at: number): Delimiter | null {
    if (this.#parts >= MIME_PARTS_MAX) return null;
    const next = lineEnd(this.#bytes, at);
    // RFC 2046 5.1.1: a boundary has 70 characters at most, and white space may follow. Others are longer.
    if (next - at > DELIMITER_MAX) return null;
    const line = this.#bytes.slice(at + 2, next).trimEnd();
    const depth = this.#open.get(line);
    if (depth !== undefined) return { at, next, depth, closes: false };
    const outer = line.endsWith('--') ? this.#open.get(line.slice(0, -2)) : undefined;
    return outer === undefined ? null : { at, next, depth: outer, closes: true };
  }

  /** Where a body ends that a delimiter ends: the line end before the delimiter belongs to the delimiter. */
  #endOf(body: number, end: Delimiter | null): number {
    if (end === null) return this.#bytes.length;
    const bytes = this.#bytes;
    const lf = bytes[end.at - 1] === '\n' ? end.at - 1 : end.at;
    return Math.max(body, lf < end.at && bytes[lf - 1] === '\r' ? lf - 1 : lf);
  }
}

/** The longest line that is looked at as a delimiter. */
const DELIMITER_MAX = 4096;

/** Whether a part would need others inside. */
const isStructured = ({ type, subtype }: Omit<Part, 'to'>): boolean =>
  type === 'multipart' || (type === 'message' && subtype === 'rfc822');

/** RFC 2045 5.2: what cannot be read as what it claims to be is text. */
const asText = <T extends Omit<Part, 'to'>>(leaf: T): T => ({
  ...leaf,
  type: 'text',
  subtype: 'plain',
  parameters: [],
});
