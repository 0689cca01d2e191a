/** Step, play, follow and scrub: the one cursor's controls. */
import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isLive } from '../store/selectors.ts';
import { speeds } from '../store/settings.ts';
import { useActions, useLab } from '../store/use-store.ts';
import styles from './playback.module.css';
import { Scrubber } from './scrubber.tsx';

export function PlaybackBar() {
  const { t } = useTranslation('playback');
  const total = useLab((state) => state.entries.length);
  const shown = useLab((state) => state.shown);
  const playing = useLab((state) => state.playing);
  const actions = useActions();
  const none = total === 0;
  const first = shown <= 0;
  const last = shown >= total - 1;
  return (
    <section className={styles.bar} aria-label={t('label')}>
      <Button name="start" sign="«" disabled={none || first} onClick={actions.toStart} />
      <Button name="back" sign="‹" disabled={none || first} onClick={() => actions.step(-1)} />
      <Button name="step" sign="›" after primary disabled={none || last} onClick={() => actions.step(1)} />
      <Button
        name={playing ? 'pause' : 'play'}
        sign={playing ? '❚❚' : '▶'}
        disabled={none}
        onClick={actions.togglePlay}
      />
      <Speed />
      <Scrubber />
      <span className={styles.position}>{none ? '' : t('position', { step: shown + 1, total })}</span>
      <Follow disabled={none || last} />
    </section>
  );
}

interface ButtonProps {
  readonly name: string;
  readonly sign: string;
  /** The sign stands after the word. */
  readonly after?: boolean;
  readonly primary?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function Button({ name, sign, after = false, primary = false, disabled, onClick }: ButtonProps) {
  const { t } = useTranslation('playback');
  const word = <span className={styles.word}>{t(name)}</span>;
  return (
    <Tooltip label={t(`${name}.hint`)} openDelay={500} withArrow>
      <button
        type="button"
        className={styles.button}
        data-primary={primary}
        aria-label={t(name)}
        aria-disabled={disabled}
        onClick={() => {
          // Stays focusable when there is nowhere to go: a disabled button would throw the focus away.
          if (!disabled) onClick();
        }}
      >
        {after && word}
        <span aria-hidden="true">{sign}</span>
        {!after && word}
      </button>
    </Tooltip>
  );
}

/** Goes through the speeds. */
function Speed() {
  const { t } = useTranslation('playback');
  const { speed } = useLab((state) => state.settings);
  const { setSettings } = useActions();
  const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1;
  return (
    <Tooltip label={t('speed.label', { speed })} openDelay={500} withArrow>
      <button
        type="button"
        className={styles.speed}
        aria-label={t('speed.label', { speed })}
        onClick={() => setSettings({ speed: next })}
      >
        {t('speed', { speed })}
      </button>
    </Tooltip>
  );
}

/** A live session offers to be followed, an ended one its end. */
function Follow({ disabled }: { readonly disabled: boolean }) {
  const { t } = useTranslation('playback');
  const live = useLab(isLive);
  const following = useLab((state) => state.cursor === null);
  const actions = useActions();
  if (!live) return <Button name="end" sign="»" after disabled={disabled} onClick={actions.toEnd} />;
  return (
    <Tooltip label={t('live.hint')} openDelay={500} withArrow>
      <button
        type="button"
        className={styles.button}
        data-live={following}
        aria-pressed={following}
        onClick={actions.follow}
      >
        <span aria-hidden="true" className={styles.dot} />
        {t('live')}
      </button>
    </Tooltip>
  );
}
