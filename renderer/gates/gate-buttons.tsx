/** The six gates on the diagram's edges, and beside them the text of what stands there. */
import { Tooltip } from '@mantine/core';
import { type JSX, type KeyboardEvent, memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Held } from '../../shared/contract/gates.ts';
import type { Gate, Leg } from '../../shared/journal/entry.ts';
import { type GateSpot, gateSize, gateSpots, type Layout } from '../diagram/layout.ts';
import { useUi } from '../shell/ui-store.ts';
import { useLab, useLabStore } from '../store/use-store.ts';
import { toggleGate } from './acts.ts';
import styles from './gates.module.css';
import { armedFor, firstLine, gateText, isAtEnd, openSession } from './held.ts';

interface GateButtonsProps {
  readonly layout: Layout;
  /** Height at which the chosen upstream's edge ends. */
  readonly port: number;
  readonly upstreams: number;
  /** The one part of the diagram that Tab reaches. */
  readonly reachable: string;
  readonly onKey: (event: KeyboardEvent, id: string) => void;
  readonly onFocus: (id: string) => void;
}

export const GateButtons = memo(function GateButtons(props: GateButtonsProps): JSX.Element {
  const { layout, port, upstreams, reachable, onKey, onFocus } = props;
  const held = useLab((state) => state.gates.held);
  const selected = useLab((state) => state.selected);
  const size = gateSize(layout);
  const counts = useMemo(() => countsOf(held, selected), [held, selected]);
  return (
    <>
      {gateSpots(layout, port, upstreams).map((spot) => {
        const id = `gate:${spot.gate}`;
        return (
          <GateButton
            count={counts.get(spot.gate) ?? 0}
            id={id}
            key={spot.gate}
            onFocus={() => onFocus(id)}
            onKey={(event) => onKey(event, id)}
            reachable={reachable === id}
            size={size}
            spot={spot}
          />
        );
      })}
    </>
  );
});

/** How much stands at each gate: of the chosen session, or of all where none is chosen. */
function countsOf(held: readonly Held[], session: number | null): ReadonlyMap<Gate, number> {
  const counts = new Map<Gate, number>();
  for (const one of held) {
    if (session === null || one.session === session) counts.set(one.gate, (counts.get(one.gate) ?? 0) + 1);
  }
  return counts;
}

interface GateButtonProps {
  readonly id: string;
  readonly spot: GateSpot;
  readonly size: number;
  readonly count: number;
  readonly reachable: boolean;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
}

function GateButton({ id, spot, size, count, reachable, onKey, onFocus }: GateButtonProps) {
  const { t } = useTranslation('gates');
  const store = useLabStore();
  const { gate, leg, x, y } = spot;
  const session = useLab(openSession);
  const armed = useLab((state) => armedFor(state.gates, gate, session));
  const letters = useUi((state) => state.settings.singleKeys);
  const whose = session === null || armed === 'everywhere' ? t('for.all') : t('for.session', { id: session });
  const name = `${t('gate.name', { gate: gateText(gate), whose })}${count > 0 ? `, ${t('gate.held', { count })}` : ''}`;
  const hint = t(session === null || armed === 'everywhere' ? 'gate.hint.all' : 'gate.hint', {
    what: t(`gate.${gate}`),
    act: t(armed === null ? 'gate.fill' : 'gate.open'),
    whose,
  });
  return (
    <Tooltip label={hint} maw={300} multiline openDelay={500} withArrow>
      <button
        aria-label={name}
        aria-pressed={armed !== null}
        className={styles.gate}
        data-armed={armed ?? 'open'}
        data-leg={leg}
        data-node={id}
        onClick={(event) => toggleGate(store, gate, event.altKey)}
        onFocus={onFocus}
        onKeyDown={(event) => {
          if (letters && event.key.toLowerCase() === 'b' && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            event.stopPropagation();
            toggleGate(store, gate, event.altKey);
          } else onKey(event);
        }}
        style={{ left: x - size / 2, top: y - size / 2, width: size, height: size }}
        tabIndex={reachable ? 0 : -1}
        type="button"
      >
        <span aria-hidden="true" className={styles.ring}>
          {count > 0 ? <b className={styles.badge}>{count}</b> : null}
        </span>
      </button>
    </Tooltip>
  );
}

/** ms that slow motion must hold something for its text to be read. */
const READABLE_MS = 500;

const noTags: readonly Held[] = [];

/** What of the chosen session stands at gates now, while the panes show its newest step. */
export function useHeldTags(): readonly Held[] {
  const held = useLab((state) => state.gates.held);
  const slowMs = useLab((state) => state.gates.slowMs);
  const selected = useLab((state) => state.selected);
  const now = useLab(isAtEnd);
  return useMemo(() => {
    if (!now) return noTags;
    return held.filter((one) => one.session === selected && (one.until === null || slowMs >= READABLE_MS));
  }, [held, slowMs, selected, now]);
}

interface HeldTagsProps {
  readonly layout: Layout;
  readonly tags: readonly Held[];
}

/** The text beside the gate: one line for each edge, the oldest first. */
export function HeldTags({ layout, tags }: HeldTagsProps): JSX.Element {
  return (
    <>
      {(['client', 'auth', 'upstream'] as const).map((leg) => {
        const here = tags.filter(({ gate }) => edgeOf(gate) === leg);
        const [first] = here;
        return first === undefined ? null : (
          <HeldTag key={leg} held={first} layout={layout} leg={leg} more={here.length - 1} />
        );
      })}
    </>
  );
}

/** The edge that a gate is on. */
const edgeOf = (gate: Gate): Leg => (gate.includes('A') ? 'auth' : gate.includes('U') ? 'upstream' : 'client');

interface HeldTagProps {
  readonly held: Held;
  readonly leg: Leg;
  readonly layout: Layout;
  readonly more: number;
}

function HeldTag({ held, leg, layout, more }: HeldTagProps) {
  const { t } = useTranslation('gates');
  const box = layout.labels[leg];
  const text = firstLine(held);
  return (
    <p
      className={styles.tag}
      data-leg={leg}
      style={{ left: box.x, top: box.y, width: box.width }}
      title={`${gateText(held.gate)} ${text}`}
    >
      <span>
        <span className={styles.tagGate}>{t('tag', { gate: gateText(held.gate) })}</span> {text}
        {more > 0 ? ` +${more}` : ''}
      </span>
    </p>
  );
}
