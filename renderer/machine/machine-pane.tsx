/** The proxy's machines as state diagrams, in place of the flow diagram, with the session's way through them. */
import { type JSX, type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServerView } from '../../shared/contract/machines.ts';
import type { StateDiagram } from '../../shared/machine/explore.ts';
import { backDiagram, frontDiagram } from '../../shared/proxy/diagrams.ts';
import type { Standing } from '../../shared/proxy/replay.ts';
import { useAskAgain } from '../blast/again.ts';
import { selectedSession } from '../store/selectors.ts';
import { useLab } from '../store/use-store.ts';
import styles from './machine.module.css';
import { MachinePicture } from './machine-picture.tsx';
import { MachineTable } from './machine-table.tsx';
import { useMachineUi } from './machine-ui.ts';
import { placeName } from './names.ts';
import { useServer } from './use-server.ts';
import { type Trace, traceOf, useStanding } from './use-standing.ts';

export function MachinePane(): JSX.Element {
  const { t } = useTranslation('machine');
  // What the flow diagram asks for the other panes is asked here too.
  useAskAgain();
  const view = useServer();
  return (
    <section aria-label={t('label')} className={styles.pane}>
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
  const { t } = useTranslation('machine');
  const side = useMachineUi((state) => state.side);
  const form = useMachineUi((state) => state.form);
  const { server } = view;
  const diagram = useMemo(() => (side === 'front' ? frontDiagram : backDiagram)(server), [server, side]);
  const standing = useStanding(view);
  const trace = useMemo(() => traceOf(standing, side), [standing, side]);
  const here = useHere(diagram, trace, side);
  const names = { protocol: server.protocol.toUpperCase(), server: server.serverName };
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.title} title={t('title', names)}>
          {t('title', names)}
        </h2>
        <Switches />
      </header>
      <Notices standing={standing} view={view} />
      {form === 'table' ? (
        <MachineTable diagram={diagram} side={side} trace={trace} />
      ) : (
        <MachinePicture
          diagram={diagram}
          key={side}
          side={side}
          summary={t('summary', {
            ...names,
            side: t(`side.${side}`),
            places: diagram.places.length,
            here,
          })}
          trace={trace}
        />
      )}
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

function Switches() {
  const { t } = useTranslation('machine');
  const { side, form, setSide, setForm } = useMachineUi();
  return (
    <>
      <Group label={t('side')}>
        {(['front', 'back'] as const).map((one) => (
          <button aria-pressed={side === one} key={one} onClick={() => setSide(one)} type="button">
            {t(`side.${one}`)}
          </button>
        ))}
      </Group>
      <Group label={t('form')}>
        {(['picture', 'table'] as const).map((one) => (
          <button aria-pressed={form === one} key={one} onClick={() => setForm(one)} type="button">
            {t(`form.${one}`)}
          </button>
        ))}
      </Group>
    </>
  );
}

function Group({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are two buttons of which one is down
    <div aria-label={label} className={styles.group} role="group">
      {children}
    </div>
  );
}
