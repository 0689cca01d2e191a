/**
 * axe finds nothing in what the other walks do not reach: the tabs of a message and of the inspector, menus, the
 * dialogs of sessions, what is held, replays, ladders, failures. Wide and light, then small and dark; and everywhere
 * it is looked whether anything sticks out of the window.
 */
import { createServer, type Server } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';
import { arm, begin, held, standsAt, type Watched } from './fixtures/gates.ts';
import { listenerOf } from './fixtures/listeners.ts';
import { withFreePorts } from './fixtures/ports.ts';

type Reach = (app: App) => Promise<unknown>;

const press = (page: Page, name: string | RegExp) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

/** Closes whatever is open, and no more: one Escape too many would let go of the session. */
async function quit({ page }: App): Promise<void> {
  const dialog = page.getByRole('dialog');
  for (const open of [page.getByRole('menu'), dialog]) {
    if ((await open.count()) === 0) continue;
    await page.keyboard.press('Escape');
    await open.waitFor({ state: 'hidden' });
  }
}

/** The session that the walk is about. */
async function chosen(app: App): Promise<void> {
  await quit(app);
  await app.page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').last().click();
}

const inspect =
  (tab: string): Reach =>
  ({ page }) =>
    page.getByRole('region', { name: 'Inspector' }).getByRole('tab', { name: tab, exact: true }).click();

const read =
  (tab: string | RegExp): Reach =>
  ({ page }) =>
    page.getByRole('article').getByRole('tab', { name: tab }).click();

async function menuOfSession(app: App): Promise<void> {
  await quit(app);
  await press(app.page, 'Sessions');
  await app.page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').last().click({ button: 'right' });
  await app.page.getByRole('menu').waitFor();
}

/** The views of a session that went well, and its mail. */
const ofSession: readonly (readonly [string, Reach])[] = [
  ['its route', inspect('Route')],
  ['its lookups', inspect('Auth')],
  ['its message', inspect('Message')],
  ['what nginx logs', inspect('Log')],
  ['its bytes in hex', ({ page }) => page.getByRole('button', { name: 'Hex', exact: true }).click()],
  ['a part of the diagram', ({ page }) => press(page, /^Proxy, /)],
  ['its menu', menuOfSession],
  [
    'its copy as a command',
    async (app) => {
      await app.page.getByRole('menuitem', { name: 'Copy as…' }).click();
      await app.page.getByRole('dialog').getByText('swaks --server').waitFor();
    },
  ],
  [
    'the breakpoint for a line',
    async (app) => {
      await chosen(app);
      const transcript = app.page.getByRole('region', { name: 'Transcript' });
      await transcript
        .getByRole('button', { name: /RCPT TO/ })
        .first()
        .click({ button: 'right' });
      await app.page.getByRole('menuitem', { name: 'Break here next time…' }).click();
      await app.page.getByRole('dialog').waitFor();
    },
  ],
  [
    'the breakpoints',
    async (app) => {
      await press(app.page, 'Set the breakpoint');
      await app.page.getByRole('dialog').waitFor({ state: 'hidden' });
      await press(app.page, /^1 breakpoint|^Breakpoints/);
      await app.page.getByRole('button', { name: /^Clear the breakpoint/ }).waitFor();
    },
  ],
  [
    'the form of a login',
    async (app) => {
      // It would hold the session that is sent again.
      await press(app.page, /^Clear the breakpoint/);
      await app.page.keyboard.press('Escape');
      await press(app.page, 'Send mail…');
      await press(app.page, 'Try a login instead…');
      await app.page.getByRole('dialog', { name: 'Try a login' }).waitFor();
    },
  ],
  [
    'the ladder',
    async (app) => {
      await chosen(app);
      await press(app.page, 'Ladder');
      await app.page.getByRole('region', { name: 'Ladder of the session' }).waitFor();
    },
  ],
  [
    'the ladder as a file',
    async (app) => {
      await press(app.page, 'Print or save the ladder');
      await app.page.getByRole('dialog').waitFor();
    },
  ],
  [
    'the machine that spoke',
    async (app) => {
      await quit(app);
      await press(app.page, 'Ladder');
      await press(app.page, 'Machine');
      await app.page.getByRole('region', { name: 'State diagram' }).waitFor();
    },
  ],
  [
    'its replay',
    async (app) => {
      await press(app.page, 'Machine');
      await menuOfSession(app);
      await app.page.getByRole('menuitem', { name: 'Replay', exact: true }).click();
      await app.page.getByText('REPLAY').first().waitFor();
    },
  ],
  [
    'sending it again',
    async (app) => {
      await menuOfSession(app);
      await app.page.getByRole('menuitem', { name: 'Send again…' }).click();
      await app.page.getByRole('dialog', { name: /^Send session/ }).waitFor();
    },
  ],
  [
    'what it is compared with',
    async (app) => {
      await app.page.getByRole('button', { name: 'Send again', exact: true }).click();
      await app.page.getByRole('dialog', { name: 'Compare two sessions' }).waitFor();
    },
  ],
  [
    'its export',
    async (app) => {
      await menuOfSession(app);
      await app.page.getByRole('menuitem', { name: 'Export session…' }).click();
      await app.page.getByRole('dialog', { name: 'Export sessions' }).waitFor();
    },
  ],
  [
    'the form of a load',
    async (app) => {
      await quit(app);
      await press(app.page, 'Send mail…');
      await press(app.page, 'Send a load…');
      await app.page.getByRole('dialog', { name: 'Send a load' }).waitFor();
    },
  ],
  [
    'the export',
    async (app) => {
      await quit(app);
      await press(app.page, 'Lab file');
      await press(app.page, 'Export…');
      await app.page.getByRole('dialog', { name: 'Export to nginx' }).waitFor();
    },
  ],
  [
    'a mail: its envelope',
    async (app) => {
      await quit(app);
      await press(app.page, 'Messages');
      await app.page.getByRole('region', { name: 'Envelope' }).waitFor();
    },
  ],
  ['a mail: HTML', read('HTML')],
  ['a mail: text', read('Text')],
  ['a mail: MIME', read('MIME')],
  ['a mail: source', read('Source')],
  ['a mail: attachments', read(/^Attachments/)],
];

let watched: Watched;

/** The views of a session that is held. */
const ofHeld: readonly (readonly [string, Reach])[] = [
  [
    'a command at its gate',
    async (app) => {
      await press(app.page, 'Sessions');
      watched = await begin(app);
      await arm(app.page, 'C→P', watched.session);
      await arm(app.page, 'A→P', watched.session);
      watched.client.write('RCPT TO:<user@eng.abc.com>\r\n');
      await standsAt(app.page, watched.session, 'C→P', 'RCPT TO:<user@eng.abc.com>');
    },
  ],
  ['a command that is changed', ({ page }) => press(page, 'Edit…')],
  [
    'an answer of the auth service that is changed',
    async (app) => {
      await quit(app);
      const panel = held(app.page, watched.session);
      await panel.getByRole('button', { name: 'Release', exact: true }).click();
      await standsAt(app.page, watched.session, 'A→P', 'Auth-Status: OK');
      await press(app.page, 'Edit…');
    },
  ],
  [
    'an answer in the proxy’s place',
    async (app) => {
      await quit(app);
      await press(app.page, 'Answer…');
    },
  ],
  [
    'the list of what is held',
    async (app) => {
      await app.page.keyboard.press('Escape');
      await press(app.page, '1 held');
      await app.page.getByRole('list', { name: 'What is held' }).waitFor();
    },
  ],
  [
    'killing it',
    async (app) => {
      await app.page.keyboard.press('Escape');
      await press(app.page, 'Kill session');
      await app.page.getByRole('button', { name: 'Kill it' }).waitFor();
    },
  ],
];

/** The views of a session that went wrong, in a lab one of whose ports is taken. */
const ofFailure: readonly (readonly [string, Reach])[] = [
  ['a listener that could not be had', ({ page }) => press(page, /could not|failed|in use|hr/)],
  [
    'why a mail did not arrive',
    async (app) => {
      await quit(app);
      await press(app.page, 'Send a sample mail');
      await app.page.getByRole('option', { name: /451/, selected: true }).waitFor();
      await app.page.getByRole('region', { name: 'What really happened' }).waitFor();
    },
  ],
  ['its route', inspect('Route')],
];

async function look({ page, errors }: App): Promise<void> {
  // Menus and hints hang at the page's end, outside of every landmark, until they are closed.
  const hangs = ({ id, nodes }: { readonly id: string; readonly nodes: readonly string[] }) =>
    id === 'region' && nodes.every((html) => html.includes('data-portal="true"'));
  expect((await findings(page)).filter((one) => !hangs(one))).toEqual([]);
  const outside = await page.evaluate(() => {
    const scrolls = (one: Element | null): boolean =>
      one !== null && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    const reaches = (one: Element) => {
      const box = one.getBoundingClientRect();
      return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1) && !scrolls(one.parentElement);
    };
    // What scrolls shows the rest of itself when the focus comes there.
    const controls = [...document.querySelectorAll('button, input, select, textarea, a[href], [role="tab"]')];
    return controls
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && reaches(one))
      .map((one) => one.outerHTML.slice(0, 120));
  });
  expect(outside).toEqual([]);
  expect(errors).toEqual([]);
}

const schemes = [
  ['light', 1280, 800],
  ['dark', 1024, 640],
] as const;

const context = (colorScheme: 'light' | 'dark', width: number, height: number) =>
  ({ colorScheme, viewport: { width, height }, reducedMotion: 'reduce' }) as const;

describe.each(schemes)('a session and its mail, %s, %i × %i', (scheme, width, height) => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText, context: context(scheme, width, height) });
    await press(app.page, 'Send a sample mail');
    await app.page.getByRole('option', { name: /relayed 250/ }).waitFor();
  });
  afterAll(() => app.close());

  test.each(ofSession)('%s', async (_name, reach) => {
    await reach(app);
    await look(app);
  });
});

describe.each(schemes)('what is held, %s, %i × %i', (scheme, width, height) => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText, context: context(scheme, width, height) });
  });
  afterAll(async () => {
    watched.client.reset();
    await app.close();
  });

  test.each(ofHeld)('%s', async (_name, reach) => {
    await reach(app);
    await look(app);
  });
});

describe.each(schemes)('what goes wrong, %s, %i × %i', (scheme, width, height) => {
  let app: App;
  let squatter: Server;
  beforeAll(async () => {
    const labText = await withFreePorts(
      tutorialText.replace(/eng: \{ smtp: (\S+) \}/, 'eng: { smtp: $1, external: true }'),
    );
    const { host, port } = listenerOf(labText, 'hr');
    squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port, host, resolve));
    app = await launch('browser', { labText, keepPorts: true, context: context(scheme, width, height) });
  });
  afterAll(async () => {
    await app.close();
    await new Promise((resolve) => squatter.close(resolve));
  });

  test.each(ofFailure)('%s', async (_name, reach) => {
    await reach(app);
    await look(app);
  });
});
