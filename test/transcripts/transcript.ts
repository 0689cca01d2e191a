/**
 * A transcript: a whole session as a text file, with the reason of every step.
 *
 *   C: what the client says          S: what the proxy says to the client
 *   Q: header lines of the question  A: header lines of the auth service's answer
 *   P: what the proxy says upstream  U: what the upstream says
 *   T: the clock that rings          X: who closes (client, upstream, proxy)
 *   H: client (it plays its part of a TLS handshake)
 *
 * `#` begins the title (first line) and, behind a line, the reason of the step. Lines of the same speaker that follow
 * each other are said at once. `␠` is a space at the end of a line, `$PORT` the upstream's port. Each folder is a
 * protocol.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Protocol } from '../../shared/machine/machine.ts';

/** Who acts. */
export type Who = 'C' | 'S' | 'Q' | 'A' | 'P' | 'U' | 'T' | 'X' | 'H';

/** One line or several of the same speaker. */
export interface Move {
  readonly who: Who;
  readonly texts: string[];
  /** The reason that stands behind the last line. */
  why: string | null;
  /** Line number in the file. */
  readonly line: number;
}

/** A read transcript. */
export interface Transcript {
  readonly name: string;
  readonly protocol: Protocol;
  readonly title: string;
  /** Directives of the `server` block. */
  readonly conf: string;
  readonly moves: readonly Move[];
}

const form = /^([CSQAPUTXH]):(?: (.*?))?(?:\s+# ([a-z0-9.-]+))?\s*$/;

function readOne(protocol: Protocol, name: string, text: string): Transcript {
  const [title = '', conf = '', ...lines] = text.split('\n');
  const moves: Move[] = [];
  for (const [i, line] of lines.entries()) {
    if (line === '') continue;
    const found = form.exec(line);
    if (!found) throw new Error(`${name}.txt:${i + 3} is no line of a transcript: ${line}`);
    const who = found[1] as Who;
    const said = (found[2] ?? '').replace(/␠$/, ' ');
    const last = moves.at(-1);
    if (last?.who === who && last.why === null) last.texts.push(said);
    else moves.push({ who, texts: [said], why: null, line: i + 3 });
    const current = moves.at(-1);
    if (current) current.why = found[3] ?? null;
  }
  return { name, protocol, title: title.replace(/^# /, ''), conf: conf.replace(/^conf: /, ''), moves };
}

/** Every transcript of a protocol, from the folder of its name in `folder`. */
export function readTranscripts(folder: string, protocol: Protocol): Transcript[] {
  const files = readdirSync(path.join(folder, protocol)).filter((file) => file.endsWith('.txt'));
  return files.map((file) =>
    readOne(protocol, path.basename(file, '.txt'), readFileSync(path.join(folder, protocol, file), 'utf8')),
  );
}

/** The bytes of a move: each line with its CR LF. */
export function bytesOf(move: Move): string {
  return move.texts.map((text) => `${text}\r\n`).join('');
}

/** The answer that an `A:` move stands for. */
export function answerOf(move: Move, port: number): string {
  return `HTTP/1.0 200 OK\r\n${bytesOf(move)}\r\n`.replaceAll('$PORT', `${port}`);
}

/** The `mail` block that a transcript runs by. */
export function mailOf(transcript: Transcript, listen: string, authHttp: string): string {
  return `mail {
    server_name mx.test;
    auth_http ${authHttp};
    server { listen ${listen}; protocol ${transcript.protocol}; ${transcript.conf} }
}
`;
}
