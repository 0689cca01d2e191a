/** One part of the drawn diagram as a button: a place, a line's label, the ways that stay, the ways that end. */
import type { TFunction } from 'i18next';
import type { CSSProperties, JSX, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Side } from './drawn.ts';
import styles from './machine.module.css';
import { goneAlong } from './machine-lines.tsx';
import { eventName, placeName } from './names.ts';
import type { Part } from './parts.ts';
import { type Trace, wayKey } from './use-standing.ts';

interface PartButtonProps {
  readonly part: Part;
  readonly side: Side;
  readonly trace: Trace;
  /** Tab stops here. */
  readonly reachable: boolean;
  readonly pinned: boolean;
  readonly on: {
    key(event: KeyboardEvent<HTMLElement>, part: Part): void;
    focus(part: Part): void;
    blur(): void;
    hover(part: Part | null): void;
    toggle(part: Part): void;
  };
}

export function PartButton({ part, side, trace, reachable, pinned, on }: PartButtonProps): JSX.Element {
  const { t } = useTranslation('machine');
  return (
    <button
      aria-current={part.kind === 'place' && part.place === trace.here ? 'step' : undefined}
      aria-expanded={pinned}
      aria-label={labelOf(t, part, side, trace)}
      className={styles.part}
      data-been={part.kind === 'place' ? trace.been.has(part.place) : undefined}
      data-gone={part.kind === 'place' ? undefined : goneAlong(part.ways, trace)}
      data-kind={part.kind}
      data-mark={markOf(part)}
      data-part={part.id}
      data-place={part.place}
      onBlur={on.blur}
      onClick={() => on.toggle(part)}
      onFocus={() => on.focus(part)}
      onKeyDown={(event) => on.key(event, part)}
      onMouseEnter={() => on.hover(part)}
      onMouseLeave={() => on.hover(null)}
      style={standing(part)}
      tabIndex={reachable ? 0 : -1}
      type="button"
    >
      {textOf(t, part, side)}
    </button>
  );
}

function textOf(t: TFunction, part: Part, side: Side): string {
  if (part.kind === 'place') return placeName(t, side, part.place);
  return part.kind === 'link' ? part.link.label : '';
}

/** A picture, drawn by the style sheet: the name says it in words. */
function markOf(part: Part): string | undefined {
  if (part.kind === 'loops') return `↻ ${part.ways.length}`;
  return part.kind === 'exits' ? '⊗' : undefined;
}

/** px of the marks at a card's corners. */
const MARK = 11;

function standing(part: Part): CSSProperties {
  if (part.kind === 'link') {
    const { x, y } = part.link.at;
    return { left: x, top: y };
  }
  const { x, y, width, height } = part.box;
  if (part.kind === 'place') return { left: x, top: y, width, height };
  return part.kind === 'loops'
    ? { left: x + width / 2 - MARK - 4, top: y - height / 2 }
    : { left: x + width / 2 - MARK, top: y + height / 2 };
}

/** What is read aloud. */
function labelOf(t: TFunction, part: Part, side: Side, trace: Trace): string {
  const on = [...new Set(part.ways.map((way) => eventName(t, way)))].join(', ');
  const from = placeName(t, side, part.place);
  if (part.kind === 'place') {
    const here = part.place === trace.here ? 'place.here' : trace.been.has(part.place) ? 'place.was' : 'place.new';
    const told = t('place.label', { place: from, here: t(here) });
    return on === '' ? told : `${told} ${t('place.leads', { ways: on })}`;
  }
  const count = part.ways.reduce((sum, way) => sum + (trace.gone.get(wayKey(way)) ?? 0), 0);
  const now = goneAlong(part.ways, trace) === 'last' ? ` ${t('way.now')}` : '';
  const taken = count === 0 ? '' : `${t('way.taken', { count })}${now}`;
  if (part.kind === 'link') {
    // What is written there comes first; where it is cut short, all of it follows.
    const all = part.link.label === on ? on : `${part.link.label}: ${on}`;
    return t('way.label', { from, to: placeName(t, side, part.link.to), on: all, taken }).trim();
  }
  return t(part.kind === 'loops' ? 'way.label.stays' : 'way.label.ends', { from, on, taken }).trim();
}
