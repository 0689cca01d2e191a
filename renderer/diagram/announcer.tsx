/** Says each step in one sentence to those who do not see the diagram. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { sentenceOf } from '../../shared/journal/sentence.ts';
import type { Travel } from '../../shared/journal/travel.ts';
import { say } from '../i18n/say.ts';
import hearing from '../shell/spoken.module.css';

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
  const step = entry === undefined ? '' : sentenceOf(entry, travel, total, say);
  const sentence = rush ? t('rush.spoken') : step;
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(sentence), REST_MS);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <p role="status" aria-live="polite" className={hearing.spoken}>
      {spoken}
    </p>
  );
}
