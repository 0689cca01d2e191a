import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LabHandle } from '../../../electron/lab/lab.ts';
import { UserError } from '../../../electron/lab/user-error.ts';
import { type Served, serveLab } from '../../../electron/serve/serve.ts';
import type { Feed } from '../../../shared/contract/contract.ts';

const feed: Feed = { type: 'telnet', connection: 1, data: 'hello' };
let folder: string;
let served: Served;
let closed: Promise<void>;

/** A lab that answers two calls and tells one thing. */
function fakeLab(): LabHandle {
  const { promise, resolve } = Promise.withResolvers<void>();
  closed = promise;
  const connectWindow: LabHandle['connect'] = (send) => ({
    handlers: {
      'lab.get': () => {
        send([feed]);
        return { name: 'fake' };
      },
      'lab.save': () => {
        throw new UserError('No.');
      },
    } as never,
    tell: () => undefined,
    close: resolve,
  });
  return { connect: connectWindow } as Partial<LabHandle> as LabHandle;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'renderer/index.html'), '<!doctype html><title>lab</title>');
  await writeFile(join(folder, 'renderer/assets/a.js'), 'export {};');
  await writeFile(join(folder, 'secret.html'), 'secret');
  served = await serveLab(fakeLab(), {
    port: 0,
    folder: join(folder, 'renderer'),
    onFault: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await served.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request whose path and headers go out exactly as given. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port: served.port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

/** Follows the link; the cookie it gave. */
async function enter(): Promise<string> {
  const { pathname, search } = new URL(served.link);
  const { headers } = await ask(pathname + search);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('the link', () => {
  test('sets a strict cookie and goes on to the clean address', async () => {
    const { pathname, search } = new URL(served.link);
    const { status, headers } = await ask(pathname + search);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^mail-lab-\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\//),
    ]);
    expect(headers['set-cookie']?.[0]).not.toContain(search.slice('?token='.length));
  });

  test('lets in once; whoever has the cookie may follow it again', async () => {
    const cookie = await enter();
    const { pathname, search } = new URL(served.link);
    const again = await ask(pathname + search);
    expect(again).toMatchObject({ status: 403, body: expect.stringContaining('This link has been used.') });
    expect(await ask(pathname + search, { cookie })).toMatchObject({ status: 303, headers: { location: '/' } });
  });

  test.each(['HEAD', 'POST'])('is not used up by a %s', async (method) => {
    const { pathname, search } = new URL(served.link);
    expect((await ask(pathname + search, {}, method)).status).toBe(403);
    expect(await enter()).toMatch(/^mail-lab-/);
  });

  test('with a wrong token is refused, and the right one still works', async () => {
    expect(await ask('/?token=guess')).toMatchObject({ status: 403 });
    expect(await enter()).toMatch(/^mail-lab-/);
  });
});

describe('pages', () => {
  test('come with a policy, and only with the cookie', async () => {
    expect(await ask('/')).toMatchObject({ status: 403, body: expect.stringContaining('the link that it printed') });
    expect((await ask('/assets/a.js')).status).toBe(403);
    expect((await ask('/', { cookie: `mail-lab-${served.port}=wrong` })).status).toBe(403);
    const cookie = await enter();
    const page = await ask('/', { cookie });
    expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>lab</title>' });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    const policy = String(page.headers['content-security-policy']);
    for (const part of ["default-src 'self'", "object-src 'none'", "frame-src 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${served.port}`);
    expect((await ask('/assets/a.js', { cookie })).headers['content-type']).toContain('text/javascript');
  });

  test.each([
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/assets/..%2f..%2fsecret.html',
    '/..%5csecret.html',
    '/%00/../secret.html',
    '//secret.html',
    '/%zz',
    '/assets',
    '/none.html',
  ])('never come from outside the folder: %s', async (path) => {
    const answer = await ask(path, { cookie: await enter() });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  test('are not written to', async () => {
    expect(await ask('/', { cookie: await enter() }, 'POST')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });

  test.each([
    ['Host', { host: 'rebound.example' }, 'not to the name "rebound.example"'],
    ['Host without the port', { host: '127.0.0.1' }, 'The lab answers only to'],
    ['Origin', { origin: 'https://elsewhere.example' }, 'not to https://elsewhere.example'],
    ['Origin null', { origin: 'null' }, 'not to null'],
  ])('are refused for a foreign %s, cookie or not', async (_what, headers: Record<string, string>, sentence) => {
    const cookie = await enter();
    expect(await ask('/', { ...headers, cookie })).toMatchObject({
      status: 403,
      body: expect.stringContaining(sentence),
    });
  });
});

describe('the WebSocket', () => {
  const open = (headers: Record<string, string>, path = '/bridge') =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers });
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
      socket.once('error', reject);
    });
  const origin = () => `http://127.0.0.1:${served.port}`;

  test('is only for our own page with the cookie', async () => {
    const cookie = await enter();
    await expect(open({ origin: origin() })).rejects.toThrow('403');
    await expect(open({ cookie })).rejects.toThrow('403');
    await expect(open({ cookie, origin: 'https://elsewhere.example' })).rejects.toThrow('403');
    await expect(open({ cookie, origin: origin(), host: 'rebound.example' })).rejects.toThrow('403');
    await expect(open({ cookie, origin: origin() }, '/other')).rejects.toThrow('404');
  });

  test('carries calls, errors and feeds, and its end is the end of the window', async () => {
    const socket = await open({ cookie: await enter(), origin: origin() });
    const heard: unknown[] = [];
    const all = new Promise<void>((done) => {
      socket.on('message', (data) => {
        heard.push(JSON.parse(String(data)));
        if (heard.length === 4) done();
      });
    });
    socket.send(JSON.stringify({ id: 1, name: 'lab.get', argument: {} }));
    socket.send(JSON.stringify({ id: 2, name: 'lab.save', argument: {} }));
    socket.send(JSON.stringify({ id: 3, name: 'nonsense', argument: {} }));
    await all;
    expect(heard).toEqual(
      expect.arrayContaining([
        { feeds: [feed] },
        { id: 1, result: { name: 'fake' } },
        { id: 2, error: 'No.' },
        { id: 3, error: 'The lab has no call "nonsense".' },
      ]),
    );
    socket.close();
    await closed;
  });

  test.each(['{', '7', '{"name":"lab.get"}', '[]'])('is closed on what is no request: %s', async (text) => {
    const socket = await open({ cookie: await enter(), origin: origin() });
    const code = new Promise((done) => {
      socket.once('close', done);
    });
    socket.send(text);
    expect(await code).toBe(1007);
  });
});

test('a refused WebSocket whose client never closes does not keep its connection', async () => {
  const socket = connect({ port: served.port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  socket.write('GET /bridge HTTP/1.1\r\nHost: rebound.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await once(socket, 'end');
  // Only something that is sent can tell this side that the other has forgotten it.
  const nudge = setInterval(() => socket.write('x'), 20);
  const error = await once(socket, 'error').then(([thrown]: NodeJS.ErrnoException[]) => thrown?.code);
  clearInterval(nudge);
  expect(['EPIPE', 'ECONNRESET']).toContain(error);
});

test('garbage on the port harms nobody', async () => {
  const socket = connect(served.port, '127.0.0.1');
  await new Promise((done) => {
    socket.on('close', done);
    socket.on('error', () => undefined);
    socket.resume();
    socket.end('\u0016\u0003\u0001 what is this\r\n\r\n');
  });
  expect((await ask('/')).status).toBe(403);
});
