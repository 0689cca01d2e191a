/** A double of Electron's main-process module: as much of it as the app uses, windows being Chromium pages. */
import { app, ipcMain, makeReady } from './app.mjs';
import { BrowserWindow } from './browser-window.mjs';
import { startChromium } from './cdp.mjs';
import { Menu, MenuItem } from './menu.mjs';
import { dialog, nativeTheme, protocol, screen, session, shell } from './services.mjs';
import { WebContents as webContents } from './web-contents.mjs';
import { world } from './world.mjs';

/** Starts Chromium; the function it answers with lets the app become ready. */
export async function boot({ manifest, appPath, announce, port }) {
  Object.assign(world, { manifest, appPath });
  app.name = manifest.productName ?? manifest.name ?? 'app';
  world.browser = await startChromium({ announce, port });
  world.browser.listen('', (method, { targetId } = {}) => {
    if (method === 'closed') process.exit(world.quitting ? 0 : 1);
    if (method !== 'Target.targetDestroyed') return;
    const contents = world.opened.get(targetId);
    world.opened.delete(targetId);
    if (contents) contents.destroyed = true;
    contents?.window.destroy();
  });
  await world.browser.send('Target.setDiscoverTargets', { discover: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => app.quit());
  return async () => makeReady();
}

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
  webContents,
};

// A CommonJS require('electron') and a default import get the same things.
export default {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
  webContents,
};
