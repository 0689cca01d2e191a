/** Reads the head of an HTTP/1.0 message for the screen: tolerant, because broken answers are shown too. */

export interface HttpHead {
  /** Request or status line, without its line end. */
  readonly start: string;
  /** As spelled, in order; a line without a colon stands as a name with an empty value. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Bytes up to and with the empty line: what nginx's buffer must hold (1,024 bytes for an answer). */
  readonly headSize: number;
  readonly body: string;
}

export function parseHttp(bytes: string): HttpHead {
  const end = /\r?\n\r?\n/.exec(bytes);
  const headSize = end === null ? bytes.length : end.index + end[0].length;
  const [start = '', ...lines] = bytes
    .slice(0, headSize)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  return { start, headers: lines.map(splitHeader), headSize, body: bytes.slice(headSize) };
}

function splitHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}
