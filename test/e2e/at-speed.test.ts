/** Sessions rush by: the window shows where everything is, at every single frame. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, hosts, launch } from './fixtures/app.ts';

const lab = readFileSync(join(import.meta.dirname, '../../examples/three-protocols.lab.yaml'), 'utf8');

/** What was seen of the list, frame by frame; `stop` ends it. */
interface Watched {
  frames: number;
  readonly faults: string[];
  stop: boolean;
}

declare global {
  interface Window {
    watched: Watched;
  }
}

/** Runs in the page: looks at every frame whether the rows stand one below the other, each session once, newest first. */
function watchRows(): void {
  const watched: Watched = { frames: 0, faults: [], stop: false };
  window.watched = watched;
  const look = () => {
    const rows = [...document.querySelectorAll<HTMLElement>('[data-session]')].map((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return { id: Number(row.dataset.session), top, bottom, said: Number(row.getAttribute('aria-posinset')) };
    });
    rows.sort((a, b) => a.top - b.top);
    rows.forEach((row, i) => {
      const above = rows[i - 1];
      if (above === undefined) return;
      if (Math.abs(row.top - above.bottom) > 0.5)
        watched.faults.push(`${row.id} stands ${row.top - above.bottom} px below`);
      if (row.id >= above.id) watched.faults.push(`${row.id} stands below ${above.id}`);
      if (row.said !== above.said + 1) watched.faults.push(`${row.id} is said to be number ${row.said}`);
    });
    watched.frames += 1;
    if (!watched.stop) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

describe.each(hosts)('many sessions a second on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: lab });
  });
  afterAll(() => app.close());

  test('the rows of the list never stand over one another, wherever it is scrolled to', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Send mail…' }).click();
    await page.getByRole('button', { name: 'Send a load…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send a load' });
    await dialog.getByRole('textbox', { name: 'Sessions', exact: true }).fill('20000');
    await dialog.getByRole('textbox', { name: 'Sessions a second' }).fill('120');
    await dialog.getByRole('textbox', { name: 'Open at once' }).fill('100');
    await dialog.getByRole('textbox', { name: 'Recipients' }).fill('ann@eng.abc.com');
    await page.evaluate(watchRows);
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByRole('progressbar', { name: 'Sessions that are over' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    const list = page.getByRole('listbox', { name: 'Sessions' });
    await list.getByRole('option').nth(5).waitFor();
    await list.hover();
    const frames = () => page.evaluate(() => window.watched.frames);
    const total = async () => Number((await list.getByRole('option').first().getAttribute('aria-setsize')) ?? 0);
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      await page.emulateMedia({ reducedMotion });
      await page.locator(`:root[data-motion="${reducedMotion === 'reduce' ? 'reduced' : 'full'}"]`).waitFor();
      // At the top, then scrolled away from it, where rows keep their places, then back.
      for (const by of [0, 900, -60, -5000]) {
        const [seen, sessions] = [await frames(), await total()];
        await page.mouse.wheel(0, by);
        await expect.poll(total).toBeGreaterThan(sessions + 20);
        await expect.poll(frames).toBeGreaterThan(seen + 5);
      }
    }
    await page.emulateMedia({ reducedMotion: null });
    const { faults } = await page.evaluate(() => Object.assign(window.watched, { stop: true }));
    expect(faults.slice(0, 5)).toEqual([]);
    expect(app.errors).toEqual([]);
  });

  test('the edges show counts and a moving dash in place of parcels, until it is quiet again', async () => {
    const { page } = app;
    const counts = page.getByTitle(/too many to be drawn one by one$/);
    const dashes = page.locator('path[data-burst="true"]');
    await expect.poll(() => counts.count()).toBe(3);
    for (const text of await counts.allTextContents()) expect(text).toMatch(/^[\d,]+\/s$/);
    await expect.poll(() => dashes.count()).toBeGreaterThan(1);
    const running = () => dashes.first().evaluate((edge) => edge.getAnimations().length);
    await expect.poll(running).toBeGreaterThan(0);
    await page.getByRole('button', { name: /^Load: / }).click();
    const dialog = page.getByRole('dialog', { name: 'Send a load' });
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByText('Stopped', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => counts.count()).toBe(0);
    await expect.poll(() => dashes.count()).toBe(0);
  });
});
