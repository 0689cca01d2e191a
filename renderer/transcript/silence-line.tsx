/** A client that is connected and says nothing: for how long, and what it may be waiting for. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { countdown } from '../gates/held.ts';
import { useNow } from '../gates/use-now.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import { silenceOf } from './silence.ts';
import styles from './transcript.module.css';

export function Silence(): JSX.Element | null {
  const session = useLab(selectedSession);
  const entries = useLab((state) => state.entries);
  const held = useLab((state) => state.gates.held.some((one) => one.session === state.selected));
  const silence = useMemo(() => (session === null ? null : silenceOf(session, entries)), [session, entries]);
  // What is held says already for what the client waits.
  if (session === null || silence === null || held) return null;
  return <Line since={session.startedAt} which={silence} />;
}

function Line({ since, which }: { readonly since: number; readonly which: 'greeted' | 'unmet' }) {
  const { t } = useTranslation('transcript');
  return (
    <p className={styles.silence} role="timer">
      {t(`silence.${which}`, { time: countdown(useNow() - since) })}
    </p>
  );
}
