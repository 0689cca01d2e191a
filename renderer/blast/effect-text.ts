/** What rules do to a lookup, in the words of the window. */
import type { TFunction } from 'i18next';
import type { Effect } from '../../shared/auth/blast.ts';

/** The rule that decides, as it is named on screen. */
export function ruleName(t: TFunction, rule: string | null): string {
  if (rule === 'otherwise' || rule === 'accounts') return t(rule, { ns: 'blast' });
  return rule ?? '';
}

/** Where a lookup goes: an upstream's name or address, or what it is told instead. */
export function placeText(t: TFunction, { upstream, verdict }: Pick<Effect, 'upstream' | 'verdict'>): string {
  if (upstream !== null) return upstream;
  const [kind = '', ...words] = verdict.split(' ');
  const text = words.join(' ');
  if (kind === 'route') return text;
  if (kind === 'reject') return text === '' ? t('refuse.plain', { ns: 'blast' }) : t('refuse', { ns: 'blast', text });
  return t(kind === 'wait' ? 'wait' : 'error', { ns: 'blast', text });
}

/** The place, and after how long where the answer is delayed. */
export function effectText(t: TFunction, effect: Effect): string {
  const place = placeText(t, effect);
  return effect.delayMs === 0 ? place : `${place}, ${t('after', { ns: 'blast', ms: effect.delayMs })}`;
}
