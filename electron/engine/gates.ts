/** What is armed: gates, breakpoints and slow motion. Where nothing is, traffic costs one look at a number. */
import type { GatesView, SetBreakpoint } from '../../shared/contract/gates.ts';
import { type About, type Breakpoint, type Fits, fitsOf, gates, type Piece } from '../../shared/journal/breakpoint.ts';
import type { Gate } from '../../shared/journal/entry.ts';

/** Why something is held. */
export interface Hold {
  /** slow: a clock releases it. */
  readonly by: 'gate' | 'breakpoint' | 'slow';
  readonly breakpoint: number | null;
}

interface Known {
  readonly breakpoint: Breakpoint;
  readonly fits: Fits;
  hits: number;
}

const byGate: Hold = { by: 'gate', breakpoint: null };
const bySlowness: Hold = { by: 'slow', breakpoint: null };

/** Everything that can make traffic stop. */
export class Gates {
  readonly #everywhere = new Set<Gate>();
  readonly #bySession = new Map<number, Set<Gate>>();
  readonly #breakpoints = new Map<number, Known>();
  readonly #onChange: () => void;
  #slowMs = 0;
  /** How many things are armed anywhere; 0 lets everything pass without a further look. */
  #armed = 0;
  #lastId = 0;

  /** `onChange`: something was armed, opened or hit. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether nothing can hold anything. */
  get idle(): boolean {
    return this.#armed === 0;
  }

  get slowMs(): number {
    return this.#slowMs;
  }

  /** How many breakpoints are set. */
  get breakpoints(): number {
    return this.#breakpoints.size;
  }

  /** Arms or opens a gate; `session` null means every session. */
  arm(gate: Gate, on: boolean, session: number | null = null): void {
    const set = session === null ? this.#everywhere : (this.#bySession.get(session) ?? new Set<Gate>());
    if (session !== null) this.#bySession.set(session, set);
    if (on) set.add(gate);
    else set.delete(gate);
    if (session !== null && set.size === 0) this.#bySession.delete(session);
    this.#changed();
  }

  /** Arms or opens all gates for one session. */
  step(session: number, on: boolean): void {
    if (on) this.#bySession.set(session, new Set(gates));
    else this.#bySession.delete(session);
    this.#changed();
  }

  /** Every gate holds for so long, in ms; 0: none does. */
  slow(ms: number): void {
    this.#slowMs = ms;
    this.#changed();
  }

  /** Sets a breakpoint; gives back its number. */
  set(breakpoint: Breakpoint): number {
    this.#lastId += 1;
    this.#breakpoints.set(this.#lastId, { breakpoint, fits: fitsOf(breakpoint), hits: 0 });
    this.#changed();
    return this.#lastId;
  }

  /** Takes away one breakpoint, or all. */
  clear(id: number | undefined): void {
    if (id === undefined) this.#breakpoints.clear();
    else this.#breakpoints.delete(id);
    this.#changed();
  }

  /** Opens everything. */
  reset(): void {
    this.#everywhere.clear();
    this.#bySession.clear();
    this.#breakpoints.clear();
    this.slow(0);
  }

  /** Whether anything of this session could be held. */
  concerns(session: number): boolean {
    if (this.#armed === 0) return false;
    if (this.#slowMs > 0 || this.#everywhere.size > 0 || this.#bySession.has(session)) return true;
    for (const { breakpoint } of this.#breakpoints.values())
      if (breakpoint.session === undefined || breakpoint.session === session) return true;
    return false;
  }

  /** Whether this piece stops at this gate, and why. While a session runs to its next turn only breakpoints stop it. */
  holds(gate: Gate, piece: Piece, about: About, isRunning: boolean): Hold | null {
    if (!isRunning && (this.#everywhere.has(gate) || this.#bySession.get(about.id)?.has(gate))) return byGate;
    for (const [id, known] of this.#breakpoints) if (known.fits(gate, piece, about)) return this.#hit(id, known);
    return this.#slowMs > 0 && !isRunning ? bySlowness : null;
  }

  /** Forgets a session that ended, and the breakpoints that were for it alone. */
  forget(session: number): void {
    if (this.#armed === 0) return;
    let isChanged = this.#bySession.delete(session);
    for (const [id, { breakpoint }] of this.#breakpoints)
      if (breakpoint.session === session) isChanged = this.#breakpoints.delete(id) || isChanged;
    if (isChanged) this.#changed();
  }

  /** How it all stands, without what is held. */
  view(): Pick<GatesView, 'everywhere' | 'sessions' | 'breakpoints' | 'slowMs'> {
    const breakpoints: SetBreakpoint[] = [];
    for (const [id, { breakpoint, hits }] of this.#breakpoints) breakpoints.push({ ...breakpoint, id, hits });
    return {
      everywhere: gates.filter((gate) => this.#everywhere.has(gate)),
      sessions: [...this.#bySession].map(([session, set]) => ({
        session,
        gates: gates.filter((gate) => set.has(gate)),
      })),
      breakpoints,
      slowMs: this.#slowMs,
    };
  }

  #hit(id: number, known: Known): Hold {
    known.hits += 1;
    if (known.breakpoint.once === true) this.#breakpoints.delete(id);
    this.#changed();
    return { by: 'breakpoint', breakpoint: id };
  }

  #changed(): void {
    this.#armed = this.#everywhere.size + this.#bySession.size + this.#breakpoints.size + (this.#slowMs > 0 ? 1 : 0);
    this.#onChange();
  }
}
