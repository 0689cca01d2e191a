/** What places, events and ways are called. */
import type { TFunction } from 'i18next';
import { type DrawnEffect, type DrawnWay, isProxy, type Side } from './drawn.ts';

/** A place in plain words; the machines have some of the same name. */
export const placeName = (t: TFunction, side: Side, place: string): string =>
  t(side === 'front' ? `machine:place.${place}` : `machine:place.${side}.${place}`);

/** What a step comes to: the proxy's documented reason, or what a played server says. */
export const wayTitle = (t: TFunction, side: Side, { why, params }: DrawnWay): string =>
  isProxy(side) ? t(`${why}.title`, { ns: 'reasons', ...params }) : t(`machine:result.${why}`);

/** Why it is so: the reason's text, or what a played server's protocol says of it. */
export const wayText = (t: TFunction, side: Side, { why, on, params }: DrawnWay): string =>
  isProxy(side) ? t(`${why}.text`, { ns: 'reasons', ...params }) : t(`machine:what.${side}.${on}`);

/** What of a reply decides: its code, or its first words. */
const decisive = /^(?:\d{3}|\* OK|\+OK|\+|a1 OK)/;

/** What happens in a way: a verb says itself, a reply by what decides in it, everything else has a name. */
export function eventName(t: TFunction, { on, event, why, from }: DrawnWay): string {
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
export function linkName(t: TFunction, ways: readonly DrawnWay[]): string {
  const names = [...new Set(ways.map((way) => eventName(t, way)))];
  const shown = names.slice(0, names.length === LABELS_MAX + 1 ? LABELS_MAX + 1 : LABELS_MAX).join(', ');
  return names.length > LABELS_MAX + 1 ? `${shown} +${names.length - LABELS_MAX}` : shown;
}

/** What a step asks for, in words. Bytes stand for themselves. */
export function effectTexts(t: TFunction, effects: readonly DrawnEffect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.type === 'say') return [];
    if (effect.type === 'clock') return effect.clock === 'wait' && effect.ms !== null ? [t('machine:does.wait')] : [];
    if (effect.type === 'report') return [t(`machine:does.report.${effect.event.type}`)];
    return [t(`machine:does.${effect.type}`)];
  });
}

/** What is said in a step. */
export const saidIn = (effects: readonly DrawnEffect[]): string =>
  effects.flatMap((effect) => (effect.type === 'say' ? [effect.text] : [])).join('');
