/** What an armed fault says of itself. */
import type { TFunction } from 'i18next';
import type { ArmedUpstreamFault, FaultFor } from '../../shared/upstream/fault.ts';
import { decode } from '../transcript/pieces.ts';

type Translate = TFunction<'upstreams'>;

const patternText = (pattern: NonNullable<FaultFor['address']>): string =>
  typeof pattern === 'string' ? pattern : pattern.join(', ');

/** What it does: `replies 450 4.2.0 Greylisted`. */
export function actText(t: Translate, { act }: Pick<ArmedUpstreamFault, 'act'>): string {
  switch (act.type) {
    case 'reply':
      return t('does.reply', { text: decode(act.text) });
    case 'delay':
    case 'drip':
      return t(`does.${act.type}`, { ms: act.ms });
    case 'switch':
      return t(`act.${act.name}`);
    default:
      return t(`act.${act.type}`);
  }
}

/** When and for whom: `the next 1 · only a@b`. */
export function limitText(t: Translate, { scope, only }: Pick<ArmedUpstreamFault, 'scope' | 'only'>): string {
  return [
    t(`scoped.${scope.type}`, { ...scope }),
    ...(only.address === undefined ? [] : [t('only.address', { pattern: patternText(only.address) })]),
    ...(only.client === undefined ? [] : [t('only.client', { pattern: patternText(only.client) })]),
  ].join(' · ');
}
