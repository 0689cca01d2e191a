/** Who waits for what is held, and how long yet. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Held } from '../../shared/contract/gates.ts';
import styles from './gates.module.css';
import { countdown } from './held.ts';
import { useNow } from './use-now.ts';

/** ms before the end at which it is pressing. */
export const PRESSING_MS = 30_000;

export function Patience({ held }: { readonly held: Held }): JSX.Element {
  const { t } = useTranslation('gates');
  const now = useNow();
  const { patience } = held;
  const since = <span className={styles.number}>{t('since', { time: countdown(now - held.since) })}</span>;
  if (patience === null) {
    return (
      <span className={styles.patience}>
        {since} · {t('patience.none')}
      </span>
    );
  }
  const left = patience.at - now;
  const who = t(`side.${patience.side}`);
  const text =
    left > 0 ? t('patience', { who, time: countdown(left) }) : t('patience.over', { who, time: countdown(-left) });
  return (
    <span className={styles.patience} data-pressing={left <= PRESSING_MS} role="timer">
      {since} · <b className={styles.number}>{text}</b> <span className={styles.source}>({patience.source})</span>
    </span>
  );
}
