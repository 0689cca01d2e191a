/** The session list, page by page. */
import type { Gate, SessionSummary } from '../../shared/journal/entry.ts';

/** What the session list is asked for. */
export interface SessionQuery {
  readonly filter: string;
  /** The id to page from. */
  readonly before?: number;
  readonly limit: number;
  /** Where something of which session is held now; left out where the filter does not ask for it. */
  readonly held?: ReadonlyMap<number, readonly Gate[]>;
}

/** A page of the session list. */
export interface SessionPage {
  readonly sessions: readonly SessionSummary[];
  readonly matching: number;
  readonly total: number;
  /** What is wrong with the filter, as one sentence. */
  readonly problem: string | null;
}
