/** What a newcomer meets: an empty lab that says what to do, and the first session at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

describe('first start of a lab in which mail is only read', () => {
  let app: App;
  beforeAll(async () => {
    const labText = tutorialText
      .replace('protocol   smtp;', 'protocol   imap;')
      .replace(/ +smtp_auth +none;\n/, '')
      .replace(/\ntests:[\s\S]*$/, '\n');
    app = await launch('browser', { labText });
  });
  afterAll(() => app.close());

  test('says how to log in, and not that nothing listens', async () => {
    const { page } = app;
    const { port } = app.listener('proxy');
    await page.getByRole('heading', { name: 'Nothing yet.' }).waitFor();
    await page.getByText(`curl imap://127.0.0.1:${port}/INBOX -u USER:PASSWORD`).waitFor();
    await page.getByText(`IMAP: server 127.0.0.1, port ${port}, no encryption`).waitFor();
    await page.getByRole('button', { name: 'Try a login…' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe.each(hosts)('first start on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
  });
  afterAll(() => app.close());

  test('the header names the lab and every listener with its state', async () => {
    const { page } = app;
    await page.getByRole('heading', { level: 1, name: 'NGINX mail proxy tutorial' }).waitFor();
    const chips = page.getByRole('list', { name: 'Listeners' }).getByRole('button');
    await expect.poll(() => chips.allInnerTexts()).toHaveLength(4);
    expect((await chips.allTextContents()).map((text) => text.replace(/\d+$/, ''))).toEqual([
      `smtp 127.0.0.1:${app.listener('proxy').port} listening`,
      `auth 127.0.0.1:${app.listener('auth').port} listening`,
      `eng ${app.listener('eng').port} listening`,
      `hr ${app.listener('hr').port} listening`,
    ]);
  });

  test('a chip tells what nginx would do otherwise', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^smtp 127/ }).click();
    await page.getByText('nginx would listen on every interface here').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('nginx would listen on every interface here').waitFor({ state: 'hidden' });
  });

  test('the empty list has something to click and something to copy', async () => {
    const { page } = app;
    const { port } = app.listener('proxy');
    await page.getByRole('heading', { name: 'Nothing yet.' }).waitFor();
    await page.getByText(`telnet 127.0.0.1 ${port}`).waitFor();
    for (const name of ['telnet', 'swaks', 'curl']) {
      await page
        .getByRole('button', { name: `Copy ${name}` })
        .first()
        .waitFor();
    }
    await page.getByText(`http://127.0.0.1:${app.listener('auth').port}`).waitFor();
  });

  test('one click sends a mail, and its session is there, selected', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Send a sample mail' }).click();
    const row = page.getByRole('option', { name: /user@eng\.abc\.com/, selected: true });
    await row.getByText('relayed 250').waitFor();
    await row.getByText('→ eng').waitFor();
    await page.getByRole('status').getByText('Accepted for user@eng.abc.com').waitFor();
    await page.getByRole('contentinfo').getByText('1 session', { exact: true }).waitFor();
  });

  test('a session from outside joins the list without taking the place of the one being looked at', async () => {
    const { page } = app;
    await page.getByRole('option', { name: /user@eng/ }).click();
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    await client.say('HELO laptop');
    await client.say('MAIL FROM:<dev@test.com>');
    await client.say('RCPT TO:<who@nowhere.invalid>');
    await client.closed();
    await page.getByRole('option', { name: /who@nowhere\.invalid/, selected: false }).waitFor();
    await page.getByRole('option', { name: /user@eng/, selected: true }).waitFor();
  });

  test('a filter that hides everything says so, and can be cleared', async () => {
    const { page } = app;
    const filter = page.getByRole('textbox', { name: 'Filter sessions' });
    await filter.fill('to:nobody@here.test');
    await page.getByText('No sessions match. 2 hidden.').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    await expect.poll(() => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').count()).toBe(2);
    await filter.fill('code:9');
    await page.getByText('code:9 is not a reply code').waitFor();
    await filter.fill('outcome:rejected');
    await page.getByText('1 of 2 sessions').waitFor();
    await expect
      .poll(() => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').allInnerTexts())
      .toHaveLength(1);
    await filter.press('Escape');
    await expect.poll(() => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').count()).toBe(2);
  });

  test('a row can be filtered by, from its menu', async () => {
    const { page } = app;
    await page.getByRole('option', { name: /who@nowhere/ }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy as…' }).waitFor();
    await page.getByRole('menuitem', { name: 'Filter by this recipient' }).click();
    await expect.poll(() => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await expect.poll(() => page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').count()).toBe(2);
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
