/** A window at its smallest, or a larger one zoomed in: nothing is cut off, and nothing lies on anything else. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';

/** How far the content of an element goes beyond it, in px: to the right, and below. */
const spill = (element: Locator) =>
  element.evaluate((one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]);

/** The texts of the elements of which one lies on another. */
const collisions = (elements: Locator) =>
  elements.evaluateAll((all) => {
    const boxes = all.map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    return boxes.flatMap((a, i) =>
      boxes
        .slice(i + 1)
        .filter(
          (b) =>
            a.box.left < b.box.right &&
            b.box.left < a.box.right &&
            a.box.top < b.box.bottom &&
            b.box.top < a.box.bottom,
        )
        .map((b) => [a.text, b.text]),
    );
  });

describe.each([
  [1024, 640],
  [960, 600],
])('a window of %i × %i', (width, height) => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText,
      context: { viewport: { width, height }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    await app.page.getByText('commands and replies').waitFor();
  });
  afterAll(() => app.close());

  const diagram = () => app.page.getByRole('region', { name: 'Flow of the session' });
  const inspector = () => app.page.getByRole('region', { name: 'Inspector' }).last();

  test('the words on the edges stand apart from each other and from the rooms', async () => {
    const texts = ['who, from, to → which upstream', 'commands and replies', 'the routed mail'];
    const [first, ...others] = [...texts.map((text) => diagram().getByText(text)), diagram().getByRole('button')];
    const all = others.reduce<Locator>((union, one) => union.or(one), first as Locator);
    // Three texts, five rooms, six gates.
    await expect.poll(() => all.count()).toBe(14);
    expect(await collisions(all)).toEqual([]);
    const frame = await diagram().boundingBox();
    for (const box of await Promise.all((await all.all()).map((one) => one.boundingBox()))) {
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((frame?.y ?? 0) + (frame?.height ?? 0));
    }
  });

  test('the hint, the marks of the scrubber and every tab of the inspector fit', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Send a sample mail' }).click();
    const hint = diagram().getByText('That was it.');
    await hint.waitFor();
    // While the session grows, what stands beside the marks grows too, and they follow with the next frame.
    await expect.poll(() => spill(hint)).toEqual([0, 0]);
    const slider = page.getByRole('slider', { name: 'Step of the session' });
    await expect.poll(async () => (await spill(slider))[0]).toBeLessThanOrEqual(0);
    await expect.poll(async () => (await spill(inspector().getByRole('tablist')))[0]).toBe(0);
    for (const name of ['Why', 'Route', 'Auth', 'Message', 'Log']) {
      await inspector().getByRole('tab', { name }).click();
      const panel = inspector().getByRole('tabpanel', { name, exact: true });
      await panel.waitFor();
      await expect.poll(async () => (await spill(panel))[0], { message: name }).toBe(0);
    }
  });

  test('the Send dialog shows its button without scrolling', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Send mail…' }).click();
    const button = page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true });
    await button.waitFor();
    await expect
      .poll(async () => {
        const box = await button.boundingBox();
        return (box?.y ?? height) + (box?.height ?? 0);
      })
      .toBeLessThanOrEqual(height);
  });
});

describe('a window of 1280 × 800 at a zoom of 200 %', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText,
      context: { viewport: { width: 640, height: 400 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    await app.page.getByRole('heading', { name: 'Nothing yet.' }).waitFor();
  });
  afterAll(() => app.close());

  test('every place of the rail can be reached, and none lies under the status bar', async () => {
    const { page } = app;
    const rail = page.getByRole('navigation', { name: 'Places' });
    const status = await page.getByRole('contentinfo').boundingBox();
    for (const place of await rail.getByRole('button').all()) {
      await place.scrollIntoViewIfNeeded();
      const box = await place.boundingBox();
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(status?.y ?? 0);
    }
    await rail.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').waitFor();
  });
});
