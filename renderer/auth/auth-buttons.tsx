/** The two things to do with an auth service: examine it, and, where it is the lab's own, make it fail. */
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../shell/button.tsx';
import { useUi } from '../shell/ui-store.ts';
import { useLab } from '../store/use-store.ts';
import styles from './auth.module.css';

interface AuthButtonsProps {
  /** One of them was pressed: what they stand in may go. */
  readonly onPress?: () => void;
}

export function AuthButtons({ onPress }: AuthButtonsProps): JSX.Element | null {
  const { t } = useTranslation('auth');
  const open = useUi((state) => state.open);
  const asked = useLab((state) => (state.lab?.authServices.length ?? 0) > 0);
  const own = useLab((state) => state.lab?.otherwise !== null && state.lab?.otherwise !== undefined);
  if (!asked && !own) return null;
  const press = (dialog: 'exam' | 'faults') => () => {
    onPress?.();
    open(dialog);
  };
  return (
    <div className={styles.buttons}>
      {asked ? <Button onClick={press('exam')}>{t('exam.open')}</Button> : null}
      {own ? <Button onClick={press('faults')}>{t('faults.open')}</Button> : null}
    </div>
  );
}
