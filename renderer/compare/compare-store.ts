/** Which two sessions are compared, and what of them is shown. */
import i18next from 'i18next';
import { create } from 'zustand';
import { note } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import type { LabState } from '../store/state.ts';

interface Compared {
  readonly a: number | null;
  readonly b: number | null;
  readonly onlyDifferences: boolean;
}

export const useCompared = create<Compared>()(() => ({ a: null, b: null, onlyDifferences: false }));

/** Makes them the two that D compares. */
export function pairUp(a: number, b: number): void {
  useCompared.setState({ a, b });
}

export function openCompare(a: number, b: number): void {
  pairUp(a, b);
  useUi.getState().open('compare');
}

/** The session beside this one that it is most likely compared with: the next older one of its protocol. */
export function neighbourOf({ order, sessions }: Pick<LabState, 'order' | 'sessions'>, id: number): number | null {
  const protocol = sessions.get(id)?.protocol;
  const others = order.filter((one) => one !== id);
  const alike = others.filter((one) => sessions.get(one)?.protocol === protocol);
  return alike.find((one) => one < id) ?? alike[0] ?? others[0] ?? null;
}

/** What D does: the two chosen ones, or the selected one with the one before it. */
export function compareSelected(state: Pick<LabState, 'order' | 'sessions' | 'selected'>): void {
  const { selected } = state;
  const { a, b } = useCompared.getState();
  const chosen = a !== null && b !== null && (selected === null || selected === a || selected === b);
  const other = selected === null ? null : neighbourOf(state, selected);
  if (chosen) openCompare(a, b);
  else if (selected === null || other === null) note('bad', i18next.t('compare:choose'));
  else openCompare(other, selected);
}
