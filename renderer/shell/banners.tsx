/** What must be said all the time it is true: the lab is not reachable, or nothing is recorded. */
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BROKEN, type Problem } from '../../shared/lab/problem.ts';
import { useLab } from '../store/use-store.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import style from './shell.module.css';
import { useUi } from './ui-store.ts';

export function Banners(): JSX.Element {
  const { t } = useTranslation('shell');
  const lost = useLab((state) => !state.connected && state.lab !== null);
  const recording = useLab((state) => state.lab?.recording);
  return (
    <>
      {lost ? <Banner>{t('lost')}</Banner> : null}
      <PromiseBanner />
      {recording?.ok === false ? <Banner>{t('recording.failed', { error: recording.error ?? '' })}</Banner> : null}
    </>
  );
}

const noProblems: readonly Problem[] = [];

/** A promise of the lab file that its rules break: whoever wrote it wants to know at once. */
function PromiseBanner() {
  const { t } = useTranslation('shell');
  const problems = useLab((state) => state.lab?.problems ?? noProblems);
  const go = useUi((state) => state.go);
  const [first, ...more] = problems.filter(({ id }) => id === BROKEN);
  if (first === undefined) return null;
  return (
    <Banner>
      {t('promise', { message: first.message })} {more.length === 0 ? null : t('promise.more', { count: more.length })}{' '}
      <Button onClick={() => go('rules')}>{t('promise.show')}</Button>
    </Banner>
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
