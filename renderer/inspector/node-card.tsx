/** Facts about the part of the diagram that was opened: what it is, where it is, how it fares. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabView } from '../../shared/contract/contract.ts';
import type { SessionSummary } from '../../shared/journal/entry.ts';
import type { Room } from '../../shared/journal/travel.ts';
import { hostPort } from '../../shared/wire/host-port.ts';
import { AuthButtons } from '../auth/auth-buttons.tsx';
import { pictureAt } from '../store/picture.ts';
import { selectedSession } from '../store/selectors.ts';
import type { NodeId } from '../store/state.ts';
import { useActions, useLab } from '../store/use-store.ts';
import styles from './inspector.module.css';

export function NodeCard() {
  const node = useLab((state) => state.node);
  return node === null ? null : <Card node={node} />;
}

function Card({ node }: { readonly node: NodeId }) {
  const { t } = useTranslation(['inspector', 'diagram']);
  const lab = useLab((state) => state.lab);
  const session = useLab(selectedSession);
  const { setNode } = useActions();
  const room = roomOf(node);
  const name = room === 'upstream' ? node.slice('upstream:'.length) : t(room, { ns: 'diagram' });
  const status = useStatus(room, name);
  const facts = factsOf(node, name, lab, session);
  return (
    <aside className={styles.card} data-room={room} aria-label={name}>
      <p className={styles.cardHead}>
        <b>{name}</b>
        <button type="button" className={styles.small} onClick={() => setNode(null)}>
          {t('node.close')}
        </button>
      </p>
      <p>{t(`node.${room}.text`)}</p>
      <dl>
        {status !== null && (
          <div>
            <dt>{t('node.status')}</dt>
            <dd>{status}</dd>
          </div>
        )}
        {facts.map(({ label, value }) => (
          <div key={`${label} ${value}`}>
            <dt>{t(`node.${label}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {node === 'auth' ? <AuthButtons /> : null}
    </aside>
  );
}

function roomOf(node: NodeId): Room {
  return node === 'client' || node === 'proxy' || node === 'auth' ? node : 'upstream';
}

/** The room's word at the cursor; null for an upstream that this session does not use. */
function useStatus(room: Room, name: string): string | null {
  const { t } = useTranslation('diagram');
  const entries = useLab((state) => state.entries);
  const shown = useLab((state) => state.shown);
  const session = useLab(selectedSession);
  const picture = useMemo(() => pictureAt(entries, shown), [entries, shown]);
  if (room === 'upstream' && picture.chosen?.name !== name && session?.upstream !== name) return null;
  return t(`status.${room}.${picture[room].status}`, picture[room].params);
}

interface Fact {
  readonly label: 'address' | 'listens' | 'messages' | 'calls';
  readonly value: string;
}

function factsOf(node: NodeId, name: string, lab: LabView | null, session: SessionSummary | null): readonly Fact[] {
  if (node === 'client') return session === null ? [] : [{ label: 'address', value: session.client }];
  const role = node === 'proxy' || node === 'auth' ? node : 'upstream';
  const listening = (lab?.listeners ?? [])
    .filter((one) => one.role === role && (role !== 'upstream' || one.name === name))
    .map((one): Fact => ({ label: 'listens', value: `${one.protocol} ${hostPort(one.address, one.port)}` }));
  if (node === 'auth') return [...listening, { label: 'calls', value: String(session?.authCalls ?? 0) }];
  const messages = lab?.upstreams.find((one) => one.name === name && role === 'upstream')?.messages;
  return messages === undefined ? listening : [...listening, { label: 'messages', value: String(messages) }];
}
