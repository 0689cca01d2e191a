/** Explains the step at the cursor: why it happened, which way the mail goes, what auth was asked, what the mail says. */
import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { InspectorTab } from '../store/state.ts';
import { useActions, useLab } from '../store/use-store.ts';
import { WhatIfTab } from '../whatif/whatif-tab.tsx';
import { AuthTab } from './auth-tab.tsx';
import styles from './inspector.module.css';
import { LogTab } from './log-tab.tsx';
import { MessageTab } from './message-tab.tsx';
import { NodeCard } from './node-card.tsx';
import { RouteTab } from './route-tab.tsx';
import { WhyTab } from './why-tab.tsx';

const tabs = {
  why: WhyTab,
  route: RouteTab,
  auth: AuthTab,
  message: MessageTab,
  log: LogTab,
  'what-if': WhatIfTab,
} as const;
const names: readonly InspectorTab[] = ['why', 'route', 'auth', 'message', 'log', 'what-if'];

export function Inspector() {
  const { t } = useTranslation('inspector');
  const tab = useLab((state) => state.tab);
  const { setTab } = useActions();
  return (
    <section className={styles.inspector} aria-label={t('label')}>
      <Tabs
        value={tab}
        onChange={(value) => setTab(names.find((name) => name === value) ?? 'why')}
        keepMounted={false}
        classNames={{ root: styles.tabs, list: styles.list, tab: styles.tab, panel: styles.panel }}
      >
        <Tabs.List aria-label={t('label')}>
          {names.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {names.map((name) => {
          const Body = tabs[name];
          return (
            <Tabs.Panel key={name} value={name} tabIndex={0}>
              <NodeCard />
              <Body />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </section>
  );
}
