/** The sessions that are open, oldest first. */

/** What is kept of a session is the session; its number counts up from one to the next. */
interface Numbered {
  readonly summary: { readonly id: number };
}

/**
 * A list, not a map: a map that many come to and go from is laid out anew all the time, and each layout that is left
 * behind holds the sessions of its moment until a full collection finds it. That was a third of all sessions.
 */
export class OpenSessions<S extends Numbered> {
  readonly #list: S[] = [];

  get size(): number {
    return this.#list.length;
  }

  /** One that is newer than all the others. */
  add(session: S): void {
    this.#list.push(session);
  }

  get(id: number): S | undefined {
    const session = this.#list[this.#placeOf(id)];
    return session?.summary.id === id ? session : undefined;
  }

  /** Nothing happens where it is not open. */
  remove(id: number): void {
    const at = this.#placeOf(id);
    if (this.#list[at]?.summary.id === id) this.#list.splice(at, 1);
  }

  /** All of them as they are now: who ends sessions meanwhile does not disturb it. */
  all(): readonly S[] {
    return this.#list.slice();
  }

  /** Where it stands, or would. */
  #placeOf(id: number): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#list[middle]?.summary.id ?? id) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
