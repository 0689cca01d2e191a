/** Says each step in one sentence to those who do not see the diagram. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { gistOf, type Travel } from '../store/travel.ts';
import styles from './diagram.module.css';

/** ms of rest before a step is spoken: while steps rush by, only the last one is. */
const REST_MS = 300;

interface AnnouncerProps {
  readonly entry: Entry | undefined;
  readonly travel: Travel | null;
  readonly total: number;
  /** Whether steps rush by that nobody can follow. */
  readonly rush: boolean;
}

export function Announcer({ entry, travel, total, rush }: AnnouncerProps) {
  const { t } = useTranslation('diagram');
  const step = useSentence(entry, travel, total);
  const sentence = rush ? t('rush.spoken') : step;
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(sentence), REST_MS);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <p role="status" aria-live="polite" className={styles.spoken}>
      {spoken}
    </p>
  );
}

function useSentence(entry: Entry | undefined, travel: Travel | null, total: number): string {
  const { t } = useTranslation(['diagram', 'transcript', 'reasons']);
  if (entry === undefined) return '';
  const gist = gistOf(entry);
  const text = t(gist.key, { ns: 'transcript', ...gist.params });
  const why = t(`${entry.why}.title`, { ns: 'reasons', ...entry.params });
  const step = entry.seq + 1;
  if (travel === null) return t('step.inside', { step, total, room: t('proxy'), why });
  if (entry.kind === 'http' && entry.direction === 'out') {
    return t('step.asked', { step, total, text: addressIn(text) });
  }
  return t('step.moved', { step, total, from: t(travel.from), to: t(travel.to), text, why });
}

/** The bare address of a RCPT command; other texts as they are. */
function addressIn(text: string): string {
  return /^RCPT TO:\s*<([^>]*)>/i.exec(text)?.[1] ?? text;
}
