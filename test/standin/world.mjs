/** What the parts of the double share: the browser, the app's own facts, its windows and its handlers. */
export const world = {
  /** @type {Awaited<ReturnType<typeof import('./cdp.mjs').startChromium>>} */
  browser: undefined,
  manifest: {},
  appPath: process.cwd(),
  quitting: false,
  /** Every BrowserWindow that is not closed. */
  windows: new Set(),
  /** DevTools target id -> WebContents, until Chromium says that it is gone. */
  opened: new Map(),
  /** ipcMain.handle: channel -> handler. */
  handlers: new Map(),
  /** protocol.handle: scheme -> handler. */
  protocols: new Map(),
  lastId: 0,
};

/** Ids of windows and their contents, unique in the process. */
export function nextId() {
  world.lastId += 1;
  return world.lastId;
}

/** Emits an event whose listeners may call preventDefault(); true when none did. */
export function allowed(emitter, name, ...args) {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
  emitter.emit(name, event, ...args);
  return !event.defaultPrevented;
}

/** A custom scheme's scheme://host/path is http://host.scheme.localhost/path in Chromium, answered by the handler. */
export const toChromium = (url) =>
  url.replace(/^([a-z][\w+-]*):\/\/([^/]*)/, (all, scheme, host) =>
    world.protocols.has(scheme) ? `http://${host || 'x'}.${scheme}.localhost` : all,
  );

/** The way back. */
export const fromChromium = (url) =>
  url.replace(/^http:\/\/([^/]+)\.([\w+-]+)\.localhost/, (all, host, scheme) =>
    world.protocols.has(scheme) ? `${scheme}://${host}` : all,
  );
