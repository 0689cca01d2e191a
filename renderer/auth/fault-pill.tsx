/** In the header, for as long as something is wrong on purpose: with the auth service, or with a mail server. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { clearAllFaults, faultCount } from '../upstreams/clear-faults.ts';
import styles from './auth.module.css';

export function FaultPill(): JSX.Element | null {
  const { t } = useTranslation('auth');
  const store = useLabStore();
  const count = useLab(faultCount);
  const ofAuth = useLab((state) => state.lab?.faults);
  const open = useUi((state) => state.open);
  const go = useUi((state) => state.go);
  if (count === 0 || ofAuth === undefined) return null;
  const [first] = ofAuth;
  const what = count === 1 && first ? t(`kind.${first.kind}`) : undefined;
  // The place of the upstreams names both kinds; the dialog only the auth service's.
  const show = () => (ofAuth.length === count ? open('faults') : go('upstreams'));
  return (
    <div className={styles.pill}>
      <button onClick={show} title={what} type="button">
        <span aria-hidden="true">⚠</span> {t('pill', { count })}
      </button>
      <Button aria-label={t('faults.clear.all')} look="link" onClick={() => clearAllFaults(store)}>
        {t('pill.clear')}
      </Button>
    </div>
  );
}
