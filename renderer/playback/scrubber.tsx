/** The session as a row of marks, coloured by the edge that each step crosses; a slider for pointer and keyboard. */
import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { gistOf } from '../../shared/journal/travel.ts';
import { useSize } from '../diagram/use-size.ts';
import { speakerOf } from '../store/playback.ts';
import { useActions, useLab } from '../store/use-store.ts';
import styles from './playback.module.css';
import { ticksOf } from './ticks.ts';

/** Marks that still can be told apart, and the px one needs with the gap beside it. */
const TICKS_MAX = 120;
const TICK_MIN = 4;
/** px of the widest mark: a session of two steps is a short one. */
const TICK_MAX = 26;

export function Scrubber() {
  const { t } = useTranslation('playback');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const { goTo } = useActions();
  const [frame, { width }] = useSize<HTMLDivElement>();
  const track = useRef<HTMLDivElement>(null);
  const fit = Math.max(1, Math.min(TICKS_MAX, Math.floor(width / TICK_MIN) - 2));
  const ticks = useMemo(() => ticksOf(entries, fit), [entries, fit]);
  const onKeyDown = useSliderKeys();
  const scrub = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || entries.length === 0) return;
    goTo(Math.floor(((event.clientX - box.left) / box.width) * entries.length));
  };
  return (
    <div ref={frame} className={styles.frame}>
      <div
        ref={track}
        className={styles.scrubber}
        style={{ maxWidth: ticks.length * TICK_MAX }}
        role="slider"
        tabIndex={0}
        aria-label={t('scrubber')}
        aria-valuemin={entries.length === 0 ? 0 : 1}
        aria-valuemax={entries.length}
        aria-valuenow={shown + 1}
        aria-valuetext={useValueText()}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          scrub(event);
        }}
        onPointerMove={(event) => {
          if (event.buttons === 1) scrub(event);
        }}
      >
        {ticks.map((tick) => (
          <i
            key={tick.from}
            className={styles.tick}
            data-edge={tick.edge}
            data-now={tick.from <= shown && shown <= tick.to}
            data-future={tick.from > shown}
          />
        ))}
      </div>
    </div>
  );
}

function useValueText(): string {
  const { t } = useTranslation(['playback', 'transcript']);
  const entry = useLab((state) => state.entries[state.shown]);
  const total = useLab((state) => state.entries.length);
  if (entry === undefined) return t('scrubber.empty');
  const gist = gistOf(entry);
  return t('scrubber.value', {
    step: entry.seq + 1,
    total,
    who: t(`room.${speakerOf(entry)}`, { ns: 'transcript' }),
    text: t(gist.key, { ns: 'transcript', ...gist.params }),
  });
}

function useSliderKeys(): (event: KeyboardEvent) => void {
  const actions = useActions();
  const shown = useLab((state) => state.shown);
  const keys: Record<string, () => void> = {
    ArrowDown: () => actions.step(-1),
    ArrowUp: () => actions.step(1),
    PageDown: () => actions.goTo(shown - 10),
    PageUp: () => actions.goTo(shown + 10),
  };
  // Left, right, Home and End are the window's own keys and reach the cursor from here too.
  return (event) => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}
