/** Scripted dialogues: a text is run against a listener, and what did not come as it was to come is told with its line. */
import { z } from 'zod';
import type { ScriptProblem } from '../script/script.ts';

/**
 * Why a script ended early. mismatch: a reply came, and none of its lines matches · forbidden: a line matches that must
 * not · silent: nothing came in time · over: the connection ended (`code`) · tls: the handshake failed (`code`) · refused:
 * the server did not agree to TLS · open: the server did not close, it spoke or stayed.
 */
export type ScriptFailureKind = 'connect' | 'mismatch' | 'forbidden' | 'silent' | 'over' | 'tls' | 'refused' | 'open';

export interface ScriptFailure {
  /** The step's line in the script, from 1; 0 before the first. */
  readonly line: number;
  readonly kind: ScriptFailureKind;
  /** The pattern, its variables put in; '' where none was. */
  readonly wanted: string;
  /** The lines that came instead, decoded for the screen. */
  readonly got: readonly string[];
  readonly code: string;
}

/** One step that was run. */
export interface ScriptDone {
  readonly line: number;
  readonly ok: boolean;
  /** The reply that an expectation looked at, decoded for the screen. */
  readonly got: readonly string[];
}

/** How a script went. */
export interface ScriptResult {
  readonly ok: boolean;
  readonly session: number | null;
  readonly done: readonly ScriptDone[];
  readonly failure: ScriptFailure | null;
  /** What is wrong with the text; then nothing was run. */
  readonly problems: readonly ScriptProblem[];
}

export const scriptCalls = {
  /** `client.stop` gives it up. */
  'script.run': z.strictObject({ listener: z.string().max(200), text: z.string().max(2_000_000) }),
} as const;

/** What it answers with. */
export interface ScriptCallResults {
  'script.run': ScriptResult;
}
