/** What a session's journal can tell of known pitfalls: the vocabulary. Texts stand in the window's catalogue. */
import type { Params } from '../machine/machine.ts';

/**
 * error: it broke this session, or sent mail the wrong way · warn: it went through, and not as meant · note: it may be
 * what went wrong here · chat: nothing is wrong, but this session shows it. From the worst to the mildest.
 */
export const severities = ['error', 'warn', 'note', 'chat'] as const;
export type DiagnosticSeverity = (typeof severities)[number];

/**
 * Every diagnostic by its key: the pitfall's ID, and where there are several forms a word for each. `A` to `H` are rows
 * of the list of pitfalls, `Q` numbers of the list of nginx's quirks, `LAB` is what the lab or its user did.
 */
export const diagnostics = {
  'A7.escaped': 'note',
  'A7.plus': 'note',
  'A7.raw': 'note',
  A8: 'note',
  'B1.page': 'error',
  'B1.half': 'error',
  'B1.down': 'error',
  'B1.cut': 'error',
  'B1.noise': 'error',
  B2: 'error',
  B3: 'error',
  B4: 'warn',
  B5: 'error',
  B6: 'error',
  B7: 'warn',
  B8: 'chat',
  B9: 'error',
  B10: 'error',
  B11: 'warn',
  'B12.again': 'warn',
  'B12.loop': 'error',
  B13: 'error',
  'B14.late': 'error',
  'B14.slow': 'note',
  C1: 'error',
  'C2.strayed': 'error',
  'C2.unjudged': 'chat',
  C3: 'note',
  C7: 'chat',
  'D1.trusted': 'chat',
  'D1.refused': 'error',
  D2: 'error',
  'D2.password': 'error',
  D4: 'error',
  D5: 'error',
  D6: 'note',
  D7: 'warn',
  D8: 'error',
  'E4.hello': 'error',
  'E4.plain': 'error',
  'E4.silent': 'note',
  'E4.starttls': 'warn',
  'E4.web': 'error',
  E6: 'error',
  F1: 'warn',
  'F1.unoffered': 'warn',
  F2: 'error',
  F3: 'warn',
  'F5.early': 'warn',
  'F5.last': 'error',
  'F5.login': 'warn',
  'F6.preauth': 'error',
  'F6.untagged': 'error',
  F8: 'warn',
  'F9.none': 'warn',
  'F9.tls': 'warn',
  G1: 'warn',
  'G1.header': 'note',
  'G2.missing': 'error',
  'G2.mixed': 'error',
  'G2.unexpected': 'error',
  'G2.upstream': 'error',
  'G2.silent': 'error',
  H3: 'chat',
  'H5.refused': 'error',
  'H5.left': 'error',
  'H5.slow': 'error',
  Q17: 'warn',
  Q19: 'error',
  Q20: 'warn',
  Q26: 'error',
  Q33: 'error',
  'LAB.fault': 'note',
  'LAB.edited': 'chat',
  'LAB.held': 'chat',
  'LAB.dropped': 'chat',
  'LAB.killed': 'chat',
  'LAB.itself': 'error',
  'LAB.off-box': 'error',
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
  return { key, id: idOf(key), severity: diagnostics[key], seqs, params };
}

const idOf = (key: DiagnosticKey): string => key.split('.')[0] ?? key;

/**
 * The lesson that explains a pitfall, by its number: 1 One mail, four boxes · 2 Who chooses the upstream · 3 Reading an
 * auth call · 4 Your first rule · 5 Two recipients, one upstream · 6 The 451 decoder · 7 Saying no properly · 8 Logging
 * in is not being logged in upstream · 9 XCLIENT and the wrong HELO · 10 TLS stops here · 11 PROXY header, four ways ·
 * 12 Two capability lists. null for what the lab or its user did.
 */
export function lessonOf(key: DiagnosticKey): number | null {
  const id = idOf(key);
  const own: Readonly<Record<string, number>> = {
    ...{ B7: 7, B8: 7, D1: 8, D2: 8, D4: 9, D5: 9, D6: 9, D7: 6, D8: 6, E6: 10 },
    ...{ H3: 9, H5: 6, Q17: 1, Q19: 12, Q20: 12, Q26: 8, Q33: 6, LAB: 0 },
  };
  const rows: Readonly<Record<string, number>> = { A: 3, B: 3, C: 5, E: 10, F: 12, G: 11 };
  return (own[id] ?? rows[id.slice(0, 1)]) || null;
}

/** The findings of a session in short, for its row in the list. */
export interface FindingCount {
  /** How many there are that are worse than `chat`. */
  readonly count: number;
  /** The worst of all; null where there is none at all. */
  readonly worst: DiagnosticSeverity | null;
  /** Every key once, the worst first. */
  readonly keys: readonly DiagnosticKey[];
}

/** `found` in short; sorted already, the worst first. */
export function countOf(found: readonly Diagnostic[]): FindingCount {
  return {
    count: found.filter(({ severity }) => severity !== 'chat').length,
    worst: found[0]?.severity ?? null,
    keys: [...new Set(found.map(({ key }) => key))],
  };
}
