/** An edit before it is saved: what it changes of the sessions kept; and why every recipient went where it went. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

/** One connection with several mails, each to these recipients. */
async function mails(app: App, ...all: readonly (readonly string[])[]): Promise<void> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  for (const recipients of all) {
    await client.say('MAIL FROM:<dev@test.com>');
    for (const one of recipients) await client.say(`RCPT TO:<${one}>`);
    await client.say('DATA');
    await client.say('Subject: by hand\r\n\r\nHello!\r\n.');
  }
  await client.say('QUIT');
  await client.closed();
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'Lab file' });
const radius = (page: Page) => page.getByRole('region', { name: 'What this edit changes' });
const rail = (page: Page, name: RegExp) => page.getByRole('navigation').getByRole('button', { name });
const flow = (page: Page) => page.getByRole('region', { name: 'Flow of the session' });

async function replace(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

describe.each(hosts)('before an edit is saved, on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
    await mails(app, ['a@eng.abc.com']);
    await mails(app, ['b@hr.abc.com']);
    await mails(app, ['c@hr.abc.com']);
    await app.page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').nth(2).waitFor();
  });
  afterAll(() => app.close());

  test('the draft of the Lab file says how many sessions it changes, and which, old and new', async () => {
    const { page } = app;
    await rail(page, /^Lab file/).click();
    await editor(page).waitFor();
    await expect.poll(() => radius(page).count()).toBe(0);
    await replace(page, `${app.labText}\n# only a comment\n`);
    await radius(page).getByText('This edit changes no rule, account or upstream.').waitFor();
    await replace(page, app.labText.replace('when: { rcpt: "*@hr.abc.com" }', 'when: { rcpt: "b@hr.abc.com" }'));
    await radius(page).getByText('This edit changes the route of 1 of the 3 sessions kept.').waitFor();
    await radius(page).getByText('Show what changes').click();
    const change = radius(page).getByRole('list', { name: 'Routes that change, old and new' }).getByRole('listitem');
    expect((await change.innerText()).replace(/\s+/g, ' ')).toMatch(
      /was hr by human resources .* will be refused: 550 5\.1\.1 no such recipient here by Otherwise 1 session #\d+ c@hr\.abc\.com/,
    );
    expect((await radius(page).innerText()).replace(/\s+/g, ' ')).toContain('human resources 2 → 1');
  });

  test('a click goes to the session, which says where it would go, and the diagram draws both ways', async () => {
    const { page } = app;
    await radius(page)
      .getByRole('button', { name: /^Go to session \d+, c@hr\.abc\.com$/ })
      .click();
    await page.getByText('Why did c@hr.abc.com go to hr?').waitFor();
    await page
      .getByText('With this edit it would be refused: 550 5.1.1 no such recipient here (by Otherwise).')
      .waitFor();
    await flow(page).getByRole('note').getByText('This edit: hr → refused: 550 5.1.1 no such recipient here').waitFor();
  });

  test('axe finds nothing in the list, the diagram and the Route tab, light or dark', async () => {
    const { page } = app;
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      expect(await findings(page)).toEqual([]);
    }
  });

  test('a broken text says nothing of routes; what is typed next is compared anew', async () => {
    const { page } = app;
    await replace(page, app.labText.replace('route: hr', 'rout: hr'));
    await expect.poll(() => radius(page).count()).toBe(0);
    await replace(page, app.labText.replace('then: { route: hr }', 'then: { route: eng }'));
    await radius(page).getByText('This edit changes the route of 2 of the 3 sessions kept.').waitFor();
  });

  test('applied and not saved, sessions say that the rules were edited since', async () => {
    const { page } = app;
    await page.keyboard.press('Control+Enter');
    await page.getByText('Edited since: today it would go to eng (by human resources).').waitFor();
    await flow(page).getByRole('note').getByText('Edited since: hr → eng').waitFor();
    await radius(page).getByText('This edit changes the route of 2 of the 3 sessions kept.').waitFor();
    await rail(page, /^Rules/).click();
    await radius(page).getByText('This edit changes the route of 2 of the 3 sessions kept.').waitFor();
    expect(app.errors).toEqual([]);
  });
});

describe('why this route, for every recipient', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText });
    await mails(app, ['a@eng.abc.com', 'b@hr.abc.com'], ['c@hr.abc.com', 'd@eng.abc.com']);
    await app.page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').first().click();
    await app.page.getByRole('tab', { name: 'Route' }).click();
  });
  afterAll(() => app.close());

  test('what a rule would choose stands against where it really went, with C1 and C2', async () => {
    const { page } = app;
    const table = page.getByRole('table', { name: 'Recipients on this connection' });
    await table.getByText('C2').waitFor();
    const rows = await table.getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
      'recipient rule would choose really went to reply',
      'a@eng.abc.com mail 1, looked up eng eng ✓ 250',
      'b@hr.abc.com mail 1, followed, not looked up hr eng ⚠ C1 250',
      'c@hr.abc.com mail 2, followed, not looked up hr eng ⚠ C2 250',
      'd@eng.abc.com mail 2, followed, not looked up eng eng ✓ 250',
    ]);
    await page.getByText(/^⚠ C1: the rules would have chosen another way/).waitFor();
    await page.getByText(/^⚠ C2: a later mail on the same connection is not looked up again/).waitFor();
  });

  test('the way to try another address is one button', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Try another address' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-focus'))).toBe('try');
  });
});
