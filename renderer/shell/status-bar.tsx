/** The bottom line: whether everything is recorded, how much goes on, and which file runs. */
import { type JSX, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLabDraft } from '../lab/draft.ts';
import { LoadPill } from '../load/load-pill.tsx';
import { useLab, useLabStore } from '../store/use-store.ts';
import { faultCount } from '../upstreams/clear-faults.ts';
import { rate, type Sample } from './rate.ts';
import { useNote } from './report.ts';
import style from './shell.module.css';

export function StatusBar(): JSX.Element {
  const { t, i18n } = useTranslation('shell');
  const lab = useLab((state) => state.lab);
  const total = useLab((state) => state.total);
  const open = useLab((state) => state.open);
  const connected = useLab((state) => state.connected);
  const edited = useLabDraft((state) => state.text !== null);
  const perSecond = useRate();
  const armed = useLab(faultCount);
  const { number, one } = useMemo(() => formatsOf(i18n.language), [i18n.language]);
  const ok = lab?.recording.ok ?? true;
  const file = lab?.file?.split(/[\\/]/).at(-1) ?? t('status.tutorial');
  return (
    <footer className={style.status}>
      {lab === null ? (
        <span>{t('status.waiting')}</span>
      ) : (
        <>
          <span className={style.recording} data-ok={ok && connected}>
            {t(connected ? (ok ? 'status.recording' : 'status.notRecording') : 'status.lost')}
          </span>
          <span className={style.number}>{t('status.sessions', { count: total, number: number.format(total) })}</span>
          <span className={style.number}>{t('status.open', { count: open, number: number.format(open) })}</span>
          <span className={style.number}>{t('status.rate', { rate: one.format(perSecond) })}</span>
          {armed === 0 ? null : (
            <span className={style.armed}>
              <span aria-hidden="true">⚠</span> {t('status.faults', { count: armed })}
            </span>
          )}
          <LoadPill />
          <StatusNote />
          <span className={style.file} title={lab.file ?? undefined}>
            {t(edited ? 'status.file.edited' : 'status.file', { file })}
          </span>
          <span>{t('status.version', { version: lab.version })}</span>
        </>
      )}
    </footer>
  );
}

/** Whole numbers, and those with one digit behind the point; making these takes longer than using them. */
const formatsOf = (language: string) => ({
  number: new Intl.NumberFormat(language),
  one: new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }),
});

/** What just happened, for some seconds. The region is there before its text, so that screen readers speak it. */
function StatusNote() {
  const current = useNote((state) => state.note);
  return (
    <output className={style.note} data-tone={current?.tone} title={current?.text}>
      {current?.text}
    </output>
  );
}

/** Sessions a second over the last few seconds, looked at once a second. */
function useRate(): number {
  const store = useLabStore();
  const samples = useRef<readonly Sample[]>([]);
  const [value, setValue] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => {
      const next = rate(samples.current, { at: performance.now(), total: store.getState().total });
      samples.current = next.samples;
      setValue(next.perSecond);
    }, 1000);
    return () => window.clearInterval(timer);
  }, [store]);
  return value;
}
