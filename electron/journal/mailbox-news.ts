/** Who is told that a folder changed: everybody who watches it, once a turn of the event loop. */

/** Watchers of folders. */
export class MailboxNews {
  readonly #watchers = new Map<string, Set<() => void>>();
  readonly #onUpstream: ((upstream: string) => void) | undefined;
  #folders = new Set<string>();
  #upstreams = new Set<string>();
  #soon: NodeJS.Immediate | null = null;

  /** `onUpstream` is told of every upstream whose mail changed, likewise. */
  constructor(onUpstream: ((upstream: string) => void) | undefined) {
    this.#onUpstream = onUpstream;
  }

  static #key(upstream: string, owner: string, folder: string): string {
    return `${upstream}\0${owner}\0${folder}`;
  }

  /** Returns the end of it. */
  watch(upstream: string, owner: string, folder: string, changed: () => void): () => void {
    const key = MailboxNews.#key(upstream, owner, folder);
    const known = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, known);
    // The same function may watch twice, and then ends one watch at a time.
    const told = () => changed();
    known.add(told);
    return () => {
      known.delete(told);
      if (known.size === 0 && this.#watchers.get(key) === known) this.#watchers.delete(key);
    };
  }

  /** A folder changed, and it is committed. */
  changed(upstream: string, owner: string, folder: string): void {
    const key = MailboxNews.#key(upstream, owner, folder);
    if (this.#watchers.has(key)) {
      this.#folders.add(key);
      this.#arm();
    }
  }

  /** What lists show of an upstream's mail changed. */
  touched(upstream: string): void {
    if (this.#onUpstream === undefined) return;
    this.#upstreams.add(upstream);
    this.#arm();
  }

  #arm(): void {
    this.#soon ??= setImmediate(this.#tell);
  }

  readonly #tell = (): void => {
    this.#soon = null;
    const [folders, upstreams] = [this.#folders, this.#upstreams];
    this.#folders = new Set();
    this.#upstreams = new Set();
    for (const key of folders) for (const told of [...(this.#watchers.get(key) ?? [])]) told();
    for (const upstream of upstreams) this.#onUpstream?.(upstream);
  };

  /** Nobody is told anything any more. */
  close(): void {
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#watchers.clear();
    this.#folders.clear();
    this.#upstreams.clear();
  }
}
