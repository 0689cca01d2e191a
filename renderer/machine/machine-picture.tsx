/** The state diagram drawn: places as cards, ways as lines, the session's own ones strong, where it stands lit. */
import { type JSX, type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSize } from '../diagram/use-size.ts';
import { IconButton } from '../shell/button.tsx';
import hearing from '../shell/spoken.module.css';
import { useLab } from '../store/use-store.ts';
import type { DrawnDiagram, Side } from './drawn.ts';
import styles from './machine.module.css';
import { layoutOf, type MachineLayout, type PlaceBox } from './machine-layout.ts';
import { MachineLines } from './machine-lines.tsx';
import { linkName, placeName } from './names.ts';
import { PartButton } from './part-button.tsx';
import { neighbour, type Part, partsOf } from './parts.ts';
import type { Trace } from './use-standing.ts';
import { WayCard } from './way-card.tsx';

/** Smaller than this nobody can read it: the rest is scrolled to. */
const SCALE_MIN = 0.78;
const STEP = 1.2;

interface MachinePictureProps {
  readonly diagram: DrawnDiagram;
  readonly side: Side;
  readonly trace: Trace;
  /** The whole picture in a sentence. */
  readonly summary: string;
}

export function MachinePicture({ diagram, side, trace, summary }: MachinePictureProps): JSX.Element {
  const { t } = useTranslation('machine');
  const [frame, size] = useSize<HTMLDivElement>();
  const layout = useMemo(
    () => layoutOf(diagram, { place: (place) => placeName(t, side, place), link: (ways) => linkName(t, ways) }),
    [diagram, side, t],
  );
  const parts = useMemo(() => partsOf(layout), [layout]);
  const [zoom, setZoom] = useState<number | 'fit' | null>(null);
  const fit = size.width === 0 ? 1 : Math.min(size.width / layout.width, size.height / layout.height, 1);
  const scale = zoom === 'fit' ? fit : (zoom ?? Math.max(fit, SCALE_MIN));
  useFollow(frame, layout, trace.here, scale);
  const { seen, pinned, reachable, on } = useParts(parts, trace.here);
  return (
    <div className={styles.stage}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a picture with parts */}
      <div aria-describedby="machine-keys" aria-label={summary} className={styles.scroller} ref={frame} role="group">
        <div
          className={styles.sheet}
          data-larger={scale > fit}
          style={{ width: layout.width * scale, height: layout.height * scale }}
        >
          <div
            className={styles.canvas}
            style={{ width: layout.width, height: layout.height, transform: `scale(${scale})` }}
          >
            <MachineLines layout={layout} trace={trace} />
            {parts.map((part) => (
              <PartButton
                key={part.id}
                on={on}
                part={part}
                pinned={pinned?.id === part.id}
                reachable={part.id === reachable}
                side={side}
                trace={trace}
              />
            ))}
          </div>
        </div>
      </div>
      <Zoom fit={fit} onZoom={setZoom} scale={scale} />
      {seen && (
        <WayCard key={seen.id} onClose={pinned ? on.release : undefined} part={seen} side={side} trace={trace} />
      )}
      <p className={hearing.spoken} id="machine-keys">
        {t('keys')}
      </p>
    </div>
  );
}

/** Which part is looked at, kept open or reachable by Tab. */
function useParts(parts: readonly Part[], here: string | null) {
  const [focus, setFocus] = useState<string | null>(null);
  const [hover, setHover] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const [pin, setPin] = useState<string | null>(null);
  const find = (id: string | null) => parts.find((part) => part.id === id);
  const first = find(`place ${here}`) ?? parts[0];
  const reachable = (find(focus) ?? first)?.id;
  const pinned = find(pin);
  const onKey = (event: KeyboardEvent<HTMLElement>, part: Part) => {
    if (event.key === 'Escape' && pin !== null) {
      event.preventDefault();
      setPin(null);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = neighbour(parts, part, event.key);
    if (next === null) return;
    event.preventDefault();
    const group = event.currentTarget.parentElement;
    group?.querySelector<HTMLElement>(`[data-part="${CSS.escape(next.id)}"]`)?.focus();
  };
  return {
    seen: pinned ?? find(hover) ?? (focused ? find(focus) : undefined),
    pinned,
    reachable,
    on: {
      key: onKey,
      focus: (part: Part) => {
        setFocus(part.id);
        setFocused(true);
      },
      blur: () => setFocused(false),
      hover: (part: Part | null) => setHover(part?.id ?? null),
      toggle: (part: Part) => setPin((now) => (now === part.id ? null : part.id)),
      release: () => setPin(null),
    },
  };
}

/** Keeps the place where the session stands in sight. */
function useFollow(
  frame: RefObject<HTMLDivElement | null>,
  layout: MachineLayout,
  here: string | null,
  scale: number,
): void {
  const still = useLab((state) => state.still);
  const before = useRef<string | null>(null);
  useEffect(() => {
    const box: PlaceBox | undefined = layout.places.find(({ place }) => place === here);
    const view = frame.current;
    if (!box || !view) return;
    const behavior = still || before.current === null ? 'instant' : 'smooth';
    before.current = here;
    view.scrollTo({
      left: box.x * scale - view.clientWidth / 2,
      top: box.y * scale - view.clientHeight / 2,
      behavior,
    });
  }, [frame, layout, here, scale, still]);
}

interface ZoomProps {
  readonly scale: number;
  readonly fit: number;
  readonly onZoom: (scale: number | 'fit') => void;
}

function Zoom({ scale, fit, onZoom }: ZoomProps) {
  const { t } = useTranslation('machine');
  return (
    <div className={styles.zoom}>
      <IconButton disabled={scale <= 0.4} icon="minus" label={t('zoom.out')} onClick={() => onZoom(scale / STEP)} />
      <IconButton disabled={scale >= 2} icon="plus" label={t('zoom.in')} onClick={() => onZoom(scale * STEP)} />
      <IconButton
        disabled={Math.abs(scale - fit) < 0.01}
        icon="fit"
        label={t('zoom.fit')}
        onClick={() => onZoom('fit')}
      />
    </div>
  );
}
