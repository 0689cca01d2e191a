/** One thing to say about a file, with its place. A bad file reports all of them at once. */
export interface Problem {
  /**
   * error: nothing runs · warning: it runs, and something will go wrong · note: it runs, but perhaps not as meant.
   */
  readonly severity: 'error' | 'warning' | 'note';
  /** What is wrong and what was expected, as one sentence for a person. */
  readonly message: string;
  /** `lab` for the lab file, else the name of the nginx.conf. */
  readonly file: string;
  /** From 1, in the file named. */
  readonly line: number;
  readonly column: number;
  /**
   * What it is about, by a name that docs and tests can hold on to: `F2` of the list of pitfalls, `Q39` of the list of
   * nginx's quirks, `N1` for what has no effect. Always there on a lint.
   */
  readonly id?: string;
  /** Addresses outside of this machine, `HOST:PORT`, that it asks to have confirmed. */
  readonly confirm?: readonly string[];
  /** Beside a message in nginx's own words: what to do, as one sentence. */
  readonly hint?: string;
}

/** The ID of a promise that is broken: never only a hint. */
export const BROKEN = 'P4';

/** Advice about a file that is valid. */
export interface Lint extends Problem {
  readonly severity: 'warning' | 'note';
  readonly id: string;
}
