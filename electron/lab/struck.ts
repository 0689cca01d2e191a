/** Marks in the journal what a fault that was armed on a played server did to a session, so that nobody looks for it elsewhere. */
import type { Entry, SessionSummary } from '../../shared/journal/entry.ts';
import { noteFault } from '../../shared/journal/stage.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { ArmedUpstreamFault } from '../../shared/upstream/fault.ts';
import type { Recorder } from '../engine/ports.ts';

/** Strikes whose doing has not been seen yet; of more, the oldest are forgotten. */
const PENDING_MAX = 1000;

interface Pending {
  /** From where the struck connection came. */
  readonly port: number;
  readonly fault: ArmedUpstreamFault;
}

/** The strikes of a running lab. */
export interface Struck {
  /** A fault struck the connection from this port of ours. */
  note(port: number, fault: ArmedUpstreamFault): void;
  /** A recorder that marks entries and passes everything on. */
  watch(recorder: Recorder): Recorder;
}

/** Says which fault closed the port of an upstream, if one did. */
export type WhoRefused = (upstream: string, protocol: Protocol) => ArmedUpstreamFault | null;

/** The name of the upstream whose port was closed: there is no connection that a strike could be known by. */
function refusedBy({ kind, direction, why, params }: Entry): string | null {
  if (kind !== 'dial' || direction !== 'in' || params?.error !== 'ECONNREFUSED') return null;
  return why.endsWith('.back.refused') ? String(params.name ?? '') : null;
}

function markedWith(summary: SessionSummary, entry: Entry, fault: ArmedUpstreamFault): Entry {
  const { id, stage, upstream, act, preset = '' } = fault;
  const name = act.type === 'switch' ? act.name : '';
  noteFault(summary, [act.type, stage, upstream, preset, name]);
  const params = { fault: act.type, faultStage: stage, faultUpstream: upstream, faultId: id };
  return { ...entry, params: { ...entry.params, ...params } };
}

/** Whether this entry is what such a fault brings about. */
function isDoing({ act }: ArmedUpstreamFault, { kind, leg, direction, why, bytes }: Entry): boolean {
  if (leg !== 'upstream' || direction === 'out' || kind === 'dial' || kind === 'tls' || kind === 'hold') return false;
  const isLost = /\.back\.(?:closed|timeout|refused)$/.test(why) || kind === 'close';
  switch (act.type) {
    case 'reply':
      return bytes.includes(act.text.split(/\r?\n/)[0] ?? '');
    case 'close':
    case 'reset':
    case 'refuse':
    case 'silent':
      return isLost;
    case 'switch':
      return isLost || why.endsWith('.back.unexpected');
    default:
      return isLost || kind === 'line' || kind === 'data';
  }
}

/** `sessionOf` names the session whose connection to an upstream starts at a port. */
export function createStruck(sessionOf: (port: number) => number | null, refused: WhoRefused): Struck {
  let pending: readonly Pending[] = [];
  const struckBy = (summary: SessionSummary, entry: Entry): Entry => {
    const found = pending.find(({ port, fault }) => sessionOf(port) === summary.id && isDoing(fault, entry));
    if (found === undefined) return entry;
    pending = pending.filter((one) => one !== found);
    return markedWith(summary, entry, found.fault);
  };
  const marked = (summary: SessionSummary, entry: Entry): Entry => {
    const upstream = refusedBy(entry);
    const fault = upstream === null ? null : refused(upstream, summary.protocol);
    if (fault !== null) return markedWith(summary, entry, fault);
    return pending.length === 0 ? entry : struckBy(summary, entry);
  };
  return {
    note: (port, fault) => {
      pending = [...pending, { port, fault }].slice(-PENDING_MAX);
    },
    watch: (recorder) => ({
      allocate: () => recorder.allocate(),
      began: (summary) => recorder.began(summary),
      recorded: (summary, entry) => recorder.recorded(summary, marked(summary, entry)),
      ended: (summary) => {
        if (pending.length > 0) pending = pending.filter(({ port }) => sessionOf(port) !== summary.id);
        recorder.ended(summary);
      },
    }),
  };
}
