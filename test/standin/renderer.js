// Runs before the page's own scripts. Gives a sandboxed preload its require('electron'); PRELOAD stands for its source.
((codec) => {
  const binding = globalThis.__standin;
  delete globalThis.__standin;
  const post = (message) => binding(codec.encode(message));
  const calls = new Map();
  const listeners = new Map();
  let lastId = 0;

  const heard = (channel, args) => {
    for (const listener of [...(listeners.get(channel) ?? [])]) listener({ sender: ipcRenderer, ports: [] }, ...args);
  };
  const answered = ({ id, error, result }) => {
    const call = calls.get(id);
    calls.delete(id);
    if (error) call?.fail(new Error(error));
    else call?.done(result);
  };
  Object.defineProperty(globalThis, '__standinReceive', {
    value: (text) => {
      for (const message of codec.decode(text)) {
        if (message.channel) heard(message.channel, message.args);
        else answered(message);
      }
    },
  });

  const ipcRenderer = {
    invoke: (channel, ...args) =>
      new Promise((done, fail) => {
        lastId += 1;
        calls.set(lastId, { done, fail });
        post({ kind: 'invoke', id: lastId, channel, args: structuredClone(args) });
      }),
    send: (channel, ...args) => post({ kind: 'send', channel, args: structuredClone(args) }),
    sendSync: () => {
      throw new Error('stand-in: ipcRenderer.sendSync is not supported');
    },
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off: (channel, listener) => {
      const left = (listeners.get(channel) ?? []).filter((known) => known !== listener);
      listeners.set(channel, left);
      return ipcRenderer;
    },
    removeListener: (channel, listener) => ipcRenderer.off(channel, listener),
  };

  // What crosses Electron's context bridge is copied, functions are proxied, prototypes are lost, the result is frozen.
  const crossObject = (value, path) => {
    if (value instanceof Promise) return value.then((inner) => cross(inner, path));
    if (value instanceof Error || value instanceof Node || value instanceof Blob) return value;
    if (Array.isArray(value)) return value.map((item) => cross(item, path));
    if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return structuredClone(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cross(item, `${path}.${key}`)]));
  };
  const cross = (value, path) => {
    if (typeof value === 'function')
      return (...args) => cross(value(...args.map((argument) => cross(argument, path))), path);
    if (typeof value === 'symbol') throw new TypeError(`contextBridge: a symbol cannot cross at ${path}`);
    return value === null || typeof value !== 'object' ? value : crossObject(value, path);
  };
  const freeze = (value) => {
    if (!value || typeof value !== 'object') return value;
    for (const item of Object.values(value)) freeze(item);
    return Object.freeze(value);
  };
  const contextBridge = {
    exposeInMainWorld: (key, api) => {
      if (key in globalThis)
        throw new Error(`Cannot bind an API on top of an existing property on the window object (${key})`);
      Object.defineProperty(globalThis, key, { value: freeze(cross(api, key)), enumerable: true });
    },
  };

  const opened = (url) => post({ kind: 'window-open', url: new URL(url, location.href).href });
  globalThis.open = (url) => {
    opened(url);
    return null;
  };
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element && event.target.closest('a[target=_blank][href]');
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    opened(link.href);
  });

  const require = (name) => {
    if (/^electron(\/renderer|\/common)?$/.test(name)) return { contextBridge, ipcRenderer };
    throw new Error(`module not found: ${name} (a sandboxed preload has only electron)`);
  };
  const process = {
    type: 'renderer',
    platform: 'PLATFORM',
    sandboxed: true,
    contextIsolated: true,
    versions: { electron: '0.0.0-standin' },
    env: {},
    argv: [],
  };
  const module = { exports: {} };
  try {
    ((require, module, exports, process) => {
      /*PRELOAD*/
    })(require, module, module.exports, process);
  } catch (error) {
    post({ kind: 'preload-error', message: String(error?.stack ?? error) });
  }
})(CODEC);
