/** What the two hosts owe the window, whatever is in it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

/** A property that a script of the page would set, were it allowed to run. */
const INTRUDED = 'intruded';

describe.each(hosts)('on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
  });
  afterAll(() => app.close());

  test('the window shows the lab that was given', async () => {
    await app.page.getByText('NGINX mail proxy tutorial').first().waitFor();
    const { port } = app.listener('proxy');
    await app.page
      .getByText(new RegExp(`127\\.0\\.0\\.1:${port}`))
      .first()
      .waitFor();
  });

  test('a session from outside appears by itself', async () => {
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    await client.say('HELO laptop');
    await client.say('MAIL FROM:<dev@test.com>');
    await client.say('RCPT TO:<visible@hr.abc.com>');
    await app.page.getByText('visible@hr.abc.com').first().waitFor();
    await client.say('QUIT');
    await client.closed();
  });

  test('the page is nothing but a page: no Node, a policy that keeps other scripts out', async () => {
    const globals = await app.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
    );
    expect(globals).toEqual([]);
    const refused = await app.page.evaluate(
      (name) =>
        new Promise<string>((resolve) => {
          document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
            once: true,
          });
          const script = document.createElement('script');
          script.textContent = `globalThis.${name} = true`;
          document.head.append(script);
        }),
      INTRUDED,
    );
    expect(refused).toMatch(/^script-src/);
    await expect.poll(() => app.page.evaluate((name) => name in globalThis, INTRUDED)).toBe(false);
  });

  test('loading the page again brings everything back', async () => {
    await app.page.reload();
    await app.page.getByText('visible@hr.abc.com').first().waitFor();
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    await client.say('HELO laptop');
    await client.say('MAIL FROM:<dev@test.com>');
    await client.say('RCPT TO:<again@eng.abc.com>');
    await app.page.getByText('again@eng.abc.com').first().waitFor();
    client.end();
    await client.closed();
  });

  test('nothing went wrong in the page', () => {
    // The script that the policy kept out above is reported, and is the only thing.
    expect(app.errors.filter((line) => !/Content Security Policy/.test(line))).toEqual([]);
  });
});

describe('the desktop app', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('desktop', { labText: tutorialText });
    await app.page.getByText('NGINX mail proxy tutorial').first().waitFor();
  });
  afterAll(() => app.close());
  const electron = () => {
    if (!app.electron) throw new Error('The desktop has its ElectronApplication.');
    return app.electron;
  };
  const click = (id: string) =>
    electron().evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);
  const title = () => electron().evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());

  test('the bridge is all that the page has of Electron, and it is frozen', async () => {
    const seen = await app.page.evaluate(() => {
      const { bridge } = window as unknown as { bridge: object };
      return { keys: Object.keys(bridge).sort(), frozen: Object.isFrozen(bridge) };
    });
    expect(seen).toEqual({ keys: ['call', 'feed'], frozen: true });
  });

  test('a call that is no call is refused in one sentence', async () => {
    const message = await app.page.evaluate(async () => {
      const { bridge } = window as unknown as { bridge: { call(name: string, argument: unknown): Promise<unknown> } };
      return bridge.call('lab.explode', {}).catch((error: Error) => error.message);
    });
    expect(message).toContain('The lab has no call "lab.explode".');
  });

  test('the title says which lab it is', async () => {
    await expect.poll(() => title()).toBe('NGINX mail proxy tutorial – Mail Traffic Lab');
  });

  test('menus reach the window', async () => {
    await click('shortcuts');
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('links go to the browser, and only web links', async () => {
    await electron().evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = async (url) => {
        opened.push(url);
      };
    });
    await app.page.evaluate(() => {
      for (const url of ['file:///etc/passwd', 'http://example.test/', 'https://example.test/help']) window.open(url);
    });
    const opened = () => electron().evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
    await expect.poll(opened).toEqual(['https://example.test/help']);
    expect(electron().windows()).toHaveLength(1);
  });

  test('the window stays on its page', async () => {
    const before = app.page.url();
    await app.page.evaluate(() => {
      location.href = 'https://example.test/';
    });
    await app.page.getByText('NGINX mail proxy tutorial').first().waitFor();
    expect(app.page.url()).toBe(before);
  });

  test('a second start opens its file here', async () => {
    const other = join(dirname(app.file), 'other.lab.yaml');
    await writeFile(other, app.labText.replace('NGINX mail proxy tutorial', 'The other lab'));
    await electron().evaluate(({ app: main }, file) => {
      main.emit('second-instance', {}, ['/electron', '/app', file], '/', {});
    }, other);
    await app.page.getByText('The other lab').first().waitFor();
    await expect.poll(title).toBe('The other lab – Mail Traffic Lab');
  });

  test('a broken file from outside is told of, and the lab goes on', async () => {
    const broken = join(dirname(app.file), 'broken.lab.yaml');
    await writeFile(broken, app.labText.replace('smtp_auth', 'smpt_auth'));
    await electron().evaluate(({ app: main, dialog }, file) => {
      const shown: unknown[] = [];
      Object.assign(globalThis, { shown });
      dialog.showMessageBox = async (...args: unknown[]) => {
        shown.push(args.at(-1));
        return { response: 0, checkboxChecked: false };
      };
      main.emit('open-file', { preventDefault: () => undefined }, file);
    }, broken);
    const shown = () => electron().evaluate(() => (globalThis as unknown as { shown: { detail: string }[] }).shown);
    await expect.poll(async () => (await shown()).length).toBe(1);
    expect((await shown())[0]?.detail).toContain('unknown directive "smpt_auth"');
    await expect.poll(() => title()).toBe('The other lab – Mail Traffic Lab');
  });

  test('Save as writes the running text under the name that the dialog gives', async () => {
    const target = join(dirname(app.file), 'saved.lab.yaml');
    await electron().evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, target);
    await click('save-as');
    await expect.poll(() => readFile(target, 'utf8').catch(() => '')).toContain('The other lab');
  });

  test('its place is kept for the next start', async () => {
    const state = join(dirname(app.file), 'data', 'window.json');
    await electron().evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 40, width: 1200, height: 700 });
    });
    await expect.poll(() => readFile(state, 'utf8').catch(() => '{}')).toContain('"width":1200');
  });
});

test('changes that are in no file are asked about before the window goes', async () => {
  const app = await launch('desktop', { labText: tutorialText });
  const { electron, page } = app;
  if (!electron) throw new Error('The desktop has its ElectronApplication.');
  await page.getByText('NGINX mail proxy tutorial').first().waitFor();
  const text = app.labText.replace('NGINX mail proxy tutorial', 'My own lab');
  await page.evaluate(async (changed) => {
    const { bridge } = window as unknown as { bridge: { call(name: string, argument: unknown): Promise<unknown> } };
    await bridge.call('lab.apply', { text: changed });
  }, text);
  const title = () => electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
  await expect.poll(title).toBe('• My own lab – Mail Traffic Lab');
  const close = (response: number) =>
    electron.evaluate(({ BrowserWindow, dialog }, chosen) => {
      const asked = new Promise<void>((done) => {
        dialog.showMessageBox = async () => {
          done();
          return { response: chosen, checkboxChecked: false };
        };
      });
      BrowserWindow.getAllWindows()[0]?.close();
      return asked;
    }, response);
  const [CANCEL, SAVE] = [2, 0];
  await close(CANCEL);
  await expect.poll(() => title()).toBe('• My own lab – Mail Traffic Lab');
  expect(await readFile(app.file, 'utf8')).toBe(app.labText);
  const gone = new Promise((done) => {
    electron.process().once('exit', done);
  });
  await close(SAVE);
  expect(await gone).toBe(0);
  expect(await readFile(app.file, 'utf8')).toBe(text);
  await rm(dirname(app.file), { recursive: true, force: true });
});
