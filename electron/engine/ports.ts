/** What the engine needs from the other rooms, and nothing of how they do it. */
import type { AuthTarget, Lookup } from '../../shared/auth/lookup.ts';
import type { Entry, SessionSummary, Trail } from '../../shared/journal/entry.ts';
import type { Bytes, Verdict } from '../../shared/machine/machine.ts';

/** One question to the auth service and its answer, byte by byte. */
export interface Exchange {
  readonly transport: 'in-process' | 'http';
  readonly request: Bytes;
  /** What came back before the proxy stopped reading; '' if nothing did. */
  readonly response: Bytes;
  readonly verdict: Verdict;
  /** Known when the lab's own service answered, in process or over HTTP. */
  readonly trail?: Trail;
  /** The rule that decided, by name. */
  readonly rule?: string;
  /** The system's code when the connection failed, such as ECONNREFUSED. */
  readonly systemError?: string;
}

/** Who is asked for a verdict. */
export interface Authority {
  /**
   * Asks once. `done` is called exactly once, possibly before `ask` returns (in process), unless the returned function
   * was called first: it abandons the question.
   */
  ask(
    question: {
      readonly lookup: Lookup;
      /** The exact bytes of the question, as `encodeRequest` gives them. */
      readonly request: Bytes;
      readonly target: AuthTarget;
      readonly timeoutMs: number;
      readonly passwordKnown: boolean;
    },
    done: (exchange: Exchange) => void,
  ): () => void;
}

/** Who keeps the journal. Calls must be quick: they only queue. */
export interface Recorder {
  /** The next free session id. */
  allocate(): number;
  /** `summary` is live: the engine goes on changing it until `ended`. */
  began(summary: SessionSummary): void;
  recorded(summary: SessionSummary, entry: Entry): void;
  ended(summary: SessionSummary): void;
}
