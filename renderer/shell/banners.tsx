/** What must be said all the time it is true: the lab is not reachable, or nothing is recorded. */
import i18next from 'i18next';
import type { JSX, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BROKEN, type Problem } from '../../shared/lab/problem.ts';
import type { LabStore } from '../store/store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { note, report, warn } from './report.ts';
import style from './shell.module.css';
import { useUi } from './ui-store.ts';

export function Banners(): JSX.Element {
  const { t } = useTranslation('shell');
  const lost = useLab((state) => !state.connected && state.lab !== null);
  const recording = useLab((state) => state.lab?.recording);
  return (
    <>
      {lost ? <Banner>{t('lost')}</Banner> : null}
      <DiskBanner />
      <PromiseBanner />
      {recording?.ok === false ? <Banner>{t('recording.failed', { error: recording.error ?? '' })}</Banner> : null}
    </>
  );
}

/** Another program wrote the lab's file, and the window's edits are not saved: the person chooses. */
function DiskBanner() {
  const { t } = useTranslation('shell');
  const store = useLabStore();
  const disk = useLab((state) => state.lab?.editing.disk ?? 'same');
  const problem = useLab((state) => state.lab?.editing.diskProblem ?? '');
  const file = useLab((state) => state.lab?.file ?? '');
  if (disk === 'same') return null;
  return (
    <Banner
      acts={
        <>
          {disk === 'changed' ? <Button onClick={() => void keep(store, 'file')}>{t('disk.take')}</Button> : null}
          <Button onClick={() => void keep(store, 'mine')}>{t(`disk.keep.${disk}`)}</Button>
        </>
      }
    >
      {t(`disk.${disk}`, { file, problem })}
    </Banner>
  );
}

async function keep(store: LabStore, which: 'file' | 'mine'): Promise<void> {
  try {
    const { lab, problem } = await store.bridge.call('lab.disk', { keep: which });
    store.setState({ lab });
    if (problem !== null) warn(problem, i18next.t('shell:disk.refused'));
    else note('good', i18next.t(`shell:disk.done.${which}`));
  } catch (error) {
    report(error);
  }
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
    <Banner acts={<Button onClick={() => go('rules')}>{t('promise.show')}</Button>}>
      {t('promise', { message: first.message })} {more.length === 0 ? null : t('promise.more', { count: more.length })}
    </Banner>
  );
}

interface BannerProps {
  readonly children: ReactNode;
  /** What can be done about it. */
  readonly acts?: ReactNode;
}

function Banner({ children, acts }: BannerProps) {
  return (
    <div className={style.banner} role="alert">
      <Icon name="warning" />
      <span>{children}</span>
      {acts === undefined ? null : <span className={style.bannerActs}>{acts}</span>}
    </div>
  );
}
