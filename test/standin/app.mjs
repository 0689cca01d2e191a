/** Electron's `app` and `ipcMain`. */
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowed, world } from './world.mjs';

const paths = new Map();
const ready = Promise.withResolvers();
let isReady = false;

function getPath(name) {
  if (!paths.has('userData')) paths.set('userData', mkdtempSync(join(tmpdir(), 'standin-data-')));
  if (!paths.has(name)) paths.set(name, join(paths.get('userData'), name));
  mkdirSync(paths.get(name), { recursive: true });
  return paths.get(name);
}

function quit() {
  if (world.quitting || !allowed(app, 'before-quit')) return;
  world.quitting = true;
  for (const window of [...world.windows]) window.close();
  if (world.windows.size > 0 || !allowed(app, 'will-quit')) {
    world.quitting = false;
    return;
  }
  app.emit('quit', {}, 0);
  setTimeout(() => process.exit(0), 20);
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  name: 'app',
  whenReady: () => ready.promise,
  isReady: () => isReady,
  getName: () => app.name,
  setName: (name) => {
    app.name = name;
  },
  getVersion: () => world.manifest.version ?? '0.0.0',
  getAppPath: () => world.appPath,
  getLocale: () => 'en-US',
  getPath,
  setPath: (name, path) => {
    paths.set(name, path);
  },
  requestSingleInstanceLock: () => true,
  releaseSingleInstanceLock() {},
  setAppUserModelId() {},
  enableSandbox() {},
  focus() {},
  setAboutPanelOptions() {},
  addRecentDocument() {},
  commandLine: {
    appendSwitch() {},
    hasSwitch: (name) => process.argv.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)),
    getSwitchValue: (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '',
  },
  quit,
  exit: (code = 0) => process.exit(code),
});

/** Lets the app's `whenReady` go on. */
export function makeReady() {
  isReady = true;
  ready.resolve({});
  app.emit('ready', {}, {});
}

export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel, handler) => {
    if (world.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    world.handlers.set(channel, handler);
  },
  removeHandler: (channel) => {
    world.handlers.delete(channel);
  },
});
