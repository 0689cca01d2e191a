/** In the header, for as long as something is wrong with the lab's own auth service on purpose. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { report } from '../shell/report.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import styles from './auth.module.css';

export function FaultPill(): JSX.Element | null {
  const { t } = useTranslation('auth');
  const faults = useLab((state) => state.lab?.faults);
  const open = useUi((state) => state.open);
  const { bridge } = useLabStore();
  if (faults === undefined || faults.length === 0) return null;
  const [first] = faults;
  const what = faults.length === 1 && first ? t(`kind.${first.kind}`) : '';
  return (
    <div className={styles.pill}>
      <button onClick={() => open('faults')} title={what} type="button">
        <span aria-hidden="true">⚠</span> {t('pill', { count: faults.length })}
      </button>
      <Button look="link" onClick={() => bridge.call('fault.clear', {}).catch(report)}>
        {t('pill.clear')}
      </Button>
    </div>
  );
}
