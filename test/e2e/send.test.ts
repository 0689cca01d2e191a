/** Sending test mails from the window, and reading what arrived. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

describe.each(hosts)('send on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
  });
  afterAll(() => app.close());

  const open = async () => {
    await app.page.getByRole('button', { name: 'Send mail…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Send a test mail' });
    await dialog.waitFor();
    return dialog;
  };

  test('the dialog shows the same mail as a swaks command, as it is typed', async () => {
    const dialog = await open();
    await dialog.getByText(`--port ${app.listener('proxy').port}`).waitFor();
    await dialog.getByText('--to user@eng.abc.com').waitFor();
    await dialog.getByRole('button', { name: 'to both at once' }).click();
    await dialog.getByText('--to user@eng.abc.com,user@hr.abc.com').waitFor();
    await dialog.getByRole('textbox', { name: 'Subject' }).fill("it's for both");
    await dialog.getByText(/^swaks .*'Subject: it'\\''s for both'/).waitFor();
    await dialog.getByText(/^printf .*'Subject: it'\\''s for both'.*\| curl /).waitFor();
  });

  test('two recipients, one upstream: the session opens with both, and eng has the message', async () => {
    const dialog = app.page.getByRole('dialog', { name: 'Send a test mail' });
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    const row = app.page.getByRole('option', { name: /user@eng\.abc\.com \+1/, selected: true });
    await row.getByText('→ eng').waitFor();
    await app.page.getByRole('status').getByText('Accepted for 2 recipients').waitFor();
  });

  test('an address no rule knows is refused, and the reply is said', async () => {
    const dialog = await open();
    await dialog.getByRole('button', { name: 'to nobody’s address' }).click();
    await app.page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'hidden' });
    await app.page.getByRole('option', { name: /who@nowhere\.invalid.*rejected 550/, selected: true }).waitFor();
    const status = app.page.getByRole('status').getByText('Refused: who@nowhere.invalid');
    await status.waitFor();
    await expect.poll(() => status.innerText()).toContain('550 5.1.1 no such recipient here');
  });

  test('the message stands in its upstream with the envelope beside the headers, and leads back to its session', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Messages' }).click();
    await page.getByRole('button', { name: 'hr, 0 messages' }).click();
    await page.getByText('No message has reached hr yet.').waitFor();
    await page.getByRole('button', { name: 'eng, 1 message' }).click();
    const message = page.getByRole('article', { name: "it's for both" });
    const envelope = message.getByRole('region', { name: 'Envelope' });
    await envelope.getByText('user@hr.abc.com').waitFor();
    await message.getByRole('region', { name: 'Headers' }).getByText('Message-ID').waitFor();
    await message.getByRole('tab', { name: 'Text' }).click();
    await message.getByText('Which server will this reach?').waitFor();
    await message.getByRole('button', { name: /^Session #/ }).click();
    await page.getByRole('option', { name: /user@eng\.abc\.com \+1/, selected: true }).waitFor();
  });

  test('a long mail leaves the button in sight', async () => {
    const dialog = await open();
    await dialog.getByRole('textbox', { name: 'Text' }).fill('a line\n'.repeat(200));
    await dialog.getByText('a line\\na line').waitFor();
    const button = await dialog.getByRole('button', { name: 'Send', exact: true }).boundingBox();
    const height = await app.page.evaluate(() => window.innerHeight);
    expect((button?.y ?? height) + (button?.height ?? 0)).toBeLessThanOrEqual(height);
    await app.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('Ctrl+Enter opens the dialog, Escape closes it and gives the focus back', async () => {
    const { page } = app;
    const button = page.getByRole('button', { name: 'Telnet' });
    await button.focus();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog', { name: 'Send a test mail' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
