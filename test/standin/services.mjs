/** The rest of Electron that the app uses; tests replace these functions, as they do on the real ones. */
import { EventEmitter } from 'node:events';
import { world } from './world.mjs';

export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  showMessageBox: async (...args) => ({ response: args.at(-1)?.defaultId ?? 0, checkboxChecked: false }),
  showErrorBox: (title, content) => console.error(`dialog: ${title}: ${content}`),
};
export const shell = { openExternal: async () => {}, openPath: async () => '', showItemInFolder() {}, beep() {} };
export const nativeTheme = Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: false });
export const protocol = {
  registerSchemesAsPrivileged() {},
  handle: (scheme, handler) => {
    world.protocols.set(scheme, handler);
  },
  unhandle: (scheme) => {
    world.protocols.delete(scheme);
  },
  isProtocolHandled: (scheme) => world.protocols.has(scheme),
};
export const defaultSession = Object.assign(new EventEmitter(), {
  setPermissionRequestHandler() {},
  setPermissionCheckHandler() {},
  setSpellCheckerEnabled() {},
  protocol,
});
export const session = { defaultSession };
export const screen = Object.assign(new EventEmitter(), {
  getPrimaryDisplay: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 }, scaleFactor: 1 }),
  getAllDisplays: () => [screen.getPrimaryDisplay()],
  getDisplayMatching: () => screen.getPrimaryDisplay(),
});
