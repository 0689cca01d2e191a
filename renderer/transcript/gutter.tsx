/** What the proxy did with a line, as a sign between the two legs. */
import { useTranslation } from 'react-i18next';
import type { Disposition } from '../../shared/machine/machine.ts';
import styles from './transcript.module.css';

/** One sign per disposition; a passed line points the way it went. */
export const dispositionSigns: Readonly<Record<Disposition, string>> = {
  passed: '→',
  consumed: '⊣',
  invented: '⊢',
  replayed: '⇥',
  changed: '≠',
};

interface GutterProps {
  readonly disposition: Disposition | undefined;
  /** The line went from the upstream towards the client. */
  readonly leftwards: boolean;
}

export function Gutter({ disposition, leftwards }: GutterProps) {
  const { t } = useTranslation('transcript');
  if (disposition === undefined) return <span className={styles.gutter} />;
  const sign = disposition === 'passed' && leftwards ? '←' : dispositionSigns[disposition];
  return (
    <span className={styles.gutter} data-disposition={disposition} title={t(`disposition.${disposition}.text`)}>
      <span aria-hidden="true">{sign}</span>
      <span className={styles.spoken}>{t(`disposition.${disposition}`)}</span>
    </span>
  );
}
