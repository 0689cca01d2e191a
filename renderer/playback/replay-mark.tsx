/** Says on the diagram that what moves there is a recording. */
import { useTranslation } from 'react-i18next';
import { useLab } from '../store/use-store.ts';
import styles from './playback.module.css';

export function ReplayMark() {
  const { t } = useTranslation('playback');
  const replay = useLab((state) => state.replay);
  if (!replay) return null;
  return <p className={styles.watermark}>{t('replay.mark')}</p>;
}
