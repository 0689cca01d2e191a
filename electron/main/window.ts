/** The app's window: isolated, sandboxed, at home only on its own page. */
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, session, shell, type WebContents } from 'electron';
import { packageRoot } from '../lab/package-root.ts';
import { isOwnPage, isWebLink, PAGE } from './own-page.ts';
import { loadState, minimum, saveState } from './window-state.ts';

/** What a window needs from the app. */
export interface WindowOptions {
  /** Where its place is kept. */
  readonly stateFile: string;
  /** The development server's address, when there is one. */
  readonly devUrl: string | undefined;
  /** Asked before it closes; false keeps it open. */
  readonly mayClose: (window: BrowserWindow) => Promise<boolean>;
}

/** Permissions a page of ours has; everything else is denied. */
const allowedPermissions = new Set(['clipboard-sanitized-write']);

/** For every page that ever comes up: no other addresses, no new windows, no permissions. */
export function guardContents(devUrl: string | undefined): void {
  const isOurs = (url: string) => isOwnPage(url, devUrl);
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!isOurs(url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isWebLink(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
  const may = (contents: WebContents | null, permission: string) =>
    contents !== null && allowedPermissions.has(permission) && isOurs(contents.getURL());
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(may(contents, permission)),
  );
  session.defaultSession.setPermissionCheckHandler(may);
}

/** Keeps its place whenever it may have changed. */
function rememberPlace(window: BrowserWindow, file: string): void {
  const save = () => {
    if (!window.isDestroyed() && !window.isMinimized() && !window.isFullScreen())
      saveState(file, window.getNormalBounds(), window.isMaximized());
  };
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  };
  for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) window.on(event as 'resize', soon);
  window.on('close', save);
  window.on('closed', () => clearTimeout(timer));
}

/** Closes only when it may. */
function askBeforeClosing(window: BrowserWindow, mayClose: WindowOptions['mayClose']): void {
  let agreed = false;
  let asking = false;
  window.on('close', (event) => {
    if (agreed) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void mayClose(window).then((yes) => {
      asking = false;
      agreed = yes;
      if (yes && !window.isDestroyed()) window.close();
    });
  });
}

/** Opens the window; it is shown when its page has been drawn. */
export function createWindow({ stateFile, devUrl, mayClose }: WindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const { area, width, height, maximized } = loadState(stateFile, screens);
  const window = new BrowserWindow({
    ...(area ? { x: area.x, y: area.y } : {}),
    width,
    height,
    minWidth: minimum.width,
    minHeight: minimum.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101418' : '#ffffff',
    webPreferences: {
      preload: join(packageRoot(), 'out', 'preload', 'index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  // The title says which lab this is; the page's own does not know.
  window.on('page-title-updated', (event) => event.preventDefault());
  rememberPlace(window, stateFile);
  askBeforeClosing(window, mayClose);
  // A load that is overtaken by closing the window is no error.
  window.loadURL(devUrl ?? PAGE).catch(() => undefined);
  return window;
}
