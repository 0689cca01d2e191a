/** Collects what is wrong with a configuration, in the order in which nginx would meet it. */
import type { Problem } from '../lab/problem.ts';
import { bytesOf } from './bytes.ts';
import type { Directive, Placed } from './parse.ts';

/** NGX_MAX_CONF_ERRSTR: the longest message, in bytes, without its place. */
const MESSAGE_MAX = 1024;

/** A place in the text itself, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * The place nginx names for a complaint about `directive`: the line on which it ends. The column is that of `word` if
 * it is on that line, else of the directive's first word there.
 */
export function placeOf(directive: Directive, word: Placed = directive.name): Place {
  const { line } = directive.end;
  const there = [word, directive.name, ...directive.args, directive.end].find((token) => token.line === line);
  return { line, column: (there ?? directive.end).column };
}

/** What to say about something that nginx does and this version of the lab does not. */
export function notYet(what: string): string {
  return `${what} that this version of the lab does not run yet`;
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
  private readonly file: string;
  private readonly firstLine: number;

  constructor(file: string, firstLine: number) {
    this.file = file;
    this.firstLine = firstLine;
  }

  get failed(): boolean {
    return this.problems.some((problem) => problem.severity === 'error');
  }

  /** The line in the whole file. */
  line(place: Place): number {
    return place.line + this.firstLine - 1;
  }

  error(message: string, place: Place): void {
    this.add('error', message, place);
  }

  warning(message: string, place: Place): void {
    this.add('warning', message, place);
  }

  private add(severity: Problem['severity'], message: string, place: Place): void {
    this.problems.push({
      severity,
      message: cut(message),
      file: this.file,
      line: this.line(place),
      column: place.column,
    });
  }
}
