/** The ladder beside the transcript: the same cursor, the same steps, in rows; and as a file. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

const login = 'AUTH PLAIN AGpvZQB0b3BzM2NyZXQ=';
const labText = tutorialText.replace('smtp_auth none;', 'smtp_auth none login plain;');

const ladder = (page: Page) => page.getByRole('region', { name: 'Ladder of the session' });
const rows = (page: Page) => ladder(page).getByRole('list', { name: 'Steps of the session' }).getByRole('listitem');
const step = (page: Page, text: RegExp) => ladder(page).getByRole('button', { name: text });
const toggle = (page: Page) => page.getByRole('button', { name: 'Ladder', exact: true });
const slider = (page: Page) => page.getByRole('slider', { name: 'Step of the session' });
const currentIn = (page: Page, region: string) =>
  page.getByRole('region', { name: region, exact: true }).locator('[aria-current=step]');
const total = async (page: Page) => Number(await slider(page).getAttribute('aria-valuemax'));

/** The step that each pane stands at. */
async function stands(page: Page): Promise<readonly (string | null)[]> {
  const [row, line] = [currentIn(page, 'Ladder of the session'), currentIn(page, 'Transcript')];
  await row.waitFor();
  await line.waitFor();
  return [
    await row.getAttribute('data-position').then((at) => `${Number(at) + 1}`),
    await line.getAttribute('data-position').then((at) => `${Number(at) + 1}`),
    await slider(page).getAttribute('aria-valuenow'),
  ];
}

/** Says the lines one by one, until the proxy closes. */
async function talk(app: App, lines: readonly string[]): Promise<void> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  for (const line of lines) await client.say(line);
  await client.closed();
}

const mail = [
  'EHLO laptop',
  'MAIL FROM:<dev@test.com>',
  'RCPT TO:<user@eng.abc.com>',
  'DATA',
  'Subject: hi\r\n\r\nhi\r\n.',
  'QUIT',
];

describe.each(hosts)('the ladder on the %s host', (host) => {
  let app: App;
  let page: Page;

  beforeAll(async () => {
    app = await launch(host, {
      labText,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    page = app.page;
    await page.getByText('No session selected').waitFor();
  });
  afterAll(() => app.close());

  test('V shows it instead of the diagram; without a session it says what would make one', async () => {
    await page.keyboard.press('v');
    await ladder(page)
      .getByText(/^Choose a session/)
      .waitFor();
    await expect.poll(() => toggle(page).getAttribute('aria-pressed')).toBe('true');
    await expect.poll(() => page.getByRole('region', { name: 'Flow of the session' }).count()).toBe(0);
  });

  test('follows what happens, one row a step, each with its sentence', async () => {
    await talk(app, mail);
    await step(page, /^Step \d+ of \d+\. Proxy to Client: proxy closes/).waitFor();
    const all = await total(page);
    await expect.poll(() => rows(page).first().getAttribute('aria-setsize')).toBe(`${all}`);
    await expect.poll(() => stands(page)).toEqual([`${all}`, `${all}`, `${all}`]);
    await slider(page).focus();
    await page.keyboard.press('Home');
    for (const sentence of [
      /^Step 1 of \d+\. Client to Proxy: connects/,
      /Client to Proxy: MAIL FROM:<dev@test\.com>\. Remembered, not sent on\. \(consumed\)$/,
      /Proxy asks auth for user@eng\.abc\.com\. \(invented\)$/,
    ]) {
      await step(page, sentence).first().waitFor();
    }
  });

  test('every step of the session is a row, in order', async () => {
    const all = await total(page);
    const seen = new Set<string>();
    await slider(page).focus();
    await page.keyboard.press('Home');
    for (let at = 1; at <= all; at += 1) {
      const now = currentIn(page, 'Ladder of the session');
      await page.locator(`[role=slider][aria-valuenow="${at}"]`).waitFor();
      const label = (await now.getAttribute('aria-label')) ?? '';
      expect(label).toMatch(new RegExp(`^Step ${at} of ${all}\\. `));
      // A key that shows would mean a step without its words.
      expect(label).not.toMatch(/\b(smtp|session)\.[a-z]|\{\{/);
      seen.add(label);
      await page.keyboard.press('ArrowRight');
    }
    expect(seen.size).toBe(all);
  });

  test('rows, transcript and cursor are tied both ways, by mouse and by keyboard', async () => {
    await slider(page).focus();
    await page.keyboard.press('Home');
    const ask = step(page, /Proxy asks auth/);
    await ask.click();
    const at = Number(await ask.getAttribute('data-position')) + 1;
    await expect.poll(() => stands(page)).toEqual([`${at}`, `${at}`, `${at}`]);
    await page.keyboard.press('ArrowDown');
    await page.locator(`[role=slider][aria-valuenow="${at + 1}"]`).waitFor();
    await expect.poll(() => stands(page)).toEqual([`${at + 1}`, `${at + 1}`, `${at + 1}`]);
    await ladder(page).locator('[aria-current=step]:focus').waitFor();
    const line = page
      .getByRole('region', { name: 'Transcript', exact: true })
      .getByRole('button', { name: /^Step 2,/ });
    await slider(page).focus();
    await page.keyboard.press('Home');
    await line.click();
    await expect.poll(() => stands(page)).toEqual(['2', '2', '2']);
  });

  test('the times are the transcript’s, and change with them', async () => {
    const times = () => ladder(page).getByRole('listitem').first().innerText();
    await expect.poll(() => times()).toMatch(/^\+/);
    await ladder(page).getByRole('button', { name: 'Time elapsed' }).click();
    await page
      .getByRole('region', { name: 'Transcript', exact: true })
      .getByRole('button', { name: 'Time clock' })
      .waitFor();
    await expect.poll(() => times()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}/);
    await ladder(page).getByRole('button', { name: 'Time clock' }).click();
    await ladder(page).getByRole('button', { name: 'Time per step' }).click();
  });

  test('tells from where on bytes are only copied, and whose name the upstream has', async () => {
    await slider(page).focus();
    await page.keyboard.press('End');
    await ladder(page).getByText('From here nginx only copies bytes. No more lookups on this connection.').waitFor();
    await ladder(page).getByText('eng', { exact: true }).waitFor();
  });

  test('a refused login is a row that says so; its password is masked', async () => {
    await talk(app, ['EHLO laptop', login]);
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    await step(page, /Client to Proxy: AUTH PLAIN ••••/).waitFor();
    await expect.poll(() => ladder(page).innerText()).not.toContain('AGpvZQB0b3BzM2NyZXQ=');
  });

  test.each(['light', 'dark'] as const)('axe finds nothing, %s, nor at 1024 × 640', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Away from buttons that would tell what they do.
    await page.mouse.move(2, 2);
    await slider(page).focus();
    await page.keyboard.press('Home');
    expect(await findings(page)).toEqual([]);
    await ladder(page).getByRole('button', { name: 'Print or save the ladder' }).click();
    await page.getByRole('radio', { name: 'Picture (SVG)' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1024, height: 640 });
    expect(await findings(page)).toEqual([]);
    const bar = page.getByRole('region', { name: 'Traffic' });
    await expect.poll(() => bar.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('is still there when the window is opened again; the button goes back to the diagram', async () => {
    await page.reload();
    await ladder(page).waitFor();
    await toggle(page).click();
    await page.getByRole('region', { name: 'Flow of the session' }).waitFor();
    expect(app.errors).toEqual([]);
  });
});

describe('the ladder leaves the lab', () => {
  let app: App;
  let page: Page;

  beforeAll(async () => {
    app = await launch('browser', {
      labText,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    page = app.page;
    await page.getByText('No session selected').waitFor();
    await page.keyboard.press('v');
    await talk(app, ['EHLO laptop', login]);
    await step(page, /Client to Proxy: AUTH PLAIN/).waitFor();
  });
  afterAll(() => app.close());

  const save = async (form: string, secrets: boolean): Promise<readonly [name: string, text: string]> => {
    await ladder(page).getByRole('button', { name: 'Print or save the ladder' }).click();
    await page.getByRole('radio', { name: form }).check();
    if (secrets) await page.getByRole('checkbox', { name: 'Leave secrets in' }).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as…' }).click(),
    ]);
    return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')];
  };

  test.each([
    ['Picture (SVG)', /^session-\d+\.svg$/, /^<\?xml/],
    ['Page (HTML)', /^session-\d+\.html$/, /^<!doctype html>/],
    ['Mermaid', /^session-\d+\.mmd$/, /^sequenceDiagram\n/],
    ['Plain text', /^session-\d+\.txt$/, /^Session \d+ · SMTP/],
  ])('is saved as %s without the password, with it only when ticked', async (form, name, head) => {
    const [file, text] = await save(form, false);
    expect(file).toMatch(name);
    expect(text).toMatch(head);
    expect(text).not.toContain('AGpvZQB0b3BzM2NyZXQ');
    expect(text).not.toContain('tops3cret');
    expect(text).toContain('****');
    const [, kept] = await save(form, true);
    expect(kept).toContain('AGpvZQB0b3BzM2NyZXQ');
  });

  test('prints a page of its own, not the window', async () => {
    await page.evaluate(() => {
      Object.assign(window, { printed: [] });
      const { append } = Element.prototype;
      // The frame's own print would wait for a printer.
      document.body.append = function (this: Element, ...nodes: (Node | string)[]) {
        append.call(this, ...nodes);
        for (const node of nodes)
          if (node instanceof HTMLIFrameElement)
            node.addEventListener(
              'load',
              () => {
                const inner = node.contentWindow;
                if (inner)
                  inner.print = () => {
                    Object.assign(window, {
                      printed: [inner.document.title, inner.document.querySelectorAll('svg').length],
                    });
                  };
              },
              { capture: true },
            );
      };
    });
    await ladder(page).getByRole('button', { name: 'Print or save the ladder' }).click();
    await page.getByRole('button', { name: 'Print…' }).click();
    const printed = await page.waitForFunction(() => {
      const { printed: found } = window as unknown as { printed: unknown[] };
      return found.length > 0 ? found : null;
    });
    expect(await printed.jsonValue()).toEqual([expect.stringMatching(/^Session \d+ · SMTP/), expect.any(Number)]);
  });
});
