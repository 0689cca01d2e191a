/** `include PATTERN` (`ngx_conf_include()` in src/core/ngx_conf_file.c): which texts are read in its place. */
import type { Place, Report } from './report.ts';

/** A file that is read in the place of an `include`. */
export interface IncludedFile {
  /** The name for `Problem.file`. */
  readonly name: string;
  readonly text: string;
}

/**
 * What a pattern names: its files as glob(3) sorts them (none where a pattern with wildcards matches nothing), or why
 * they cannot be read, in nginx's words.
 */
export type Included = { readonly files: readonly IncludedFile[] } | { readonly error: string };

/** Finds the files that a pattern names. */
export type Include = (pattern: string) => Included;

/** How many files one configuration may be made of. */
const FILES_MAX = 1000;
/** And how long they may be together, in UTF-16 units. */
const LENGTH_MAX = 5_000_000;

/** Keeps count of the files of one configuration, and of those that are open. */
export class Includes {
  private readonly find: Include | null;
  private readonly open: string[];
  private files = 0;
  private length = 0;
  /** A limit was reached: nothing more is read. */
  private full = false;

  constructor(find: Include | null, main: string) {
    this.find = find;
    this.open = [main];
  }

  /** The files that stand for an `include`, or none with the reason reported. */
  filesOf(pattern: string, place: Place, report: Report): readonly IncludedFile[] {
    if (this.full) return [];
    if (this.find === null) {
      report.error(`"include" cannot be followed here: put what stands in ${pattern} in its place`, place);
      return [];
    }
    const found = this.find(pattern);
    if ('error' in found) {
      report.error(found.error, place);
      return [];
    }
    return found.files;
  }

  /** Reads one file by `read`, unless it is being read already or there are too many. */
  within(file: IncludedFile, place: Place, report: Report, read: () => void): void {
    if (this.full) return;
    if (this.open.includes(file.name)) {
      report.error(`"include" goes round in a circle: ${[...this.open, file.name].join(' includes ')}`, place);
      this.full = true;
      return;
    }
    this.files += 1;
    this.length += file.text.length;
    if (this.files > FILES_MAX || this.length > LENGTH_MAX) {
      report.error(
        `the lab reads at most ${FILES_MAX} included files, of ${LENGTH_MAX / 1_000_000} MB together`,
        place,
      );
      this.full = true;
      return;
    }
    this.open.push(file.name);
    read();
    this.open.pop();
  }
}
