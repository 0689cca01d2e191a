/** Findings about what the lab or its user did to a session: faults that were armed, changes by hand, its own limits. */
import { type Diagnostic, type DiagnosticKey, finding } from './diagnostics.ts';
import type { Entry } from './entry.ts';
import { paramOf, type Story } from './story.ts';

/** One finding for all entries of a kind, at the first of them. */
function all(key: DiagnosticKey, entries: readonly Entry[]): readonly Diagnostic[] {
  const [first, ...more] = entries.map(({ seq }) => seq);
  return first === undefined ? [] : [finding(key, [first, ...more], { count: more.length + 1 })];
}

/** Faults that were armed on the lab's own servers: what struck stands on the entries that it made. */
function onFaults({ entries }: Story): readonly Diagnostic[] {
  const struck = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of entries) {
    if (entry.params?.fault === undefined) continue;
    const key = ['fault', 'faultStage', 'faultUpstream', 'faultId'].map((name) => paramOf(entry, name)).join(' ');
    const known = struck.get(key);
    if (known) known.push(entry);
    else struck.set(key, [entry]);
  }
  return [...struck.values()].map(([first, ...more]) =>
    finding('LAB.fault', [first.seq, ...more.map(({ seq }) => seq)], {
      fault: paramOf(first, 'fault'),
      stage: paramOf(first, 'faultStage') || 'auth',
      where: paramOf(first, 'faultUpstream'),
      id: Number(first.params?.faultId ?? -1),
    }),
  );
}

/** Everything that was done to the session from outside of it. */
export function diagnoseLab(story: Story): readonly Diagnostic[] {
  const of = (why: string) => story.by.get(why) ?? [];
  const changed = story.entries.filter(({ edited, why }) => edited !== undefined || why === 'session.answered-by-hand');
  return [
    ...onFaults(story),
    ...all('LAB.edited', changed),
    ...all('LAB.dropped', of('session.dropped')),
    ...all('LAB.held', of('session.held')),
    ...all('LAB.killed', of('session.killed')),
    ...all('LAB.itself', of('session.dial.own')),
    ...all('LAB.off-box', of('session.dial.off-box')),
  ];
}
