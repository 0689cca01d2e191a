/** The window's load: the draft of the next one, the one that runs or ran last, and the one before it. */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { LoadView } from '../../shared/contract/load.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import type { LoadDraft } from './draft.ts';

interface Loads {
  /** null until the form was opened first. */
  readonly draft: LoadDraft | null;
  readonly load: LoadView | null;
  readonly before: LoadView | null;
  /** Which part of the dialog is shown. */
  readonly view: 'form' | 'result';
}

export const useLoads = create<Loads>()(() => ({ draft: null, load: null, before: null, view: 'form' }));

/** Takes a newer state of a load; another one makes the last one the one before. */
export function took(load: LoadView): void {
  useLoads.setState((known) => {
    if (known.load === null || known.load.id === load.id) {
      // An answer that was overtaken by a feed must not set a load that is over going again.
      const isOld = known.load !== null && known.load.state !== 'running' && load.state === 'running';
      return isOld ? {} : { load };
    }
    return { load, before: known.load };
  });
}

/** Lives as long as the window: a load goes on while its dialog is closed. */
export function useLoadFeed(): void {
  const { bridge } = useLabStore();
  const connected = useLab((state) => state.connected);
  useEffect(
    () =>
      bridge.feed((feed) => {
        if (feed.type === 'load') took(feed.load);
      }),
    [bridge],
  );
  useEffect(() => {
    if (!connected) return;
    // A window that was reloaded has a new connection, and the load of the old one ended with it.
    bridge.call('load.get', {}).then(
      ({ load }) => {
        const known = useLoads.getState().load;
        if (load !== null) took(load);
        else if (known?.state === 'running') useLoads.setState({ load: { ...known, state: 'stopped', open: 0 } });
      },
      () => undefined,
    );
  }, [bridge, connected]);
}
