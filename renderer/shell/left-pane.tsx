/** Pane B: the sessions, with the telnet panel under them, or a drawer over both. */
import { type JSX, lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { MessagesDrawer } from '../messages/messages-drawer.tsx';
import { RulesDrawer } from '../rules/rules-drawer.tsx';
import { SessionsPane } from '../sessions/sessions-pane.tsx';
import { TelnetPanel } from '../telnet/telnet-panel.tsx';
import { TestsDrawer } from '../tests/tests-drawer.tsx';
import { UpstreamsDrawer } from '../upstreams/upstreams-drawer.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { FailedListeners } from './listener-card.tsx';
import style from './shell.module.css';
import { type Place, useUi } from './ui-store.ts';

/** The editor is a third of the program: it comes when it is first wanted. */
const LabDrawer = lazy(async () => ({ default: (await import('../lab/lab-drawer.tsx')).LabDrawer }));

const drawers: Readonly<Record<Exclude<Place, 'sessions'>, ReactNode>> = {
  rules: <RulesDrawer />,
  lab: (
    <Suspense>
      <LabDrawer />
    </Suspense>
  ),
  upstreams: <UpstreamsDrawer />,
  messages: <MessagesDrawer />,
  tests: <TestsDrawer />,
};

export function LeftPane(): JSX.Element {
  const { t } = useTranslation('shell');
  const place = useUi((state) => state.place);
  const telnet = useUi((state) => state.telnet);
  const name = t(`rail.${place}`);
  return (
    <section aria-label={name} className={style.pane} data-pane="left" tabIndex={-1}>
      <FailedListeners />
      <div className={place === 'sessions' ? style.drawer : style.hidden}>
        <ErrorBoundary pane={t('rail.sessions')}>{telnet ? <SessionsAndTelnet /> : <SessionsPane />}</ErrorBoundary>
      </div>
      {place === 'sessions' ? null : (
        <ErrorBoundary key={place} pane={name}>
          {drawers[place]}
        </ErrorBoundary>
      )}
    </section>
  );
}

function SessionsAndTelnet() {
  const { t } = useTranslation('shell');
  const layout = useDefaultLayout({ id: 'mail-lab.telnet', panelIds: ['sessions', 'telnet'] });
  return (
    <Group
      defaultLayout={layout.defaultLayout}
      id="telnet-rows"
      onLayoutChanged={(sizes, meta) => layout.onLayoutChanged?.(sizes, meta)}
      orientation="vertical"
    >
      <Panel id="sessions" minSize={110}>
        <SessionsPane />
      </Panel>
      <Separator aria-label={t('resize.telnet')} className={style.down} />
      <Panel defaultSize="58" id="telnet" minSize={190}>
        <ErrorBoundary pane={t('telnet')}>
          <TelnetPanel />
        </ErrorBoundary>
      </Panel>
    </Group>
  );
}
