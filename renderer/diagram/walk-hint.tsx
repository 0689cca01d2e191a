/** Once a session has gone by, a word to whoever has not yet stepped through one: it can be walked again. */
import { Trans, useTranslation } from 'react-i18next';
import { isLive } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import styles from './diagram.module.css';
import type { Box } from './layout.ts';

export function WalkHint({ box }: { readonly box: Box }) {
  const { t } = useTranslation('diagram');
  const due = useLab(
    (state) =>
      !state.settings.stepped &&
      state.cursor === null &&
      !state.playing &&
      state.entries.length > 0 &&
      state.shown === state.entries.length - 1 &&
      !isLive(state),
  );
  if (!due) return null;
  return (
    <p className={styles.hint} style={{ left: box.x, top: box.y, width: box.width, maxHeight: box.height }}>
      <Trans t={t} i18nKey="hint.walk" components={{ key: <kbd /> }} />
    </p>
  );
}
