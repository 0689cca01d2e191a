/** The tutorial by hand: a session typed line by line, and the window following it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

const log = (page: Page) => page.getByRole('log', { name: 'Telnet conversation' });
const line = (page: Page) => page.getByRole('textbox', { name: 'Line to send' });

/** Types a line, and waits until the answer stands in the log after it. */
async function say(page: Page, text: string, answer: string): Promise<void> {
  await line(page).fill(text);
  await line(page).press('Enter');
  await expect.poll(async () => (await log(page).innerText()).split(text).at(-1)).toContain(answer);
}

describe.each(hosts)('telnet on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
  });
  afterAll(() => app.close());

  test('opening the panel connects, and the new session is the one shown', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Type it yourself' }).click();
    await log(page).getByText('220 mail.test.com ESMTP ready').waitFor();
    await page.getByRole('option', { name: /no recipient yet.*open/, selected: true }).waitFor();
    await expect.poll(() => line(page).evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('a suggestion is put into the line, and Enter sends it', async () => {
    const { page } = app;
    await page.getByRole('group', { name: 'Next:' }).getByRole('button', { name: 'HELO laptop' }).click();
    await expect.poll(() => line(page).inputValue()).toBe('HELO laptop');
    await line(page).press('Enter');
    await log(page).getByText('250 mail.test.com').waitFor();
    await page.getByRole('button', { name: 'MAIL FROM:<dev@test.com>' }).waitFor();
  });

  test('the whole mail goes to human resources, and every line of it is drawn', async () => {
    const { page } = app;
    await say(page, 'MAIL FROM:<dev@test.com>', '250 2.0.0 OK');
    await say(page, 'RCPT TO:<boss@hr.abc.com>', '250');
    await page
      .getByRole('option', { name: /boss@hr\.abc\.com/, selected: true })
      .getByText('→ hr')
      .waitFor();
    await say(page, 'DATA', '354');
    for (const text of ['Subject: typed', '', 'By hand.']) {
      await line(page).fill(text);
      await line(page).press('Enter');
    }
    await say(page, '.', '250');
    await say(page, 'QUIT', 'Connection closed.');
    await page.getByRole('option', { name: /boss@hr\.abc\.com.*relayed 250/, selected: true }).waitFor();
    await expect.poll(() => line(page).isDisabled()).toBe(true);
  });

  test('↑ brings back what was typed, on a new connection too', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Connect again' }).click();
    await expect.poll(() => line(page).isEnabled()).toBe(true);
    await line(page).press('ArrowUp');
    await expect.poll(() => line(page).inputValue()).toBe('QUIT');
    await line(page).press('ArrowDown');
    await expect.poll(() => line(page).inputValue()).toBe('');
  });

  test('suggestions can be switched off and on', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'hide' }).click();
    await page.getByRole('button', { name: 'HELO laptop' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Suggest commands' }).click();
    await page.getByRole('button', { name: 'HELO laptop' }).waitFor();
  });

  test('a drawer opened meanwhile does not end the connection', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Rules' }).click();
    await page.getByRole('heading', { name: 'Rules' }).waitFor();
    await page.getByRole('button', { name: 'Sessions', exact: true }).click();
    await say(page, 'HELO again', '250 mail.test.com');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await log(page).getByText('Connection closed.').waitFor();
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
