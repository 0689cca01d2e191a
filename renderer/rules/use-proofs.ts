/** What is proven of the rules that run. */
import { useEffect, useState } from 'react';
import type { CallResults } from '../../shared/contract/contract.ts';
import { useLab, useLabStore } from '../store/use-store.ts';

type Proven = CallResults['rules.prove'];

/** Asked for anew whenever another text runs; null until the answer is there. */
export function useProofs(): Proven {
  const store = useLabStore();
  const text = useLab((state) => state.lab?.text ?? null);
  const [proven, setProven] = useState<Proven>(null);
  useEffect(() => {
    let isCurrent = text !== null;
    const take = (found: Proven) => {
      if (isCurrent) setProven(found);
    };
    // Without its lab the window says so elsewhere.
    if (isCurrent) store.bridge.call('rules.prove', {}).then(take, () => take(null));
    return () => {
      isCurrent = false;
    };
  }, [store, text]);
  return proven;
}
