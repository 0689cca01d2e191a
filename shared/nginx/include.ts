/** `include PATTERN` (`ngx_conf_include()` in src/core/ngx_conf_file.c): which texts are read in its place. */
import type { Place, Report } from './report.ts';

/** A file that is read in the place of an `include`. */
export interface IncludedFile {
  /** The name for `Problem.file`. */
  readonly name: string;
  /** Its text, or why it cannot be read, in nginx's words. */
  read(): { readonly text: string } | { readonly error: string };
}

/**
 * Finds the files that a pattern names, as glob(3) sorts them: none where a pattern with wildcards matches nothing, and
 * always one where there are no wildcards.
 */
export type Include = (pattern: string) => readonly IncludedFile[];

/** How many files one configuration may be made of. */
const FILES_MAX = 1000;
/** How many may be open at once, each included by the one before. */
export const INCLUDE_DEPTH_MAX = 100;
/** How long they may be together, in UTF-16 units. */
const LENGTH_MAX = 5_000_000;

const FULL = `the lab reads at most ${FILES_MAX} included files, ${INCLUDE_DEPTH_MAX} deep and ${LENGTH_MAX / 1_000_000} MB together`;

/** Keeps count of the files of one configuration, and of those that are open. */
export class Includes {
  private readonly find: Include | null;
  private readonly open: string[];
  private files = 0;
  private length = 0;
  /** A limit was reached, or a circle was found: nothing more is read. */
  private full = false;

  constructor(find: Include | null, main: string) {
    this.find = find;
    this.open = [main];
  }

  /**
   * Calls `read` for each file that stands for an `include`, while that file counts as open; false when one of them
   * could not be had.
   */
  follow(pattern: string, place: Place, report: Report, read: (name: string, text: string) => void): boolean {
    const complain = (message: string) => {
      report.error(message, place);
      return false;
    };
    if (this.find === null) {
      return complain(`"include" cannot be followed here: write what is in ${pattern} in its place`);
    }
    let whole = true;
    for (const file of this.full ? [] : this.find(pattern)) {
      const problem = this.openProblem(file);
      const found = problem === null ? file.read() : { error: problem };
      if ('error' in found) whole = complain(found.error);
      else if (!this.hasRoom(found.text)) whole = complain(FULL);
      else {
        this.open.push(file.name);
        read(file.name, found.text);
        this.open.pop();
      }
      if (this.full) break;
    }
    return whole && !this.full;
  }

  private openProblem({ name }: IncludedFile): string | null {
    if (!this.open.includes(name)) return null;
    this.full = true;
    return `"include" goes round in a circle: ${[...this.open, name].join(' includes ')}`;
  }

  private hasRoom(text: string): boolean {
    this.files += 1;
    this.length += text.length;
    const deep = this.open.length > INCLUDE_DEPTH_MAX;
    this.full ||= deep || this.files > FILES_MAX || this.length > LENGTH_MAX;
    return !this.full;
  }
}
