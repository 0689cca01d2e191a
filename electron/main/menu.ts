/** The menus, as data: `main.ts` gives them to Electron. */
import type { MenuItemConstructorOptions } from 'electron';
import type { Command } from '../../shared/contract/contract.ts';

/** What the items do. */
export interface MenuActions {
  /** The window does it. */
  command(command: Command): void;
  saveAs(): void;
  tutorial(): void;
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

function fileMenu({ command, saveAs, tutorial }: MenuActions, isMac: boolean): MenuItemConstructorOptions {
  return {
    label: '&File',
    submenu: [
      { id: 'open', label: '&Open lab…', accelerator: 'CmdOrCtrl+O', click: () => command('open') },
      { id: 'tutorial', label: 'Open the &tutorial', click: tutorial },
      separator,
      { id: 'save', label: '&Save', accelerator: 'CmdOrCtrl+S', click: () => command('save') },
      { id: 'save-as', label: 'Save &as…', accelerator: 'CmdOrCtrl+Shift+S', click: saveAs },
      separator,
      { id: 'import-sessions', label: '&Import sessions…', click: () => command('import-sessions') },
      { id: 'export-sessions', label: '&Export sessions…', click: () => command('export-sessions') },
      separator,
      { role: isMac ? 'close' : 'quit' },
    ],
  };
}

function labMenu({ command }: MenuActions): MenuItemConstructorOptions {
  return {
    label: '&Lab',
    submenu: [
      { id: 'send', label: 'Send a &test mail…', click: () => command('send') },
      { id: 'load', label: 'Send a &load…', click: () => command('load') },
      { id: 'script', label: 'Run a s&cript…', click: () => command('script') },
      { id: 'telnet', label: '&Telnet to a listener…', click: () => command('telnet') },
      separator,
      { id: 'replay', label: '&Replay the session', click: () => command('replay') },
      { id: 'again', label: 'Send the session &again…', click: () => command('again') },
      { id: 'compare', label: '&Compare two sessions…', click: () => command('compare') },
    ],
  };
}

const editMenu: MenuItemConstructorOptions = {
  label: '&Edit',
  submenu: [
    { role: 'undo' },
    { role: 'redo' },
    separator,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ],
};

const viewMenu: MenuItemConstructorOptions = {
  label: '&View',
  submenu: [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    separator,
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ],
};

/** The whole menu bar of this system. */
export function menuTemplate(actions: MenuActions, platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const help: MenuItemConstructorOptions = {
    role: 'help',
    label: '&Help',
    submenu: [
      { id: 'shortcuts', label: '&Keyboard shortcuts', click: () => actions.command('shortcuts') },
      ...(isMac ? [] : [{ role: 'about' } as const]),
    ],
  };
  const own: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : [];
  const window: MenuItemConstructorOptions[] = isMac ? [{ role: 'windowMenu' }] : [];
  return [...own, fileMenu(actions, isMac), editMenu, viewMenu, labMenu(actions), ...window, help];
}
