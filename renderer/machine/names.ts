/** What places, events and ways are called. */
import type { TFunction } from 'i18next';
import type { Way } from '../../shared/machine/explore.ts';
import type { Effect } from '../../shared/machine/machine.ts';

/** A place in plain words; both machines have some of the same name. */
export const placeName = (t: TFunction, side: 'front' | 'back', place: string): string =>
  t(side === 'front' ? `machine:place.${place}` : `machine:place.back.${place}`);

/** An event: a verb says itself, everything else has a name. */
export const eventName = (t: TFunction, on: string): string => (/^[A-Z]+$/.test(on) ? on : t(`machine:on.${on}`));

/** Labels of a line before the rest is counted. */
const LABELS_MAX = 2;

/** What leads along a line. */
export function linkName(t: TFunction, ways: readonly Way[]): string {
  const names = [...new Set(ways.map(({ on }) => eventName(t, on)))];
  const shown = names.slice(0, names.length === LABELS_MAX + 1 ? LABELS_MAX + 1 : LABELS_MAX).join(', ');
  return names.length > LABELS_MAX + 1 ? `${shown} +${names.length - LABELS_MAX}` : shown;
}

/** What a step asks for, in words. Bytes stand for themselves. */
export function effectTexts(t: TFunction, effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'say') return [];
    if (effect.type === 'clock') return effect.clock === 'wait' && effect.ms !== null ? [t('machine:does.wait')] : [];
    if (effect.type === 'report') return [t(`machine:does.report.${effect.event.type}`)];
    return [t(`machine:does.${effect.type}`)];
  });
}

/** What is said in a step. */
export const saidIn = (effects: readonly Effect[]): string =>
  effects.flatMap((effect) => (effect.type === 'say' ? [effect.text] : [])).join('');
