/** What must be said all the time it is true: the lab is not reachable, or nothing is recorded. */
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLab } from '../store/use-store.ts';
import { Icon } from './icon.tsx';
import style from './shell.module.css';

export function Banners(): JSX.Element {
  const { t } = useTranslation('shell');
  const lost = useLab((state) => !state.connected && state.lab !== null);
  const recording = useLab((state) => state.lab?.recording);
  return (
    <>
      {lost ? <Banner>{t('lost')}</Banner> : null}
      {recording?.ok === false ? <Banner>{t('recording.failed', { error: recording.error ?? '' })}</Banner> : null}
    </>
  );
}

function Banner({ children }: { readonly children: ReactNode }) {
  return (
    <div className={style.banner} role="alert">
      <Icon name="warning" />
      <span>{children}</span>
    </div>
  );
}
