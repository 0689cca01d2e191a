/** Electron's `WebContents`: one page of Chromium, with the built preload injected before the page's own scripts. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { ipcMain } from './app.mjs';
import { makeCodec } from './codec.mjs';
import { defaultSession } from './services.mjs';
import { allowed, fromChromium, nextId, toChromium, world } from './world.mjs';

const codec = makeCodec();
const wrapper = readFileSync(new URL('./renderer.js', import.meta.url), 'utf8');

export class WebContents extends EventEmitter {
  #out = [];
  #flushing = false;
  #openHandler = () => ({ action: 'deny' });
  #asked = '';
  constructor(window, preferences) {
    super();
    Object.assign(this, { id: nextId(), window, session: defaultSession, url: '', gone: false });
    this.opened = this.#open(preferences);
    this.opened.catch((error) => {
      if (!this.gone) console.error('stand-in:', error);
    });
  }
  async #open({ preload }) {
    const { width, height } = this.window.getBounds();
    const target = { url: 'about:blank', newWindow: true, width, height };
    const { targetId } = await world.browser.send('Target.createTarget', target);
    this.targetId = targetId;
    world.opened.set(targetId, this);
    const { sessionId } = await world.browser.send('Target.attachToTarget', { targetId, flatten: true });
    this.cdp = (method, params) => world.browser.send(method, params, sessionId);
    world.browser.listen(sessionId, (method, params) => this.#event(method, params));
    const source = wrapper
      .replace('/*PRELOAD*/', () => (preload ? readFileSync(preload, 'utf8') : ''))
      .replace('PLATFORM', process.platform)
      .replace('CODEC', () => `(${makeCodec})()`);
    const patterns = [...world.protocols.keys()].map((scheme) => ({ urlPattern: `http://*.${scheme}.localhost/*` }));
    await Promise.all([
      this.cdp('Page.enable'),
      this.cdp('Runtime.enable'),
      this.cdp('Runtime.addBinding', { name: '__standin' }),
      this.cdp('Page.addScriptToEvaluateOnNewDocument', { source }),
      this.cdp('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 0, mobile: false }),
      ...(patterns.length > 0 ? [this.cdp('Fetch.enable', { patterns })] : []),
    ]);
  }
  #event(method, params) {
    if (method === 'Runtime.bindingCalled' && params.name === '__standin')
      void this.#message(codec.decode(params.payload));
    else if (method === 'Page.domContentEventFired') this.emit('dom-ready', {});
    else if (method === 'Page.loadEventFired') this.emit('did-finish-load', {});
    else if (method === 'Page.frameRequestedNavigation') this.#navigating(params);
    else if (method === 'Page.frameNavigated' && !params.frame.parentId) {
      this.url = fromChromium(params.frame.url);
      this.emit('did-navigate', {}, this.url);
    } else if (method === 'Inspector.targetCrashed')
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    else if (method === 'Fetch.requestPaused') void this.#serve(params);
  }
  /** A navigation that the page asked for, not the app: Electron asks `will-navigate` first. */
  #navigating({ url, reason }) {
    if (reason === 'reload' || url === this.#asked) return;
    if (!allowed(this, 'will-navigate', fromChromium(url))) void this.cdp('Page.stopLoading');
  }
  async #message({ kind, id, channel, args, url, message }) {
    const senderFrame = { url: this.url, parent: null };
    const event = { sender: this, senderFrame, frameId: 1, processId: 1 };
    if (kind === 'send') ipcMain.emit(channel, event, ...args);
    else if (kind === 'window-open') {
      const { action } = this.#openHandler({ url, frameName: '', disposition: 'new-window' });
      if (action === 'allow') console.error('stand-in: new windows are not supported');
    } else if (kind === 'preload-error') {
      console.error('stand-in: preload failed:', message);
      this.emit('preload-error', {}, '', new Error(message));
    } else {
      try {
        const handler = world.handlers.get(channel);
        if (!handler) throw new Error(`No handler registered for '${channel}'`);
        this.#post({ id, result: structuredClone(await handler(event, ...args)) });
      } catch (error) {
        this.#post({ id, error: `Error invoking remote method '${channel}': ${error}` });
      }
    }
  }
  #post(message) {
    this.#out.push(message);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(async () => {
      await this.opened.catch(() => {});
      this.#flushing = false;
      const text = codec.encode(this.#out.splice(0));
      if (this.gone) return;
      const expression = `globalThis.__standinReceive?.(${JSON.stringify(text)})`;
      await this.cdp('Runtime.evaluate', { expression }).catch(() => {});
    });
  }
  async #serve({ requestId, request }) {
    const url = fromChromium(request.url);
    const handler = world.protocols.get(new URL(url).protocol.slice(0, -1));
    const { method, headers, postData } = request;
    const answer = async () => handler(new Request(url, { method, headers, body: postData }));
    const response = await answer().catch((error) => new Response(String(error), { status: 500 }));
    const body = Buffer.from(await response.arrayBuffer()).toString('base64');
    const responseHeaders = [...response.headers].map(([name, value]) => ({ name, value }));
    const filled = { requestId, responseCode: response.status, responseHeaders, body };
    await this.cdp('Fetch.fulfillRequest', filled).catch(() => {});
  }
  async closePage() {
    await this.opened.catch(() => {});
    // Chromium drops a close that meets a navigation, so ask again.
    for (let tries = 0; tries < 50 && !this.destroyed; tries++) {
      await world.browser.send('Target.closeTarget', { targetId: this.targetId }).catch(() => {});
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  async load(url) {
    await this.opened;
    const loaded = new Promise((done) => {
      this.once('did-finish-load', done);
    });
    this.#asked = toChromium(url);
    const { errorText } = await this.cdp('Page.navigate', { url: this.#asked });
    if (errorText) {
      this.emit('did-fail-load', {}, -1, errorText, url);
      throw new Error(`${errorText} loading '${url}'`);
    }
    await loaded;
    this.window.emit('ready-to-show');
  }
  send(channel, ...args) {
    if (!this.gone) this.#post({ channel, args: structuredClone(args) });
  }
  setWindowOpenHandler(handler) {
    this.#openHandler = handler;
  }
  getURL() {
    return this.url;
  }
  isDestroyed() {
    return this.gone;
  }
  reload() {
    void this.cdp('Page.reload');
  }
  close() {
    this.window.close();
  }
  openDevTools() {}
  focus() {}
  static getAllWebContents = () => [...world.windows].map((window) => window.webContents);
  static fromId = (id) => WebContents.getAllWebContents().find((contents) => contents.id === id);
  static fromDevToolsTargetId = (targetId) =>
    WebContents.getAllWebContents().find((contents) => contents.targetId === targetId);
}
