/** The red mark of what leaves this machine, and the button that asks whether it may. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { report } from '../shell/report.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { isConfirmed, outside } from './off-box.ts';
import { askConfirm } from './state.ts';
import style from './upstreams.module.css';

export function OffBoxMark(): JSX.Element {
  const { t } = useTranslation('upstreams');
  return (
    <span className={style.offBox} title={t('offBox.title')}>
      {t('offBox')}
    </span>
  );
}

interface ConfirmationProps {
  readonly address: string;
  /** What it waits for is said beside it already. */
  readonly brief?: boolean;
}

/** How it stands with an address outside of this machine; nothing for one inside. */
export function Confirmation({ address: given, brief = false }: ConfirmationProps): JSX.Element | null {
  const { t } = useTranslation('upstreams');
  const { bridge } = useLabStore();
  const address = outside(given);
  const lab = useLab((state) => state.lab);
  if (address === null || lab === null) return null;
  if (!isConfirmed(lab, address))
    return (
      <span className={style.confirmation}>
        {brief ? null : <span>{t('confirm.waits')}</span>}
        <Button onClick={() => askConfirm(address)}>{t('confirm.open', { address })}</Button>
      </span>
    );
  if (lab.consent.allowLan) return <span className={style.confirmation}>{t('confirm.lan')}</span>;
  return (
    <span className={style.confirmation}>
      {t('confirm.given', { address })}{' '}
      <Button
        aria-label={t('confirm.withdraw.of', { address })}
        look="link"
        onClick={() => bridge.call('consent.withdraw', { address }).catch(report)}
      >
        {t('confirm.withdraw')}
      </Button>
    </span>
  );
}
