/** The ways to save something as a test, for the places where it is seen. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { useLabStore } from '../store/use-store.ts';
import { saveSession, saveTried, type Tried } from './save-test.tsx';

/** For a lookup that was tried on the rules. */
export function SaveTried({ tried }: { readonly tried: Tried }): JSX.Element {
  const { t } = useTranslation('tests');
  return (
    <Button look="link" onClick={() => saveTried(tried)}>
      {t('save.action')}
    </Button>
  );
}

/** For a recorded session. */
export function SaveSession({ id }: { readonly id: number }): JSX.Element {
  const { t } = useTranslation('tests');
  const store = useLabStore();
  return <Button onClick={() => void saveSession(store, id)}>{t('save.action')}</Button>;
}
