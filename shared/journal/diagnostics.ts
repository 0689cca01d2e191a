/** What a session's journal can tell of known pitfalls: the vocabulary. Texts stand in the window's catalogue. */
import type { Params } from '../machine/machine.ts';

/** error: it broke this session · warning: it went through, and not as meant · note: worth knowing. */
export type DiagnosticSeverity = 'error' | 'warning' | 'note';

/**
 * Every diagnostic by its key: the pitfall's ID, and where there are several forms a word for each. `A` to `H` are rows
 * of the list of pitfalls, `Q` numbers of the list of nginx's quirks.
 */
export const diagnostics = {
  'A7.escaped': 'note',
  'A7.plus': 'note',
  'A7.raw': 'note',
  A8: 'note',
  'B1.page': 'error',
  'B1.half': 'error',
  B2: 'error',
  B3: 'error',
  B4: 'warning',
  B5: 'error',
  B6: 'error',
  B7: 'warning',
  B8: 'note',
  B9: 'error',
  B10: 'error',
  B11: 'warning',
  'B12.again': 'warning',
  'B12.loop': 'error',
  B13: 'error',
  'B14.late': 'error',
  'B14.slow': 'note',
  C1: 'error',
  C2: 'note',
  C3: 'note',
  C7: 'note',
  D1: 'note',
  D2: 'error',
  'D4.unknown': 'error',
  'D4.forbidden': 'error',
  D6: 'note',
  D7: 'warning',
  D8: 'error',
  'E4.hello': 'error',
  'E4.plain': 'error',
  E6: 'error',
  F2: 'error',
  F3: 'warning',
  'F5.early': 'warning',
  'F5.last': 'error',
  'F6.preauth': 'error',
  'F6.untagged': 'error',
  F8: 'warning',
  'G2.missing': 'error',
  'G2.mixed': 'error',
  'G2.unexpected': 'error',
  'G2.upstream': 'error',
  H3: 'note',
  'H5.refused': 'error',
  'H5.left': 'error',
  'H5.slow': 'error',
  Q17: 'warning',
  Q19: 'error',
  Q20: 'warning',
  Q26: 'error',
  Q33: 'error',
} as const satisfies Readonly<Record<string, DiagnosticSeverity>>;

/** The key of a diagnostic. */
export type DiagnosticKey = keyof typeof diagnostics;

/** One finding about a session. */
export interface Diagnostic {
  readonly key: DiagnosticKey;
  /** The pitfall's ID: the key up to its dot. */
  readonly id: string;
  readonly severity: DiagnosticSeverity;
  /** `seq` of the entries it is about; the first is the one to look at. */
  readonly seqs: readonly [number, ...number[]];
  /** Values of its sentences. Texts of the wire are byte strings. */
  readonly params: Params;
}

/** Makes a finding. */
export function finding(key: DiagnosticKey, seqs: readonly [number, ...number[]], params: Params = {}): Diagnostic {
  return { key, id: key.split('.')[0] ?? key, severity: diagnostics[key], seqs, params };
}
