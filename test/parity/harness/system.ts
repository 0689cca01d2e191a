/** What is compared: a mail proxy that runs by a `mail` block. */

/** A running proxy. */
export interface Running {
  stop(): Promise<void>;
}

/** A proxy under test. */
export interface System {
  readonly name: 'nginx' | 'lab';
  /** Runs by `mail`; `null`: a port was taken in the meantime, other ones must be tried. Throws if it cannot run. */
  start(mail: string): Promise<Running | null>;
}
