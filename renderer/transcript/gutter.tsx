/** What the proxy did with a line, as a sign between the two legs. */
import type { TFunction } from 'i18next';
import { signs } from '../../shared/export/session-sheet.ts';
import type { Disposition } from '../../shared/machine/machine.ts';
import hearing from '../shell/spoken.module.css';
import styles from './transcript.module.css';

interface GutterProps {
  readonly disposition: Disposition | undefined;
  /** The line went from the upstream towards the client. */
  readonly leftwards: boolean;
  readonly t: TFunction<'transcript'>;
}

export function Gutter({ disposition, leftwards, t }: GutterProps) {
  if (disposition === undefined) return <span className={styles.gutter} />;
  // A passed line points the way it went.
  const sign = disposition === 'passed' && leftwards ? '←' : signs[disposition];
  return (
    <span className={styles.gutter} data-disposition={disposition} title={t(`disposition.${disposition}.text`)}>
      <span aria-hidden="true">{sign}</span>
      <span className={hearing.spoken}>{t(`disposition.${disposition}`)}</span>
    </span>
  );
}
