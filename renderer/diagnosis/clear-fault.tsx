/** The way to what somebody armed: it can be cleared where it is seen to strike. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnostic } from '../../shared/journal/diagnostics.ts';
import { CARRIED } from '../../shared/journal/doing.ts';
import { report } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import style from './diagnosis.module.css';

export function ClearFault({ finding: { params } }: { readonly finding: Diagnostic }): JSX.Element {
  const { t } = useTranslation('diagnosis');
  const { bridge } = useLabStore();
  const ofAuth = params.stage === 'auth';
  const armed = useLab(({ lab }) => {
    if (lab === null) return undefined;
    if (ofAuth) return lab.faults.find(({ kind }) => kind === params.fault)?.id;
    return lab.upstreamFaults.find(({ id }) => id === params.id)?.id;
  });
  if (params.id === CARRIED) return <span>{t('fault.carried')}</span>;
  if (armed === undefined) return <span>{t('fault.cleared')}</span>;
  return (
    <button
      className={style.show}
      onClick={() => void bridge.call(ofAuth ? 'fault.clear' : 'upstream.fault.clear', { id: armed }).catch(report)}
      type="button"
    >
      {t('fault.clear')}
    </button>
  );
}
