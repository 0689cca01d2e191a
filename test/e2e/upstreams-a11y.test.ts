/** Everybody can use the place of the upstreams: axe finds nothing in it, wide or narrow, in either scheme. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

/** Each part, and how to get there from the one before. */
const parts: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['the cards', (page) => press(page, 'Upstreams')],
  [
    'the form of a stage',
    async (page) => {
      await page.getByRole('region', { name: 'SMTP of eng' }).getByRole('button', { name: 'RCPT' }).click();
      await page.getByRole('combobox', { name: 'How often' }).click();
      await page.getByRole('option', { name: 'some by chance, with a seed' }).click();
    },
  ],
  [
    'a fault that is armed',
    async (page) => {
      await press(page, 'Arm');
      await page.getByText('50 % by chance, seed 1').waitFor();
    },
  ],
  [
    'the presets',
    async (page) => {
      await press(page, 'Presets for SMTP of hr');
      await page.getByRole('menuitem', { name: 'Greylisting' }).waitFor();
    },
  ],
  [
    'the switches',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('article', { name: 'hr' }).getByText('How it is played').click();
    },
  ],
  ['addresses that carry their fault', (page) => page.getByText('Addresses that carry their fault').click()],
  ['the confirmation', (page) => press(page, 'Confirm 192.0.2.10:25…')],
  [
    'the rules with what leads off this machine',
    async (page) => {
      await page.keyboard.press('Escape');
      await press(page, 'Rules');
      await page.getByText('OFF-BOX').first().waitFor();
    },
  ],
  [
    'problems that ask to be confirmed',
    async (page) => {
      await press(page, 'Lab file');
      await press(page, 'Confirm 192.0.2.10:25…');
      await page.keyboard.press('Escape');
    },
  ],
  [
    'the menu of a line',
    async (page) => {
      await press(page, 'Sessions');
      await press(page, 'Send a sample mail');
      await page
        .getByRole('button', { name: /^Step .*221 / })
        .first()
        .click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Answer this instead next time…' }).waitFor();
    },
  ],
  ['another answer', (page) => page.getByRole('menuitem', { name: 'Answer this instead next time…' }).click()],
];

describe.each([
  ['light', 1280, 800],
  ['dark', 1024, 640],
] as const)('in the %s scheme, %i × %i', (colorScheme, width, height) => {
  let app: App;
  beforeAll(async () => {
    const labText = tutorialText.replace(
      'upstreams:  ',
      'upstreams:\n  partner: { external: true, smtp: 192.0.2.10:25 }\n#',
    );
    app = await launch('browser', {
      labText: labText.replace('then: { route: hr }', 'then: { route: partner }'),
      context: { viewport: { width, height }, reducedMotion: 'reduce', colorScheme },
    });
  });
  afterAll(() => app.close());

  test.each(parts)('%s', async (_name, reach) => {
    await reach(app.page);
    // A menu hangs at the page's end, outside of every landmark, until it is closed.
    const open = (await app.page.getByRole('menu').count()) > 0;
    const found = (await findings(app.page)).filter(({ id }) => !(open && id === 'region'));
    expect(found).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});
