/** One room as a card: its shape, its name, where it is, and one word on how it fares. */
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Room } from '../../shared/journal/travel.ts';
import hearing from '../shell/spoken.module.css';
import type { RoomView } from '../store/picture.ts';
import styles from './diagram.module.css';
import type { Box } from './layout.ts';
import { RoomShape, toneSigns } from './shapes.tsx';

/** px of a card that shows a whole address beside its name, and of one that shows a port. */
const ROOMY = 176;
const TIGHT = 116;

interface NodeProps {
  readonly id: string;
  readonly room: Room;
  readonly name: string;
  /** Address, or what it is when there is no address. */
  readonly address: string;
  readonly view: RoomView;
  readonly box: Box;
  /** Leaves this machine. */
  readonly offBox?: boolean;
  /** What is armed there. */
  readonly faults?: number;
  /** Inside the stack of upstreams, which lays its cards out itself. */
  readonly stacked: boolean;
  /** Whether the step at the cursor starts or ends here. */
  readonly hot: boolean;
  readonly dim: boolean;
  readonly selected: boolean;
  /** The one part of the diagram that Tab reaches. */
  readonly reachable: boolean;
  readonly onOpen: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
}

export function Node(props: NodeProps) {
  const { t } = useTranslation('diagram');
  const { id, room, name, address, view, box, offBox = false, faults = 0 } = props;
  const status = t(`status.${room}.${view.status}`, view.params);
  return (
    <button
      type="button"
      className={styles.node}
      data-node={id}
      data-room={room}
      data-tone={view.tone}
      data-hot={props.hot}
      data-dim={props.dim}
      aria-pressed={props.selected}
      tabIndex={props.reachable ? 0 : -1}
      style={
        props.stacked ? {} : { left: box.x, top: box.y, width: box.width, height: box.height, position: 'absolute' }
      }
      onClick={props.onOpen}
      onKeyDown={props.onKey}
      onFocus={props.onFocus}
    >
      <span className={hearing.spoken}>
        {address === '' ? t('node.label.plain', { name, status }) : t('node.label', { name, address, status })}
        {offBox ? `, ${t('offBox')}` : ''}
        {faults > 0 ? `, ${t('faults', { count: faults })}` : ''}
      </span>
      <span className={styles.name} aria-hidden="true">
        <RoomShape room={room} />
        <b>{name}</b>
        <small title={address}>{addressFor(box.width, room, address)}</small>
      </span>
      <span className={styles.status} data-tone={view.tone} title={status} aria-hidden="true">
        <i className={styles.sign} data-tone={view.tone}>
          {toneSigns[view.tone]}
        </i>
        {status}
      </span>
      {offBox || faults > 0 ? <Marks offBox={offBox} faults={faults} /> : null}
    </button>
  );
}

/** What must not be overlooked; the spoken name says it too. */
function Marks({ offBox, faults }: { readonly offBox: boolean; readonly faults: number }) {
  const { t } = useTranslation('diagram');
  return (
    <span className={styles.marks} aria-hidden="true">
      {offBox ? (
        <b className={styles.mark} title={t('offBox.title')}>
          {t('offBox')}
        </b>
      ) : null}
      {faults > 0 ? (
        <b className={styles.mark} title={t('faults', { count: faults })}>
          ⚠ {faults}
        </b>
      ) : null}
    </span>
  );
}

/** As much of an address as fits. A port tells one loopback address from another; the client's is nobody's choice. */
function addressFor(width: number, room: Room, address: string): string {
  if (width >= ROOMY) return address;
  if (width < TIGHT || room === 'client') return '';
  return /:\d+$/.exec(address)?.[0] ?? address;
}
