/** The three columns. Every pane resizes and remembers its size; the left one remembers one width per drawer. */
import { type JSX, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  Group,
  Panel,
  type PanelImperativeHandle,
  Separator,
  useDefaultLayout,
  usePanelRef,
} from 'react-resizable-panels';
import { HeldPanel } from '../gates/held-panel.tsx';
import { TrafficBar } from '../gates/traffic-bar.tsx';
import { Inspector } from '../inspector/inspector.tsx';
import { FlowView } from '../ladder/flow-view.tsx';
import { PlaybackBar } from '../playback/playback-bar.tsx';
import { useLab } from '../store/use-store.ts';
import { Transcript } from '../transcript/transcript.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { LeftPane } from './left-pane.tsx';
import style from './shell.module.css';
import { filling, useUi } from './ui-store.ts';

/** px that the middle keeps whatever opens beside it. */
const CENTRE_MIN = 424;
const INSPECTOR_MIN = 230;
const LEFT_MIN = 236;
/** px of the inspector in a wide window; a narrow one starts with a quarter of itself, but with all tabs in a row. */
const INSPECTOR_FIRST = 318;
const INSPECTOR_TABS = 274;
/** px of the diagram and the bar above it: less would cut off what stands below the rooms. */
const DIAGRAM_MIN = 247;

export function Panes(): JSX.Element {
  const { t } = useTranslation('shell');
  const left = useLeftWidth();
  const columns = useDefaultLayout({ id: 'mail-lab.columns', panelIds: ['left', 'centre', 'inspector'] });
  const remember = useUi((state) => state.setWidth);
  const fills = useUi(filling);
  const [folded, setFolded] = useState(false);
  return (
    <Group
      className={style.panes}
      defaultLayout={columns.defaultLayout}
      elementRef={left.group}
      id="columns"
      onLayoutChanged={(layout, meta) => {
        columns.onLayoutChanged?.(layout, meta);
        const px = left.panel.current?.getSize().inPixels ?? 0;
        if (meta.isUserInteraction && px >= LEFT_MIN) remember(fills, px);
      }}
      orientation="horizontal"
    >
      <Panel
        defaultSize={left.first}
        groupResizeBehavior="preserve-pixel-size"
        id="left"
        minSize={LEFT_MIN}
        panelRef={left.panel}
      >
        <LeftPane />
      </Panel>
      <Separator aria-label={t('resize.left')} className={style.across} />
      <Panel id="centre" minSize={CENTRE_MIN}>
        <Centre />
      </Panel>
      <Separator aria-label={t('resize.inspector')} className={style.across} />
      <Panel
        collapsible
        defaultSize={Math.min(INSPECTOR_FIRST, Math.max(INSPECTOR_TABS, window.innerWidth * 0.245))}
        groupResizeBehavior="preserve-pixel-size"
        id="inspector"
        minSize={INSPECTOR_MIN}
        onResize={({ inPixels }) => setFolded(inPixels < 1)}
        panelRef={left.inspector}
      >
        <Pane folded={folded} name={t('pane.inspector')} onUnfold={() => left.inspector.current?.expand()}>
          <Inspector />
        </Pane>
      </Panel>
    </Group>
  );
}

function Centre() {
  const { t } = useTranslation('shell');
  const rows = useDefaultLayout({ id: 'mail-lab.rows', panelIds: ['diagram', 'transcript'] });
  return (
    <Group
      defaultLayout={rows.defaultLayout}
      id="rows"
      onLayoutChanged={(layout, meta) => rows.onLayoutChanged?.(layout, meta)}
      orientation="vertical"
    >
      <Panel defaultSize="44" id="diagram" minSize={DIAGRAM_MIN}>
        <Pane name={t('pane.diagram')}>
          <TrafficBar />
          <FlowView />
        </Pane>
      </Panel>
      <Separator aria-label={t('resize.diagram')} className={style.down} />
      <Panel id="transcript" minSize={140}>
        <Pane name={t('pane.transcript')}>
          <PlaybackBar />
          <Transcript />
          <HeldPanel />
        </Pane>
      </Panel>
    </Group>
  );
}

interface PaneProps {
  readonly name: string;
  /** Without any width: nothing in it can be reached until F6 comes here and it opens again. */
  readonly folded?: boolean;
  readonly onUnfold?: () => void;
  readonly children: ReactNode;
}

/** A part of the window that F6 stops at, and that keeps its own faults. */
function Pane({ name, folded = false, onUnfold, children }: PaneProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; the panes inside are the landmarks.
    <div
      aria-label={name}
      className={style.pane}
      data-folded={folded}
      data-pane=""
      onFocus={folded ? onUnfold : undefined}
      role="group"
      tabIndex={-1}
    >
      <ErrorBoundary pane={name}>{children}</ErrorBoundary>
    </div>
  );
}

/** Gives each thing in the left pane the width it had last; a wide drawer in a narrow window folds the inspector. */
function useLeftWidth() {
  const panel = usePanelRef();
  const inspector = usePanelRef();
  const group = useRef<HTMLDivElement | null>(null);
  const fills = useUi(filling);
  const first = useRef(wantedWidth(fills, window.innerWidth)).current;
  const before = useRef(fills);
  const folded = useRef(false);
  useEffect(() => {
    if (before.current === fills) return;
    before.current = fills;
    const room = group.current?.clientWidth ?? 0;
    const wanted = wantedWidth(fills, room);
    const tight = wanted + CENTRE_MIN + INSPECTOR_MIN > room;
    if (tight && !inspector.current?.isCollapsed()) {
      inspector.current?.collapse();
      folded.current = true;
    } else if (!tight && folded.current) {
      folded.current = false;
      inspector.current?.expand();
    }
    panel.current?.resize(Math.min(wanted, Math.max(LEFT_MIN, room - CENTRE_MIN)));
  }, [fills, panel, inspector]);
  useUnfold(inspector);
  return { panel, inspector, group, first };
}

/** Who asks for something that the inspector shows gets to see it. */
function useUnfold(inspector: React.RefObject<PanelImperativeHandle | null>): void {
  const asked = useLab((state) => `${state.tab} ${state.node}`);
  const before = useRef(asked);
  useEffect(() => {
    if (before.current === asked) return;
    before.current = asked;
    if (inspector.current?.isCollapsed()) inspector.current.expand();
  }, [asked, inspector]);
}

/** The remembered width; what is only a list leaves a narrow window to the middle. */
function wantedWidth(fills: ReturnType<typeof filling>, room: number): number {
  const { widths } = useUi.getState();
  if (fills === 'sessions') return Math.max(LEFT_MIN, Math.min(widths.sessions, room * 0.275));
  return fills === 'telnet' ? Math.max(LEFT_MIN, Math.min(widths.telnet, room * 0.3)) : widths[fills];
}
