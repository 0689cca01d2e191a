/** Everybody can use the window: axe finds nothing in any view of either scheme, and the keyboard reaches everything. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';

const press = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
};

/** Each view, and how to get there from the one before. */
const views: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
  ['the first start', async (page) => page.getByText('Nothing yet.').waitFor()],
  [
    'a session',
    async (page) => {
      await press('Send a sample mail')(page);
      await page.getByRole('option', { name: /relayed 250/ }).waitFor();
    },
  ],
  ['the send dialog', press('Send mail…')],
  [
    'the help of the filter',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press('How to filter')(page);
      await page.getByRole('textbox', { name: 'Filter sessions' }).fill('code:9');
      await page.getByText('is not a reply code').waitFor();
    },
  ],
  [
    'the telnet panel',
    async (page) => {
      await press('Clear the filter')(page);
      await press('Telnet')(page);
      await page.getByRole('log').getByText('220').waitFor();
    },
  ],
  [
    'the rules',
    async (page) => {
      await press('Rules')(page);
      await page.getByRole('textbox', { name: 'recipient' }).fill('user@hr.abc.com');
      await page.getByText('matched: this rule decides').waitFor();
      await page.getByText('The HTTP request and answer').click();
    },
  ],
  [
    'the lab file with problems',
    async (page) => {
      await press('Lab file')(page);
      await page.getByRole('textbox', { name: 'Lab file' }).click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.insertText('nonsense: 1\n');
      await page.locator('.cm-lintRange-error').first().waitFor();
      await press('Apply')(page);
      await page.getByText(/^Not applied:/).waitFor();
    },
  ],
  [
    'the messages',
    async (page) => {
      await press('Revert')(page);
      await press('Messages')(page);
      await page.getByRole('region', { name: 'Envelope' }).waitFor();
    },
  ],
  [
    'saving a test',
    async (page) => {
      await press('Rules')(page);
      await page.getByRole('textbox', { name: 'recipient' }).fill('user@hr.abc.com');
      await press('Save as test…')(page);
      await page.getByRole('dialog', { name: 'Save as test' }).waitFor();
    },
  ],
  [
    'the tests, one of which fails',
    async (page) => {
      await press('Save test')(page);
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press('Lab file')(page);
      await page.getByRole('textbox', { name: 'Lab file' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.insertText(
        '  - { name: wrong, lookup: { rcpt: x@y }, expect: { rule: engineering, reject: 550 } }\n',
      );
      await press('Tests, 1 fails')(page);
      await press('Why: wrong')(page);
      await page.getByText('rule: expected engineering, got otherwise').waitFor();
    },
  ],
  [
    'the settings',
    async (page) => {
      await press('Lab file')(page);
      await press('Revert')(page);
      await press('Settings')(page);
    },
  ],
  [
    'faults of the auth service, one of them armed',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press(/^auth 127/)(page);
      await press('Make it fail…')(page);
      await press('Arm')(page);
      await press('Clear no answer')(page);
      await press('Arm')(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Clear all faults' }).waitFor();
    },
  ],
  [
    'the header with a fault',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: '1 fault armed', exact: true }).waitFor();
    },
  ],
  [
    'an exam',
    async (page) => {
      await press('Clear all faults')(page);
      await press(/^auth 127/)(page);
      await press('Examine…')(page);
      await press('Examine')(page);
      await page.getByText('Passed.').waitFor();
    },
  ],
  [
    'the shortcuts',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press('Keys')(page);
    },
  ],
  [
    'a listener',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press(/^smtp 127/)(page);
      await page.getByText('nginx would listen').waitFor();
    },
  ],
];

describe.each(['light', 'dark'] as const)('axe, %s', (colorScheme) => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText, context: { colorScheme, reducedMotion: 'reduce' } });
  });
  afterAll(() => app.close());

  test('the scheme is the one asked for', async () => {
    await app.page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    const ground = await app.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const brightness = Math.max(...(ground.match(/\d+/g) ?? []).map(Number));
    expect(brightness > 128).toBe(colorScheme === 'light');
  });

  test.each(views)('%s', async (_name, go) => {
    await go(app.page);
    expect(await findings(app.page)).toEqual([]);
  });
});

describe('the keyboard', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText });
    await app.page.getByRole('button', { name: 'Send a sample mail' }).click();
    await app.page.getByRole('option', { name: /relayed 250/ }).waitFor();
  });
  afterAll(() => app.close());

  const focused = () => app.page.evaluate(() => document.activeElement?.getAttribute('data-focus') ?? '');
  const shown = (name: string) => app.page.getByRole('dialog', { name });

  test('? opens the sheet of shortcuts, Escape closes it', async () => {
    await app.page.keyboard.press('?');
    await shown('Keys').waitFor();
    await app.page.keyboard.press('Escape');
    await shown('Keys').waitFor({ state: 'hidden' });
  });

  test('Ctrl and a digit open the places; Escape closes the drawer and gives the focus back to the rail', async () => {
    const { page } = app;
    for (const [digit, name, place] of [
      ['2', 'Rules', 'rules'],
      ['3', 'Lab file', 'lab'],
      ['4', 'Upstreams', 'upstreams'],
      ['5', 'Messages', 'messages'],
      ['6', 'Tests', 'tests'],
    ] as const) {
      await page.keyboard.press(`Control+${digit}`);
      await page.getByRole('heading', { name, level: 2 }).waitFor();
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-pane')), { message: name })
        .toBe('left');
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name, level: 2 }).waitFor({ state: 'hidden' });
      await expect.poll(focused).toBe(`rail-${place}`);
    }
  });

  test('/ goes to the filter, where letters are text; T to the box for trying', async () => {
    const { page } = app;
    await page.keyboard.press('/');
    await expect.poll(focused).toBe('filter');
    await page.keyboard.type('jt?');
    await expect.poll(() => page.getByRole('textbox', { name: 'Filter sessions' }).inputValue()).toBe('jt?');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await expect.poll(focused).toBe('try');
    await page.getByRole('button', { name: 'Close Rules' }).click();
  });

  test('J and the arrows walk the list', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Enter');
    await shown('Send a test mail').getByRole('button', { name: 'to human resources' }).click();
    await page.keyboard.press('Control+Enter');
    const [hr, eng] = [/user@hr\.abc\.com/, /user@eng\.abc\.com/];
    await page.getByRole('option', { name: hr, selected: true }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('option', { name: eng, selected: true }).waitFor();
    const list = page.getByRole('listbox', { name: 'Sessions' });
    await list.focus();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('option', { name: hr, selected: true }).waitFor();
    const active = await list.getAttribute('aria-activedescendant');
    await expect.poll(() => page.getByRole('option', { name: hr }).getAttribute('id')).toBe(active);
  });

  test('F6 goes around the panes and back', async () => {
    const { page } = app;
    const pane = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.getByRole('listbox', { name: 'Sessions' }).focus();
    const around: (string | null | undefined)[] = [];
    for (let i = 0; i < 4; i += 1) {
      await page.keyboard.press('F6');
      around.push(await pane());
    }
    expect(around).toEqual(['Diagram', 'Steps', 'Inspector', 'Sessions']);
    await page.keyboard.press('Shift+F6');
    await expect.poll(() => pane()).toBe('Inspector');
  });

  test('the diagram: Tab enters, arrows walk, Enter opens, Space fills a gate, Escape leaves', async () => {
    const { page } = app;
    const at = () => page.evaluate(() => document.activeElement?.getAttribute('data-node') ?? null);
    const parts = page.getByRole('group', { name: /^Flow diagram of session \d+/ });
    await page.getByRole('group', { name: 'Diagram', exact: true }).focus();
    for (let i = 0; i < 12 && (await at()) === null; i += 1) await page.keyboard.press('Tab');
    await expect.poll(() => at()).toBe('client');
    await page.keyboard.press('ArrowRight');
    await expect.poll(at).toBe('gate:C>P');
    const gate = parts.locator('[data-node="gate:C>P"]');
    await expect.poll(() => gate.getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press('Space');
    await expect.poll(() => gate.getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Space');
    await expect.poll(() => gate.getAttribute('aria-pressed')).toBe('false');
    for (let i = 0; i < 4 && (await at()) !== 'proxy'; i += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => at()).toBe('proxy');
    await page.keyboard.press('Enter');
    await expect.poll(() => parts.locator('[data-node="proxy"]').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    const pane = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await expect.poll(() => pane()).toBe('Diagram');
    const list = page.getByRole('listbox', { name: 'Sessions' });
    await expect.poll(() => list.getByRole('option', { selected: true }).count()).toBe(1);
  });

  test('a folded inspector is not reached by Tab; F6 opens it', async () => {
    const { page } = app;
    const tab = page.getByRole('tab', { name: 'Why' });
    await page.getByRole('button', { name: 'Messages', exact: true }).click();
    await tab.waitFor({ state: 'hidden' });
    for (let i = 0; i < 4 && !(await tab.isVisible()); i += 1) await page.keyboard.press('F6');
    await tab.waitFor();
    await page.getByRole('button', { name: 'Close Messages' }).click();
  });

  test('single keys can be switched off, for good', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Settings' }).click();
    const toggle = page.getByRole('switch', { name: /^Single-key shortcuts/ });
    await toggle.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => toggle.isChecked()).toBe(false);
    await page.keyboard.press('Escape');
    await shown('Settings').waitFor({ state: 'hidden' });
    await page.reload();
    await page.getByRole('option', { name: /user@hr/ }).waitFor();
    await page.keyboard.press('?');
    await page.keyboard.press('Control+Enter');
    await shown('Send a test mail').waitFor();
    await expect.poll(() => shown('Keys').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  test('the theme is chosen in the settings, and kept', async () => {
    const { page } = app;
    await shown('Send a test mail').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Settings' }).click();
    await shown('Settings').getByText('Dark', { exact: true }).click();
    await expect.poll(() => page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await page.reload();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  });

  test('panes are resized by keyboard, and remember it', async () => {
    const { page } = app;
    const handle = page.getByRole('separator', { name: 'Width of the left pane' });
    await handle.focus();
    const before = Number(await handle.getAttribute('aria-valuenow'));
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => Number(await handle.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
    const after = Number(await handle.getAttribute('aria-valuenow'));
    await page.reload();
    await expect
      .poll(async () => Math.round(Number(await handle.getAttribute('aria-valuenow'))))
      .toBe(Math.round(after));
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});

test('at 1024 × 640 nothing runs out of the window', async () => {
  const app = await launch('browser', { labText: tutorialText, context: { viewport: { width: 1024, height: 640 } } });
  try {
    const { page } = app;
    const fits = () =>
      page.evaluate(() => {
        const outside = [...document.querySelectorAll<HTMLElement>('[data-pane], header, footer, nav')].filter(
          (one) => {
            const box = one.getBoundingClientRect();
            return box.width > 0 && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
          },
        );
        return outside.map((one) => one.getAttribute('aria-label') ?? one.tagName);
      });
    await page.getByText('Nothing yet.').waitFor();
    expect(await fits()).toEqual([]);
    for (const name of ['Rules', 'Lab file', 'Messages', 'Telnet']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.getByRole('heading', { name, level: 2 }).waitFor();
      expect(await fits(), name).toEqual([]);
      const diagram = await page.getByRole('group', { name: 'Diagram', exact: true }).boundingBox();
      expect(diagram?.width, name).toBeGreaterThanOrEqual(399);
    }
  } finally {
    await app.close();
  }
});
