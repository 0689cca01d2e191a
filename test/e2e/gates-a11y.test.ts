/** Everybody can hold traffic: axe finds nothing in any state of it, and a keyboard is enough for all of it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';
import { type Dialogue, REPLY } from './fixtures/dialogue.ts';
import { arm, begin, connect, standsAt } from './fixtures/gates.ts';

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

interface State {
  readonly page: Page;
  readonly client: Dialogue;
  readonly session: number;
}

/** Each state, and how to get there from the one before. */
const states: readonly (readonly [string, (state: State) => Promise<unknown>])[] = [
  [
    'the auth service’s answer, held',
    async ({ page, client, session }) => {
      await arm(page, 'A→P', session);
      client.write('RCPT TO:<user@eng.abc.com>\r\n');
      await standsAt(page, session, 'A→P', 'Auth-Status: OK');
    },
  ],
  ['a line to answer with', ({ page }) => press(page, 'Answer…')],
  [
    'the editor',
    async ({ page }) => {
      await press(page, 'Cancel');
      await press(page, 'Edit…');
      await page.getByRole('textbox', { name: 'Auth-Port' }).waitFor();
    },
  ],
  [
    'the list of what is held',
    async ({ page }) => {
      await press(page, 'Cancel');
      await press(page, '1 held');
      await page.getByRole('list', { name: 'What is held' }).waitFor();
    },
  ],
  [
    'the question before a session is ended',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await press(page, 'Kill session');
      await page.getByRole('button', { name: 'Kill it' }).waitFor();
    },
  ],
  [
    'what was changed by hand',
    async ({ page, client }) => {
      await press(page, 'Cancel');
      await press(page, 'Edit…');
      await page.getByRole('textbox', { name: 'Auth-Status' }).fill('not today');
      await press(page, 'Release as changed');
      await client.until(REPLY);
      await page.getByText('≠ by hand').first().waitFor();
      await page
        .getByRole('button', { name: /Auth to Proxy: Auth-Status: not today/ })
        .first()
        .click();
      await page.getByRole('region', { name: 'Changed by hand' }).waitFor();
    },
  ],
  [
    'the form of a breakpoint',
    async ({ page }) => {
      await page.keyboard.press('b');
      await page.getByRole('button', { name: 'Set the breakpoint' }).waitFor();
    },
  ],
  [
    'the breakpoints',
    async ({ page }) => {
      await press(page, 'Set the breakpoint');
      await press(page, '1 breakpoint');
      await page.getByRole('button', { name: 'Clear all' }).waitFor();
    },
  ],
  [
    'new sessions held, in slow motion',
    async ({ page }) => {
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Hold new/ }).click();
      await page.getByRole('combobox', { name: 'Slow motion' }).selectOption('2 s');
    },
  ],
];

describe.each([
  ['light', 1280, 800],
  ['dark', 1024, 640],
] as const)('in the %s scheme, %i × %i', (colorScheme, width, height) => {
  let app: App;
  let state: State;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText,
      context: { viewport: { width, height }, reducedMotion: 'reduce', colorScheme },
    });
    await app.page.getByText('commands and replies').waitFor();
    state = { page: app.page, ...(await begin(app)) };
  });
  afterAll(async () => {
    state.client.end();
    await app.close();
  });

  test.each(states)('%s', async (_name, reach) => {
    await reach(state);
    // A tip over what the pointer happens to rest on belongs to no part of the page.
    await app.page.mouse.move(2, 2);
    await app.page.getByRole('tooltip').waitFor({ state: 'detached' });
    expect(await findings(app.page)).toEqual([]);
    expect(app.errors).toEqual([]);
  });
});

describe('with the keyboard alone', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' },
    });
    await app.page.getByText('commands and replies').waitFor();
  });
  afterAll(() => app.close());

  const focused = () => app.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

  test('a gate is reached with the arrows, toggled with B and Space, and what it holds is changed and released', async () => {
    const { page } = app;
    const { client, session } = await connect(app);
    await page
      .getByRole('group', { name: /^Flow diagram of session/ })
      .getByRole('button', { name: /^Client/ })
      .focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focused()).toBe(`Breakpoint at C→P for session ${session}`);
    await page.keyboard.press('Space');
    await page.locator(':focus[aria-pressed=true]').waitFor();
    await page.keyboard.press('b');
    await page.locator(':focus[aria-pressed=false]').waitFor();
    await page.keyboard.press('Alt+b');
    await page.locator(':focus[aria-pressed=true]').waitFor();
    await expect.poll(() => focused()).toBe('Breakpoint at C→P for all sessions');
    for (const name of ['P→C', 'proxy', 'P→A', 'A→P'] as const) {
      await page.keyboard.press(name.endsWith('→A') || name === 'A→P' ? 'ArrowUp' : 'ArrowRight');
      if (name !== 'proxy') await expect.poll(() => focused()).toBe(`Breakpoint at ${name} for session ${session}`);
    }
    client.write('EHLO laptop\r\n');
    const panel = await standsAt(page, session, 'C→P', 'EHLO laptop');
    await expect.poll(() => focused()).toBe(`Breakpoint at A→P for session ${session}`);
    const edit = panel.getByRole('button', { name: 'Edit…' });
    // From the diagram on, the panel is the last thing before the inspector.
    for (let i = 0; i < 60 && !(await edit.evaluate((one) => one === document.activeElement)); i += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('HELO keyboard');
    await page.keyboard.press('Control+Enter');
    expect(await client.until(REPLY)).toContain('250 mail.test.com');
    await page
      .getByRole('button', { name: /HELO keyboard/ })
      .first()
      .waitFor();
    client.end();
    await client.closed();
  });

  test('the sheet names the keys', async () => {
    const { page } = app;
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    for (const text of ['Release what is held', 'Release to the next stage', 'Kill the session']) {
      await sheet.getByText(text).waitFor();
    }
  });
});
