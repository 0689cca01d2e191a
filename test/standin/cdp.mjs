/** One WebSocket to Chromium's DevTools endpoint, and the process behind it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const flags = [
  '--no-startup-window',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--force-color-profile=srgb',
  '--password-store=basic',
  '--disable-features=HttpsUpgrades,Translate,MediaRouter,PaintHolding',
];

/** Starts the browser; answers with the address of its DevTools endpoint. It dies with this process. */
function launch({ announce, port }) {
  const profile = mkdtempSync(join(tmpdir(), 'standin-'));
  const headless = process.env.STANDIN_HEADED === '1' ? [] : ['--headless'];
  const child = spawn(
    process.env.CHROMIUM ?? '/usr/bin/chromium',
    [...headless, ...flags, `--remote-debugging-port=${port}`, `--user-data-dir=${profile}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  });
  return new Promise((done, fail) => {
    const log = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      const match = /^DevTools listening on (ws:\/\/.*)$/.exec(line);
      if (!match) {
        log.push(line);
        return;
      }
      if (announce) process.stderr.write(`${line}\n`);
      done(match[1]);
    });
    child.once('exit', (code) => fail(new Error(`chromium exited (${code})\n${log.join('\n')}`)));
    child.once('error', fail);
  });
}

/** A browser and `send`, which speaks to it or, with a session id, to one of its pages. */
export async function startChromium(options) {
  const socket = new WebSocket(await launch(options));
  await new Promise((done, fail) => Object.assign(socket, { onopen: done, onerror: fail }));
  const calls = new Map();
  const sessions = new Map();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const { id, method, params, result, error, sessionId } = JSON.parse(data);
    if (!id) {
      sessions.get(sessionId ?? '')?.(method, params);
      return;
    }
    const call = calls.get(id);
    calls.delete(id);
    if (error) call?.fail(new Error(`${call.method}: ${error.message}`));
    else call?.done(result);
  };
  socket.onclose = () => {
    for (const call of calls.values()) call.fail(new Error('chromium is gone'));
    calls.clear();
    sessions.get('')?.('closed');
  };
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((done, fail) => {
      lastId += 1;
      calls.set(lastId, { method, done, fail });
      socket.send(JSON.stringify({ id: lastId, method, params, sessionId }));
    });
  return { send, listen: (sessionId, listener) => sessions.set(sessionId, listener) };
}
