/** Step, play, follow and scrub: the one cursor's controls. */
import { Tooltip } from '@mantine/core';
import { memo, useMemo } from 'react';
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
  const [back, on] = useMemo(() => [() => actions.step(-1), () => actions.step(1)] as const, [actions]);
  const none = total === 0;
  const first = shown <= 0;
  const last = shown >= total - 1;
  return (
    <section className={styles.bar} aria-label={t('label')}>
      <Button name="start" sign="«" minor disabled={none || first} onClick={actions.toStart} />
      <Button name="back" sign="‹" minor disabled={none || first} onClick={back} />
      <Button name="step" sign="›" after primary disabled={none || last} onClick={on} />
      <Button
        name={playing ? 'pause' : 'play'}
        sign={playing ? '❚❚' : '▶'}
        disabled={none}
        onClick={actions.togglePlay}
      />
      <Speed />
      <div className={styles.track}>
        <Scrubber />
      </div>
      <span className={styles.position}>{none ? '' : t('position', { step: shown + 1, total })}</span>
      <Button name="end" sign="»" bare disabled={none || last} onClick={actions.toEnd} />
      <Live />
    </section>
  );
}

interface ButtonProps {
  readonly name: string;
  readonly sign: string;
  /** The sign stands after the word. */
  readonly after?: boolean;
  /** Only the sign; the word is its name. */
  readonly bare?: boolean;
  readonly primary?: boolean;
  /** Its word is the first to go when the bar is narrow. */
  readonly minor?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

const Button = memo(function Button({
  name,
  sign,
  after = false,
  bare = false,
  primary = false,
  minor = false,
  disabled,
  onClick,
}: ButtonProps) {
  const { t } = useTranslation('playback');
  const word = bare ? null : (
    <span className={styles.word} data-minor={minor}>
      {t(name)}
    </span>
  );
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
});

/** Goes through the speeds. */
const Speed = memo(function Speed() {
  const { t } = useTranslation('playback');
  const { speed } = useLab((state) => state.settings);
  const { setSettings } = useActions();
  const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1;
  return (
    <Tooltip label={t('speed.label', { speed, count: speed })} openDelay={500} withArrow>
      <button
        type="button"
        className={styles.speed}
        aria-label={t('speed.label', { speed, count: speed })}
        onClick={() => setSettings({ speed: next })}
      >
        {t('speed', { speed })}
      </button>
    </Tooltip>
  );
});

/** On while the panes show what happens as it happens: the open session's newest step, else the newest session. */
const Live = memo(function Live() {
  const { t } = useTranslation('playback');
  const on = useLab((state) => state.cursor === null && (!state.pinned || isLive(state)));
  const { goLive } = useActions();
  return (
    <Tooltip label={t('live.hint')} openDelay={500} withArrow>
      <button
        type="button"
        className={styles.button}
        data-live={on}
        aria-label={t('live')}
        aria-pressed={on}
        onClick={goLive}
      >
        <span aria-hidden="true" className={styles.dot} />
        <span className={styles.word}>{t('live')}</span>
      </button>
    </Tooltip>
  );
});
