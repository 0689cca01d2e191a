/** A load that goes on while its dialog is closed: how far it is, and the way back to it. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLoads } from './load-store.ts';

export function LoadPill(): JSX.Element | null {
  const { t } = useTranslation('load');
  const load = useLoads((state) => state.load);
  const open = useUi((state) => state.open);
  if (load?.state !== 'running') return null;
  return (
    <Button
      look="link"
      onClick={() => {
        useLoads.setState({ view: 'result' });
        open('load');
      }}
    >
      {t('pill', { over: load.done + load.failed, sessions: load.sessions })}
    </Button>
  );
}
