/** Send a load of sessions through the proxy, watch how it goes, and compare it with the one before. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shell/dialog.tsx';
import { dialable } from '../shell/listeners.ts';
import { useLab } from '../store/use-store.ts';
import { LoadForm } from './load-form.tsx';
import { useLoadFeed, useLoads } from './load-store.ts';
import { Result } from './result.tsx';

export function LoadDialog(): JSX.Element {
  const { t } = useTranslation('load');
  useLoadFeed();
  const listeners = useLab((state) => state.lab?.listeners);
  const load = useLoads((state) => state.load);
  const view = useLoads((state) => state.view);
  const isDeaf = dialable(listeners ?? []).length === 0;
  return (
    <Dialog name="load" size="xl" title={t('title')}>
      {view === 'result' && load !== null ? <Result load={load} /> : isDeaf ? <p>{t('deaf')}</p> : <LoadForm />}
    </Dialog>
  );
}
