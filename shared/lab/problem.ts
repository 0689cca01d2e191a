/** One thing wrong with a file, with its place. A bad file reports all of them at once. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** What is wrong and what was expected, as one sentence for a person. */
  readonly message: string;
  /** `lab` for the lab file, else the name of the nginx.conf. */
  readonly file: string;
  /** From 1, in the file named. */
  readonly line: number;
  readonly column: number;
}
