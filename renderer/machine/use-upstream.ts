/** The mail server behind the chosen session, or the first one that the lab plays where none is chosen. */
import { useEffect, useState } from 'react';
import type { UpstreamView } from '../../shared/contract/upstreams.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import type { Play } from '../../shared/upstream/play.ts';
import { report } from '../shell/report.ts';
import { selectedSession } from '../store/selectors.ts';
import type { LabState } from '../store/state.ts';
import { useLab, useLabStore } from '../store/use-store.ts';

/** played: by the lab · external: the user's own · unknown: an address that is not in the lab file · none: there is none. */
export type Upstream =
  | { readonly kind: 'played'; readonly name: string; readonly play: Play }
  | { readonly kind: 'external' | 'unknown'; readonly name: string }
  | { readonly kind: 'none' };

/** The session's upstream; '' where it has none. */
function named(state: LabState, protocol: Protocol): string {
  const dialled = selectedSession(state)?.upstream;
  if (dialled) return dialled;
  const played = state.lab?.listeners.find(
    (one) => one.role === 'upstream' && one.protocol === protocol && one.state !== 'external',
  );
  return played?.name ?? '';
}

/** undefined: the lab has not answered yet. Asked again when the lab changes. */
export function useUpstream(protocol: Protocol): Upstream | undefined {
  const { bridge } = useLabStore();
  const name = useLab((state) => named(state, protocol));
  const text = useLab((state) => state.lab?.text);
  const [upstreams, setUpstreams] = useState<readonly UpstreamView[]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text has other upstreams, or plays them otherwise.
  useEffect(() => {
    let current = true;
    bridge.call('upstreams.get', {}).then((answer) => {
      if (current) setUpstreams(answer.upstreams);
    }, report);
    return () => {
      current = false;
    };
  }, [bridge, text]);
  if (name === '') return { kind: 'none' };
  if (upstreams === undefined) return undefined;
  const found = upstreams.find((one) => one.name === name);
  if (found === undefined) return { kind: 'unknown', name };
  return found.play === null ? { kind: 'external', name } : { kind: 'played', name, play: found.play };
}
