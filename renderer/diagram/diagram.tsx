/** The flow diagram: client, proxy, auth service and upstreams, with the step at the cursor on its way between them. */
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../shared/journal/entry.ts';
import { isRelayed, type Room, relayStart, type Travel, travelOf } from '../../shared/journal/travel.ts';
import type { ArmedUpstreamFault } from '../../shared/upstream/fault.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { useAskAgain } from '../blast/again.ts';
import { GateButtons, HeldTags, useHeldTags } from '../gates/gate-buttons.tsx';
import { ReplayMark } from '../playback/replay-mark.tsx';
import hearing from '../shell/spoken.module.css';
import {
  chosenPlace,
  idleProxy,
  type Picture,
  pictureAt,
  type UpstreamPlace,
  upstreamPlaces,
} from '../store/picture.ts';
import { selectedSession, shownEntry } from '../store/selectors.ts';
import type { NodeId } from '../store/state.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { Announcer } from './announcer.tsx';
import { Carries } from './carries.tsx';
import styles from './diagram.module.css';
import { EdgeNotes, Edges } from './edges.tsx';
import { type Arrow, type Layout, layoutOf, neighbour, upstreamPort } from './layout.ts';
import { Node } from './node.tsx';
import { OtherEdges, OtherNote } from './other-way.tsx';
import { Parcel } from './parcel.tsx';
import { TrafficNotes, useRush } from './traffic.tsx';
import { useSize } from './use-size.ts';
import { WalkHint } from './walk-hint.tsx';

export function Diagram() {
  const { t } = useTranslation('diagram');
  const [frame, size] = useSize<HTMLElement>();
  const scene = useScene();
  useAskAgain();
  const [scrolled, setScrolled] = useState(0);
  const layout = useMemo(() => layoutOf(size.width, size.height, scene.places.length), [size, scene.places.length]);
  const moving = useMoving();
  const burst = useLab((state) => state.burst);
  const rush = useRush();
  const { picture, entry, travel } = scene;
  const port = upstreamPort(layout.stack, Math.max(0, scene.chosen), scrolled);
  const held = useHeldTags();
  return (
    <section className={styles.diagram} ref={frame} aria-label={t('label')}>
      <ReplayMark />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this is a picture with parts */}
      <div role="group" aria-label={scene.summary} aria-describedby="diagram-keys" className={styles.parts}>
        {size.width > 0 && (
          <>
            <Edges
              layout={layout}
              states={picture.edges}
              chosen={scene.chosen}
              upstreams={scene.places.length}
              scrolled={scrolled}
              burst={burst ?? rush}
              busy={travel?.legs ?? []}
            />
            <OtherEdges layout={layout} places={scene.places} chosen={scene.chosen} scrolled={scrolled} />
            <Rooms layout={layout} scene={scene} port={port} onScroll={setScrolled} />
            <EdgeNotes layout={layout} states={picture.edges} burst={burst} />
            <TrafficNotes layout={layout} />
            {scene.total === 0 && <Carries layout={layout} />}
            <OtherNote box={layout.corner}>
              <WalkHint box={layout.corner} />
            </OtherNote>
            <HeldTags layout={layout} tags={held} />
            {entry !== undefined && travel !== null && burst === null && rush === null && held.length === 0 && (
              <Parcel
                key={`${entry.seq} ${moving}`}
                entry={entry}
                travel={travel}
                layout={layout}
                port={port}
                moving={moving}
              />
            )}
          </>
        )}
      </div>
      <p id="diagram-keys" className={hearing.spoken}>
        {t('keys')}
      </p>
      <Announcer entry={entry} travel={travel} total={scene.total} rush={rush !== null} />
    </section>
  );
}

interface Scene {
  readonly picture: Picture;
  readonly entry: Entry | undefined;
  readonly travel: Travel | null;
  readonly places: readonly UpstreamPlace[];
  readonly chosen: number;
  readonly total: number;
  readonly summary: string;
  readonly clientAddress: string;
  readonly proxyAddress: string;
  readonly authAddress: string;
}

/** Everything the diagram draws, worked out from the entries up to the cursor. */
function useScene(): Scene {
  const { t } = useTranslation('diagram');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const lab = useLab((state) => state.lab);
  const session = useLab(selectedSession);
  const entry = useLab(shownEntry);
  const picture = useMemo(() => {
    const drawn = pictureAt(entries, shown);
    return shown < 0 ? { ...drawn, proxy: idleProxy(lab) } : drawn;
  }, [entries, shown, lab]);
  const relay = useMemo(() => relayStart(entries), [entries]);
  const proxy = lab?.listeners.find((one) => one.role === 'proxy');
  const protocol = session?.protocol ?? (proxy?.protocol === 'http' ? 'smtp' : (proxy?.protocol ?? 'smtp'));
  const places = useMemo(() => upstreamPlaces(lab, protocol, picture.chosen), [lab, protocol, picture.chosen]);
  const auth = lab?.listeners.find((one) => one.role === 'auth');
  const word = (room: Room) => t(`status.${room}.${picture[room].status}`, picture[room].params);
  return {
    picture,
    entry,
    travel: entry === undefined ? null : travelOf(entry, isRelayed(entry, shown, relay)),
    places,
    chosen: chosenPlace(places, picture.chosen),
    total: entries.length,
    summary:
      session === null
        ? t('summary.none', { count: places.length })
        : t('summary.session', {
            id: session.id,
            client: word('client'),
            proxy: word('proxy'),
            auth: word('auth'),
            upstream: word('upstream'),
          }),
    clientAddress: session?.client ?? '',
    proxyAddress: session?.listener ?? (proxy === undefined ? '' : hostPort(proxy.address, proxy.port)),
    authAddress: auth === undefined ? '' : hostPort(auth.address, auth.port),
  };
}

/** Whether the step at the cursor was reached from the one before it: only then a parcel travels. */
function useMoving(): boolean {
  const shown = useLab((state) => state.shown);
  const still = useLab((state) => state.still);
  const selected = useLab((state) => state.selected);
  const [moving, setMoving] = useState(false);
  const before = useRef({ shown, selected });
  useEffect(() => {
    const same = before.current.selected === selected;
    setMoving(same && shown === before.current.shown + 1);
    before.current = { shown, selected };
  }, [shown, selected]);
  return moving && !still;
}

interface RoomsProps {
  readonly layout: Layout;
  readonly scene: Scene;
  /** Height at which the chosen upstream's edge ends. */
  readonly port: number;
  readonly onScroll: (top: number) => void;
}

/** The cards. Tab reaches one of them; arrows go from part to part, Enter opens one in the inspector. */
function Rooms({ layout, scene, port, onScroll }: RoomsProps) {
  const { t } = useTranslation('diagram');
  const { setNode } = useActions();
  const opened = useLab((state) => state.node);
  const armed = useLab((state) => state.lab?.upstreamFaults) ?? noFaults;
  const ofAuth = useLab((state) => state.lab?.faults.length ?? 0);
  const [focus, setFocus] = useState<string>('client');
  const ids = useMemo(() => scene.places.map((one): NodeId => `upstream:${one.name}`), [scene.places]);
  const gone = focus.startsWith('upstream:') ? !ids.some((id) => id === focus) : /^gate:.*U/.test(focus) && !ids[0];
  const reachable = gone ? 'client' : focus;
  const { picture, travel } = scene;
  const stack = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (scene.chosen >= 0) stack.current?.children[scene.chosen]?.scrollIntoView({ block: 'nearest' });
  }, [scene.chosen]);
  const onKey = useCallback((event: KeyboardEvent, id: string) => walk(event, id, ids), [ids]);
  const shared = (id: NodeId) => ({
    id,
    selected: opened === id,
    reachable: reachable === id,
    onOpen: () => setNode(opened === id ? null : id),
    onKey: (event: KeyboardEvent) => onKey(event, id),
    onFocus: () => setFocus(id),
  });
  const hot = (room: Room) => travel !== null && (travel.from === room || travel.to === room);
  const fixed = [
    { room: 'client', address: scene.clientAddress },
    { room: 'proxy', address: scene.proxyAddress },
    { room: 'auth', address: scene.authAddress },
  ] as const;
  return (
    <>
      {fixed.map(({ room, address }) => (
        <Node
          key={room}
          {...shared(room)}
          room={room}
          name={t(room)}
          address={address}
          faults={room === 'auth' ? ofAuth : 0}
          view={picture[room]}
          box={layout[room]}
          stacked={false}
          hot={hot(room) || (room === 'proxy' && scene.entry !== undefined && travel === null)}
          dim={false}
        />
      ))}
      <div
        className={styles.stack}
        ref={stack}
        style={{
          left: layout.stack.x,
          top: layout.stack.y,
          width: layout.stack.width,
          height: layout.stack.height,
        }}
        onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
      >
        {scene.places.map((place, i) => (
          <Node
            key={place.name}
            {...shared(`upstream:${place.name}`)}
            room="upstream"
            name={place.name}
            address={place.address}
            offBox={place.offBox}
            faults={armed.filter((one) => one.upstream === place.name).length}
            view={i === scene.chosen ? picture.upstream : restingUpstream[place.absent ?? 'idle']}
            box={layout.stack}
            stacked
            hot={i === scene.chosen && hot('upstream')}
            dim={scene.chosen >= 0 && i !== scene.chosen}
          />
        ))}
      </div>
      <GateButtons
        layout={layout}
        port={port}
        upstreams={ids.length}
        reachable={reachable}
        onKey={onKey}
        onFocus={setFocus}
      />
    </>
  );
}

/** Arrows go from part to part; Escape leaves the picture and no more, so that the session stays chosen. */
function walk(event: KeyboardEvent, id: string, ids: readonly NodeId[]): void {
  if (event.key === 'Escape') {
    event.stopPropagation();
    event.currentTarget.closest<HTMLElement>('[data-pane]')?.focus();
    return;
  }
  if (!isArrow(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  const next = event.shiftKey || event.ctrlKey ? null : neighbour(id, event.key, ids);
  if (next === null) return;
  const parts = event.currentTarget.closest('[role=group]')?.querySelectorAll<HTMLElement>('[data-node]') ?? [];
  [...parts].find((part) => part.dataset.node === next)?.focus();
}

const noFaults: readonly ArmedUpstreamFault[] = [];
const restingUpstream = {
  idle: { status: 'idle', params: {}, tone: 'idle' },
  failed: { status: 'failed', params: {}, tone: 'bad' },
  refusing: { status: 'refusing', params: {}, tone: 'bad' },
} as const;

function isArrow(key: string): key is Arrow {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}
