/** Everything that is armed, the auth service's too, and the one button that clears it. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { clearAllFaults, faultCount } from './clear-faults.ts';
import style from './upstreams.module.css';

export function AllFaults(): JSX.Element | null {
  const { t } = useTranslation(['upstreams', 'auth']);
  const store = useLabStore();
  const open = useUi((state) => state.open);
  const count = useLab(faultCount);
  const ofAuth = useLab((state) => state.lab?.faults.length ?? 0);
  if (count === 0) return null;
  return (
    <section aria-label={t('faults')} className={style.all}>
      <p>
        <span aria-hidden="true">⚠</span> {t('pill', { ns: 'auth', count })}
        {ofAuth === 0 ? null : (
          <>
            {', '}
            <Button look="link" onClick={() => open('faults')}>
              {t('faults.auth', { count: ofAuth })}
            </Button>
          </>
        )}
      </p>
      <Button onClick={() => clearAllFaults(store)}>{t('faults.clear')}</Button>
    </section>
  );
}
