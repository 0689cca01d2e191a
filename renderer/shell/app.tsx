/** The whole window. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { ExamDialog } from '../auth/exam-dialog.tsx';
import { FaultsDialog } from '../auth/faults-dialog.tsx';
import { CompareDialog } from '../compare/compare-dialog.tsx';
import { CopyDialog } from '../copy/copy-dialog.tsx';
import { BreakpointDialog } from '../gates/breakpoint-dialog.tsx';
import { EditDialog } from '../gates/edit-form.tsx';
import { useGateKeys } from '../gates/gate-keys.ts';
import { KillDialog } from '../gates/kill-dialog.tsx';
import { PatienceBanner } from '../gates/patience-banner.tsx';
import { LoadDialog } from '../load/load-dialog.tsx';
import { LoginDialog } from '../login/login-dialog.tsx';
import { AgainDialog } from '../recordings/again-dialog.tsx';
import { ExportSessionsDialog } from '../recordings/export-dialog.tsx';
import { ScriptDialog } from '../script/script-dialog.tsx';
import { SendDialog } from '../send/send-dialog.tsx';
import { SaveTestDialog } from '../tests/save-test.tsx';
import { useTestRuns } from '../tests/use-test-runs.ts';
import { theme, variablesResolver } from '../theme/mantine.ts';
import { AnswerDialog } from '../upstreams/answer-dialog.tsx';
import { ConfirmDialog } from '../upstreams/confirm-dialog.tsx';
import { Banners } from './banners.tsx';
import { DiscardDialog } from './discard-dialog.tsx';
import { Header } from './header.tsx';
import { Panes } from './panes.tsx';
import { PathDialog } from './path-dialog.tsx';
import { Rail } from './rail.tsx';
import { WARNINGS_MAX } from './report.ts';
import { SettingsDialog } from './settings-dialog.tsx';
import style from './shell.module.css';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { StatusBar } from './status-bar.tsx';
import { useCommands } from './use-commands.ts';
import { useMotion } from './use-motion.ts';
import { useShortcuts } from './use-shortcuts.ts';

export function App(): JSX.Element {
  return (
    <MantineProvider cssVariablesResolver={variablesResolver} defaultColorScheme="auto" theme={theme}>
      <Window />
      <Notifications containerWidth={420} limit={WARNINGS_MAX} position="top-center" />
    </MantineProvider>
  );
}

function Window() {
  const { t } = useTranslation('shell');
  useGateKeys();
  useShortcuts();
  useCommands();
  useMotion();
  useTestRuns();
  return (
    <div className={style.window}>
      <Header />
      <Rail />
      <main aria-label={t('main')} className={style.main}>
        <Banners />
        <PatienceBanner />
        <Panes />
      </main>
      <StatusBar />
      <SendDialog />
      <LoginDialog />
      <LoadDialog />
      <ScriptDialog />
      <CopyDialog />
      <SettingsDialog />
      <ShortcutSheet />
      <PathDialog />
      <DiscardDialog />
      <ExamDialog />
      <FaultsDialog />
      <SaveTestDialog />
      <ExportSessionsDialog />
      <AgainDialog />
      <CompareDialog />
      <ConfirmDialog />
      <AnswerDialog />
      <BreakpointDialog />
      <KillDialog />
      <EditDialog />
    </div>
  );
}
