/** What the lab or its user did to a session themselves: what comes of it says nothing about the servers behind it. */
import type { Diagnostic, DiagnosticKey } from './diagnostics.ts';
import type { Entry } from './entry.ts';
import { paramOf, type Story } from './story.ts';

/**
 * Who made an entry what it is. fault: one that was armed, or that the lab file has · address: one that an address
 * carries (`550@fault.test`) · hand: a person, at a gate.
 */
export interface Doing {
  readonly by: 'fault' | 'address' | 'hand';
  /** What the fault does: the type of its act, or for the auth service its kind; '' for a hand. */
  readonly act: string;
  /** The stage at which it strikes; `auth` for the auth service. */
  readonly stage: string;
  /** The upstream's name; '' for the auth service. */
  readonly where: string;
}

/** The id of a fault that nobody armed: an address carries it. Those that are armed count from 1. */
export const CARRIED = 0;

/** Acts that change when an answer comes, and not what it says. */
const late: ReadonlySet<string> = new Set(['delay', 'drip', 'slow']);

/** Reasons of those who waited in vain. */
const IN_VAIN = /\.timeout$|\.timed-out$/;

/** null: it came as the other side meant it. `ofTime`: what is asked about is how long it took, not what it says. */
export function doingOf(entry: Entry, ofTime: boolean): Doing | null {
  const { params, edited, why } = entry;
  if (edited !== undefined || why === 'session.answered-by-hand') return { by: 'hand', act: '', stage: '', where: '' };
  if (params?.fault === undefined) return null;
  if (late.has(paramOf(entry, 'fault')) && !ofTime && !IN_VAIN.test(why)) return null;
  return {
    by: params.faultId === CARRIED ? 'address' : 'fault',
    act: paramOf(entry, 'fault'),
    stage: paramOf(entry, 'faultStage') || 'auth',
    where: paramOf(entry, 'faultUpstream'),
  };
}

/** Findings that guess at the other side from what it said or did: nothing can be guessed from what the lab said for it. */
const guesses: ReadonlySet<DiagnosticKey> = new Set<DiagnosticKey>([
  ...(['D1.refused', 'D6', 'E6', 'G1', 'G2.mixed', 'G2.silent', 'G2.upstream'] as const),
  ...(['H5.refused', 'H5.left', 'H5.slow'] as const),
]);

/** Findings about how long something took. */
const ofTime: ReadonlySet<DiagnosticKey> = new Set<DiagnosticKey>([
  'B14.late',
  'B14.slow',
  'G2.silent',
  'H5.slow',
  'Q17',
]);

/** Who made the entries of a finding what they are; a line of the proxy's own is what made it say so. */
function behind({ entries }: Story, { key, seqs }: Diagnostic): Doing | null {
  for (const seq of seqs) {
    const entry = entries[seq];
    if (entry === undefined) continue;
    const said = entry.leg === 'client' && entry.direction === 'out' ? entries[entry.cause ?? -1] : undefined;
    const aboutTime = ofTime.has(key);
    const doing = doingOf(entry, aboutTime) ?? (said === undefined ? null : doingOf(said, aboutTime));
    if (doing !== null) return doing;
  }
  return null;
}

/** What was dropped never arrived: who waited for it, and gave up, was kept waiting by a person. */
function isStarved({ by }: Story, { key, seqs: [seq] }: Diagnostic): boolean {
  return ofTime.has(key) && (by.get('session.dropped') ?? []).some((dropped) => dropped.seq < seq);
}

/**
 * The findings with what the lab did told apart from what it found. Those that would only guess at a server from words
 * that the lab put in its mouth are left out; the others say whose doing it was (`by`, `byAct`, `byStage`, `byWhere`).
 * A switch makes the server really be so, and every finding about it is true.
 */
export function toldApart(story: Story, found: readonly Diagnostic[]): readonly Diagnostic[] {
  return found.flatMap((one) => {
    if (one.id === 'LAB') return [one];
    if (isStarved(story, one)) return [];
    const doing = behind(story, one);
    if (doing === null) return [one];
    const { by, act, stage, where } = doing;
    if (guesses.has(one.key) && act !== 'switch') return [];
    return [{ ...one, params: { ...one.params, by, byAct: act, byStage: stage, byWhere: where } }];
  });
}
