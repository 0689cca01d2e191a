/** Collects what is wrong with a configuration, in the order in which nginx would meet it. */
import type { Problem } from '../lab/problem.ts';
import { bytesOf } from './bytes.ts';
import type { Directive, Placed } from './parse.ts';

/** NGX_MAX_CONF_ERRSTR: the longest message, in bytes, without its place. */
const MESSAGE_MAX = 1024;

/** A place in a file, both numbers from 1. */
export interface Place {
  /** As in `Problem.file`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A text that is being read: the file it is, or stands in, and the line of that file on which it begins. */
export interface Source {
  readonly file: string;
  readonly firstLine: number;
}

/** The message as nginx would print it: no longer than its buffer, but without half a letter at the end. */
function cut(message: string): string {
  let bytes = 0;
  let length = 0;
  for (const letter of message) {
    bytes += bytesOf(letter).length;
    if (bytes > MESSAGE_MAX) break;
    length += letter.length;
  }
  return message.slice(0, length);
}

/** The list of problems under construction. */
export class Report {
  readonly problems: Problem[] = [];
  /** What is being read just now. */
  source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  get failed(): boolean {
    return this.problems.some((problem) => problem.severity === 'error');
  }

  /** A place of the text that is being read, in its file. */
  at({ line, column }: { readonly line: number; readonly column: number }): Place {
    return { file: this.source.file, line: line + this.source.firstLine - 1, column };
  }

  /**
   * The place nginx names for a complaint about `directive`: the line on which it ends. The column is that of `word` if
   * it is on that line, else of the directive's first word there.
   */
  placeOf(directive: Directive, word: Placed = directive.name): Place {
    const { line } = directive.end;
    const there = [word, directive.name, ...directive.args, directive.end].find((token) => token.line === line);
    return this.at({ line, column: (there ?? directive.end).column });
  }

  error(message: string, place: Place): void {
    this.problems.push({ severity: 'error', message: cut(message), ...place });
  }

  note(message: string, place: Place): void {
    this.problems.push({ severity: 'note', message: cut(message), ...place });
  }

  /** For what several servers inherit: the same at the same place is told once. */
  once(severity: Problem['severity'], message: string, place: Place): void {
    const problem = { severity, message: cut(message), ...place };
    const isSame = (one: Problem) =>
      one.message === problem.message &&
      one.file === place.file &&
      one.line === place.line &&
      one.column === place.column;
    if (!this.problems.some(isSame)) this.problems.push(problem);
  }

  warning(message: string, place: Place): void {
    this.problems.push({ severity: 'warning', message: cut(message), ...place });
  }
}
