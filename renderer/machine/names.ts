/** What places, events and ways are called. */
import type { TFunction } from 'i18next';
import type { Way } from '../../shared/machine/explore.ts';
import type { Effect } from '../../shared/machine/machine.ts';

/** A place in plain words; both machines have some of the same name. */
export const placeName = (t: TFunction, side: 'front' | 'back', place: string): string =>
  t(side === 'front' ? `machine:place.${place}` : `machine:place.back.${place}`);

/** What of a reply decides: its code, or its first words. */
const decisive = /^(?:\d{3}|\* OK|\+OK|\+|a1 OK)/;

/** What happens in a way: a verb says itself, a reply by what decides in it, everything else has a name. */
export function eventName(t: TFunction, { on, event, why, from }: Way): string {
  if (/^[A-Z]+$/.test(on)) return on;
  if (on !== 'reply' || event.type !== 'line') return t(`machine:on.${on}`);
  if (why.endsWith('.unexpected')) return t('machine:on.reply.other');
  // The reply to RCPT is passed on whatever it says.
  if (from === 'rcpt') return t('machine:on.reply.any');
  return decisive.exec(event.text)?.[0].replace('a1', t('machine:on.reply.tag')) ?? t('machine:on.reply');
}

/** Labels of a line before the rest is counted. */
const LABELS_MAX = 2;

/** What leads along a line. */
export function linkName(t: TFunction, ways: readonly Way[]): string {
  const names = [...new Set(ways.map((way) => eventName(t, way)))];
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
