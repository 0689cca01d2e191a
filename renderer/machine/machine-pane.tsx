/** The machines of the proxy and of the upstream as state diagrams, in place of the flow diagram. */
import { type JSX, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerView } from '../../shared/contract/machines.ts';
import type { StateDiagram } from '../../shared/machine/explore.ts';
import { backDiagram, frontDiagram } from '../../shared/proxy/diagrams.ts';
import type { Standing } from '../../shared/proxy/replay.ts';
import { useAskAgain } from '../blast/again.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import { Drawing } from './drawing.tsx';
import styles from './machine.module.css';
import { MachineHead } from './machine-head.tsx';
import { useMachineUi } from './machine-ui.ts';
import { placeName } from './names.ts';
import { ServerMachine } from './server-machine.tsx';
import { useServer } from './use-server.ts';
import { type Trace, traceOf, useStanding } from './use-standing.ts';

export function MachinePane(): JSX.Element {
  const { t } = useTranslation('machine');
  // What the flow diagram asks for the other panes is asked here too.
  useAskAgain();
  const view = useServer();
  const side = useMachineUi((state) => state.side);
  return (
    <section aria-label={t('label')} className={styles.pane} data-side={side}>
      {view ? <Machine view={view} /> : <Nothing loading={view === undefined} />}
    </section>
  );
}

function Nothing({ loading }: { readonly loading: boolean }) {
  const { t } = useTranslation('machine');
  if (loading) return <p className={styles.note}>{t('loading')}</p>;
  return (
    <div className={styles.nothing}>
      <b>{t('none.title')}</b>
      <p>{t('none.text')}</p>
    </div>
  );
}

function Machine({ view }: { readonly view: ServerView }) {
  const side = useMachineUi((state) => state.side);
  return side === 'server' ? (
    <ServerMachine protocol={view.server.protocol} />
  ) : (
    <ProxyMachine side={side} view={view} />
  );
}

function ProxyMachine({ view, side }: { readonly view: ServerView; readonly side: 'front' | 'back' }) {
  const { t } = useTranslation('machine');
  const { server } = view;
  const diagram = useMemo(() => (side === 'front' ? frontDiagram : backDiagram)(server), [server, side]);
  const standing = useStanding(view);
  const trace = useMemo(() => traceOf(standing, side), [standing, side]);
  const here = useHere(diagram, trace, side);
  const names = { protocol: server.protocol.toUpperCase(), server: server.serverName };
  return (
    <>
      <MachineHead forms title={t('title', names)} />
      <Notices standing={standing} view={view} />
      <Drawing
        diagram={diagram}
        side={side}
        summary={t('summary', { ...names, side: t(`side.${side}`), places: diagram.places.length, here })}
        trace={trace}
      />
    </>
  );
}

function useHere({ places }: StateDiagram, { here }: Trace, side: 'front' | 'back'): string {
  const { t } = useTranslation('machine');
  const selected = useLab((state) => state.selected);
  if (here !== null && places.includes(here)) return t('here', { place: placeName(t, side, here) });
  return t(selected !== null && side === 'back' ? 'here.not-dialled' : 'here.none');
}

/** What a reader must know before believing the picture. */
function Notices({ standing, view }: { readonly standing: Standing | null; readonly view: ServerView }) {
  const { t } = useTranslation('machine');
  const session = useLab(selectedSession);
  const differs = standing?.differs ?? null;
  return (
    <>
      {session !== null && !view.exact && (
        <p className={styles.note}>
          {t('other', { listener: session.listener, protocol: session.protocol.toUpperCase() })}
        </p>
      )}
      {differs !== null && (
        <p className={styles.note}>{t(differs.what === 'cut' ? 'cut' : 'differs', { step: differs.seq + 1 })}</p>
      )}
    </>
  );
}
