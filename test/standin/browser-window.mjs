/** Electron's `BrowserWindow`: the facts of a window; its page is a WebContents. */
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './app.mjs';
import { WebContents } from './web-contents.mjs';
import { allowed, nextId, world } from './world.mjs';

export class BrowserWindow extends EventEmitter {
  #bounds;
  #title;
  #visible;
  #minimized = false;
  #maximized = false;
  constructor(options = {}) {
    super();
    const { x = 0, y = 0, width = 800, height = 600, title = app.name, show = true, webPreferences = {} } = options;
    if (webPreferences.nodeIntegration || webPreferences.sandbox === false || webPreferences.contextIsolation === false)
      throw new Error('stand-in: only sandboxed, isolated windows');
    this.#bounds = { x, y, width, height };
    this.#title = title;
    this.#visible = show;
    this.id = nextId();
    world.windows.add(this);
    this.webContents = new WebContents(this, webPreferences);
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadFile(path) {
    return this.webContents.load(pathToFileURL(resolve(path)).href);
  }
  loadURL(url) {
    return this.webContents.load(url);
  }
  close() {
    if (this.webContents.gone || !allowed(this, 'close')) return;
    this.destroy();
  }
  destroy() {
    if (this.webContents.gone) return;
    this.webContents.gone = true;
    world.windows.delete(this);
    void this.webContents.closePage();
    this.webContents.emit('destroyed');
    this.emit('closed');
    if (world.windows.size === 0 && !world.quitting && !app.emit('window-all-closed')) app.quit();
  }
  #set(name) {
    this.#visible = name === 'show' || (name !== 'hide' && this.#visible);
    if (name === 'minimize' || name === 'restore') this.#minimized = name === 'minimize';
    if (name === 'maximize' || name === 'unmaximize') this.#maximized = name === 'maximize';
    this.emit(name);
  }
  show() {
    this.#set('show');
  }
  hide() {
    this.#set('hide');
  }
  focus() {
    this.#set('focus');
  }
  minimize() {
    this.#set('minimize');
  }
  restore() {
    this.#set('restore');
  }
  maximize() {
    this.#set('maximize');
  }
  unmaximize() {
    this.#set('unmaximize');
  }
  setTitle(title) {
    this.#title = title;
  }
  getTitle() {
    return this.#title;
  }
  setRepresentedFilename() {}
  setDocumentEdited() {}
  getBounds() {
    return { ...this.#bounds };
  }
  getNormalBounds() {
    return this.getBounds();
  }
  setBounds(bounds) {
    Object.assign(this.#bounds, bounds);
    this.emit('resize');
  }
  isVisible() {
    return this.#visible;
  }
  isMinimized() {
    return this.#minimized;
  }
  isMaximized() {
    return this.#maximized;
  }
  isFullScreen() {
    return false;
  }
  isDestroyed() {
    return this.webContents.gone;
  }
  static getAllWindows = () => [...world.windows];
  static getFocusedWindow = () => [...world.windows].at(-1) ?? null;
  static fromWebContents = (contents) => contents?.window ?? null;
  static fromId = (id) => [...world.windows].find((window) => window.id === id) ?? null;
}
