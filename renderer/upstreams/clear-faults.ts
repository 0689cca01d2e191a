/** Faults of both kinds, the auth service's and the mail servers', as one. */
import { report } from '../shell/report.ts';
import type { LabState } from '../store/state.ts';
import type { LabStore } from '../store/store.ts';

/** How many are armed. */
export const faultCount = ({ lab }: LabState): number =>
  lab === null ? 0 : lab.faults.length + lab.upstreamFaults.length;

export function clearAllFaults({ bridge }: LabStore): void {
  bridge.call('fault.clear', {}).catch(report);
  bridge.call('upstream.fault.clear', {}).catch(report);
}
