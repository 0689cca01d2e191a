/** The server block behind the chosen session, or behind the first listener where none is chosen. */
import { useEffect, useState } from 'react';
import type { ServerView } from '../../shared/contract/machines.ts';
import type { Protocol } from '../../shared/machine/machine.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { selectedSession } from '../store/selectors.ts';
import type { LabState } from '../store/state.ts';
import { useLab, useLabStore } from '../store/use-store.ts';

/** `PROTOCOL LISTENER` of what is asked for; '' while there is nothing to ask for. */
function wanted(state: LabState): string {
  const session = selectedSession(state);
  if (session) return `${session.protocol} ${session.listener}`;
  const first = state.lab?.listeners.find(({ role }) => role === 'proxy');
  return first ? `${first.protocol} ${hostPort(first.address, first.port)}` : '';
}

/** null: there is no such server; undefined: the lab has not answered yet. Asked again when the lab changes. */
export function useServer(): ServerView | null | undefined {
  const { bridge } = useLabStore();
  const key = useLab(wanted);
  const text = useLab((state) => state.lab?.text);
  const [found, setFound] = useState<{ readonly key: string; readonly view: ServerView | null }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is another configuration, or other rules.
  useEffect(() => {
    if (key === '') return;
    let current = true;
    const protocol = key.slice(0, 4).trim() as Protocol;
    const tell = (view: ServerView | null) => {
      if (current) setFound({ key, view });
    };
    bridge.call('proxy.server', { protocol, listener: key.slice(protocol.length + 1) }).then(tell, () => tell(null));
    return () => {
      current = false;
    };
  }, [bridge, key, text]);
  return found?.key === key ? found.view : undefined;
}
