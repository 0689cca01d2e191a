/** Traffic of all sessions: how much goes over each edge a second, dimmed beside a session that a person has chosen. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Traffic } from '../../shared/contract/contract.ts';
import type { Leg } from '../../shared/journal/entry.ts';
import type { LabState } from '../store/state.ts';
import { useLab } from '../store/use-store.ts';
import styles from './diagram.module.css';
import type { Layout } from './layout.ts';

/** What rushes over the edges in place of parcels; null where one session is looked at, or nothing rushes. */
export function useRush(): Traffic | null {
  const rush = useLab((state) => state.rush);
  const aside = useLab(isAside);
  return aside ? null : rush;
}

/** Whether a person looks at a session of their own choice, or at a step of it. */
const isAside = ({ pinned, walk, cursor }: LabState): boolean => pinned || walk || cursor !== null;

export function TrafficNotes({ layout }: { readonly layout: Layout }) {
  const { t, i18n } = useTranslation('diagram');
  const number = useMemo(() => new Intl.NumberFormat(i18n.language), [i18n.language]);
  const rush = useLab((state) => state.rush);
  const aside = useLab(isAside);
  if (rush === null) return null;
  const { client, proxy, auth } = layout;
  const row = proxy.y + proxy.height / 2;
  // Under the lines, where neither gates nor padlocks are; beside the one that goes up.
  const places: Record<Leg, { readonly left: number; readonly top: number }> = {
    client: { left: (client.x + client.width + proxy.x) / 2, top: row + 24 },
    auth: { left: proxy.x + proxy.width / 2 + 46, top: (auth.y + auth.height + proxy.y) / 2 },
    upstream: { left: proxy.x + proxy.width + 38, top: row + 24 },
  };
  return (['client', 'auth', 'upstream'] as const).map((leg) => (
    <span
      key={leg}
      className={styles.count}
      data-dim={aside}
      data-leg={leg}
      style={places[leg]}
      title={t(aside ? 'rush.others' : 'rush.title')}
    >
      {t('rush', { number: number.format(rush[leg]) })}
    </span>
  ));
}
