/** Holds what was observed against what the reference says, and two systems against each other. */
import { type Dialogue, manners, type Turn } from './dialogue.ts';
import { allTurns, expected, type Observed } from './play.ts';

/** What came of a dialogue: what was observed, or why it could not be played. */
export type Result = Observed | Error;

function turnsOf(dialogue: Dialogue, system: 'nginx' | 'lab'): readonly Turn[] {
  const own = system === 'nginx' ? dialogue.nginx?.turns : undefined;
  return allTurns(dialogue, own ?? dialogue.turns);
}

function hearing(dialogue: Dialogue, system: 'nginx' | 'lab', seen: Observed): string[] {
  const turns = turnsOf(dialogue, system);
  const wrong = turns.flatMap((turn, i) => {
    const want = expected(turn);
    const got = seen.heard[i] ?? 'nothing: the session was over';
    return want === got ? [] : [`exchange ${i}: sent ${turn[0]}\n  want ${want}\n  got  ${got}`];
  });
  const closed = dialogue.leaves || turns.some(([, , more]) => more?.closes || more?.reset);
  const last = seen.heard[turns.length];
  if (closed || (last !== undefined && manners[dialogue.protocol ?? 'smtp'].ends.includes(last))) return wrong;
  return [...wrong, `the end: NOOP and QUIT were answered ${last ?? 'not at all'}`];
}

function timing(dialogue: Dialogue, system: 'nginx' | 'lab', seen: Observed): string[] {
  return turnsOf(dialogue, system).flatMap(([, , more], i) => {
    const ms = seen.ms[i];
    if (more?.within === undefined || ms === undefined) return [];
    const [from, to] = more.within;
    return ms >= from && ms <= to
      ? []
      : [`exchange ${i} was over after ${Math.round(ms)} ms, not within ${from} to ${to}`];
  });
}

function lists(what: string, want: readonly string[] | undefined, got: readonly string[], end = ''): string[] {
  if (want === undefined) return [];
  const rest = (one: string | undefined, other: string | undefined) => one !== other && one !== `${other}${end}`;
  const wrong = Array.from({ length: Math.max(want.length, got.length) }, (_, i) => i).filter((i) =>
    rest(got[i], want[i]),
  );
  return wrong.map((i) => `${what} ${i + 1}:\n  want ${want[i]}\n  got  ${got[i]}`);
}

/** Where a system falls short of the dialogue's expectations, in sentences; empty when all is well. */
export function shortfalls(dialogue: Dialogue, result: Result | undefined, system: 'nginx' | 'lab'): string[] {
  if (result === undefined) return ['it was never played'];
  if (result instanceof Error) return [`it could not be played: ${result.message}`];
  const own = system === 'nginx' ? dialogue.nginx : undefined;
  const calls = dialogue.calls;
  const { noop, quit } = manners[dialogue.protocol ?? 'smtp'];
  return [
    ...hearing(dialogue, system, result),
    ...timing(dialogue, system, result),
    ...lists('auth request', own?.requests ?? dialogue.requests, result.requests),
    ...lists('upstream connection', own?.received ?? dialogue.received, result.received, noop + quit),
    ...(calls === undefined || calls === result.requests.length
      ? []
      : [`the auth service was asked ${result.requests.length} times, not ${calls}`]),
  ];
}

/** Where the lab differs from nginx, in sentences; for dialogues in which both must do the same. */
export function mismatches(nginx: Result | undefined, lab: Result | undefined): string[] {
  if (nginx === undefined || lab === undefined) return ['it was not played on both'];
  if (nginx instanceof Error || lab instanceof Error) return ['it could not be played on both'];
  return [
    ...lists('exchange', nginx.heard, lab.heard),
    ...lists('auth request', nginx.requests, lab.requests),
    ...lists('upstream connection', nginx.received, lab.received),
  ];
}

/** What is wrong with the lab: it differs from nginx, or, where nginx is too old, from the reference. */
export function labFaults(dialogue: Dialogue, real: Result | undefined, ours: Result | undefined): string[] {
  const faults = shortfalls(dialogue, ours, 'lab');
  return dialogue.nginx === undefined ? [...faults, ...mismatches(real, ours)] : faults;
}
