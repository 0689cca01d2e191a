/** The points between two rooms where traffic can be held. Unarmed gates cost one look at a number. */
import type { Gate } from '../../shared/journal/entry.ts';

/** Which gates are armed, for all sessions or for one. */
export class Gates {
  readonly #everywhere = new Set<Gate>();
  readonly #bySession = new Map<number, Set<Gate>>();
  /** How many gates are armed anywhere; 0 lets everything pass without a further look. */
  #armed = 0;

  /** Arms or opens a gate; `session` null means every session. */
  arm(gate: Gate, on: boolean, session: number | null = null): void {
    const set = session === null ? this.#everywhere : (this.#bySession.get(session) ?? new Set<Gate>());
    if (session !== null) this.#bySession.set(session, set);
    if (on) set.add(gate);
    else set.delete(gate);
    if (session !== null && set.size === 0) this.#bySession.delete(session);
    this.#armed = this.#everywhere.size + this.#bySession.size;
  }

  /** Whether traffic of this session stops here. */
  holds(gate: Gate, session: number): boolean {
    if (this.#armed === 0) return false;
    return this.#everywhere.has(gate) || (this.#bySession.get(session)?.has(gate) ?? false);
  }

  /** Forgets a session that ended. */
  forget(session: number): void {
    if (this.#bySession.delete(session)) this.#armed = this.#everywhere.size + this.#bySession.size;
  }
}
