/** A load and a scripted dialogue, from the form to their sessions, in the browser and as the desktop app. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';

const lab = readFileSync(join(import.meta.dirname, '../../examples/three-protocols.lab.yaml'), 'utf8');

const clean = async (app: App, scheme: 'light' | 'dark') => {
  await app.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await app.page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
  // What has just opened may still be on its way to its colours.
  await expect.poll(async () => JSON.stringify(await findings(app.page))).toBe('[]');
};

describe.each(hosts)('many sessions and written dialogues on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: lab, context: { reducedMotion: 'reduce' } });
  });
  afterAll(() => app.close());

  const open = async (link: string, title: string) => {
    await app.page.getByRole('button', { name: 'Send mail…' }).click();
    await app.page.getByRole('button', { name: link }).click();
    const dialog = app.page.getByRole('dialog', { name: title });
    await dialog.waitFor();
    return dialog;
  };

  test('a load with mistakes is not sent, and all of them are told', async () => {
    const dialog = await open('Send a load…', 'Send a load');
    await dialog.getByRole('textbox', { name: 'Sessions', exact: true }).fill('0');
    await dialog.getByRole('textbox', { name: 'Open at once' }).fill('99999');
    await dialog.getByRole('textbox', { name: 'Recipients' }).fill('');
    await dialog.getByRole('checkbox', { name: /^imap/ }).check();
    await dialog.getByRole('button', { name: 'Start' }).click();
    const alert = dialog.getByRole('alert');
    await alert.getByText('The number of sessions is a whole number from 1 to 100,000.').waitFor();
    await alert.getByText('Sessions open at once are a whole number from 1 to 2,000.').waitFor();
    await alert.getByText('Say to whom the mails go').waitFor();
    await alert.getByText('Say who logs in').waitFor();
    await dialog.getByText('Size, order, patience, sender').click();
    await clean(app, 'dark');
    await clean(app, 'light');
  });

  test('a mixed load runs while the window lives on, and shows what came of it', async () => {
    const { page } = app;
    const dialog = page.getByRole('dialog', { name: 'Send a load' });
    await dialog.getByRole('textbox', { name: 'Sessions', exact: true }).fill('60');
    // It must still run when the dialog is closed, on a slow machine too.
    await dialog.getByRole('textbox', { name: 'Sessions a second' }).fill('6');
    await dialog.getByRole('textbox', { name: 'Open at once' }).fill('20');
    await dialog.getByRole('textbox', { name: 'Recipients' }).fill('ann@eng.abc.com 2\nwho@nowhere.test');
    await dialog.getByRole('textbox', { name: 'Accounts' }).fill('ann@eng.abc.com one\nbob@hr.abc.com two');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByRole('progressbar', { name: 'Sessions that are over' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^Load: \d+ of 60$/ }).click();
    await dialog.getByText('Done: 10 of 60 sessions failed').waitFor();
    const outcomes = dialog.getByRole('list', { name: 'What came of them' });
    await outcomes.getByText('SMTP failed at RCPT: 550 5.1.1 no such recipient here').waitFor();
    await outcomes.getByText('IMAP done: OK').waitFor();
    await dialog.getByRole('list', { name: 'Where they went' }).getByText('hr').waitFor();
    await dialog.getByRole('img', { name: /^Sessions that ended over \d+ seconds/ }).waitFor();
    await dialog.getByText('As a table').first().click();
    await dialog
      .getByRole('region', { name: 'Sessions ended, a second' })
      .getByRole('cell', { name: '0', exact: true })
      .first()
      .waitFor();
    await clean(app, 'dark');
    await clean(app, 'light');
  });

  test('the next one stands beside it, can be stopped, and its sessions are one filter away', async () => {
    const { page } = app;
    const dialog = page.getByRole('dialog', { name: 'Send a load' });
    await dialog.getByRole('button', { name: 'Another one…' }).click();
    await dialog.getByRole('textbox', { name: 'Sessions', exact: true }).fill('5000');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByRole('rowheader', { name: 'Before, 1' }).waitFor();
    await dialog.getByText(/^[1-9][\d,]* of 5,000 over/).waitFor();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await dialog.getByText('Stopped', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Another one…' }).click();
    await dialog.getByRole('button', { name: 'Back to the last result' }).click();
    await dialog.getByRole('button', { name: 'Show these sessions' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText(/^\d+ of \d+ sessions$/).waitFor();
    // It may have been stopped after its first session.
    const filter = page.getByRole('textbox', { name: /Filter/ });
    await expect.poll(() => filter.inputValue()).toMatch(/^id:\d+(\.\.\d+)?( |$)/);
    await filter.fill('');
  });

  test('a script is run, and the line that was not answered as it should be is told', async () => {
    const dialog = await open('Run a script…', 'Run a script');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText(/^✓ All \d+ steps as they should be$/).waitFor();
    const text = dialog.getByRole('textbox', { name: 'Script' });
    await text.fill('< 220*\n> HELO me\n< 250*\n> MAIL FROM:<a@b.c>\n< 250*\n> RCPT TO:<who@nowhere.test>\n< 250*\n');
    await text.press('Control+Enter');
    const alert = dialog.getByRole('alert');
    await alert.getByText('✗ Line 7 was not answered as it should be').waitFor();
    await alert.getByText('550 5.1.1 no such recipient here').waitFor();
    await dialog.getByText('How a script is written').click();
    await clean(app, 'dark');
    await clean(app, 'light');
    await text.fill('HELO me\n< 220\n> $nobody');
    const problems = dialog.getByRole('list', { name: 'Problems of the script' });
    await problems.getByText('Line 1: A step begins with').waitFor();
    await problems.getByText('Line 3: $nobody is not known here').waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
    await clean(app, 'light');
  });

  test('a script comes from a file, and from a session', async () => {
    const { page } = app;
    const dialog = page.getByRole('dialog', { name: 'Run a script' });
    await dialog.locator('input[type=file]').setInputFiles({
      ...{ name: 'odd.txt', mimeType: 'text/plain', buffer: Buffer.from('< 220*\n> QUIT\n< 221*\nclosed\n') },
    });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('✓ All 4 steps as they should be').waitFor();
    await dialog.getByRole('button', { name: /^Show session #/ }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Copy as…' }).click();
    await page.getByRole('button', { name: 'Make a script of it…' }).click();
    await dialog.waitFor();
    await expect
      .poll(() => dialog.getByRole('textbox', { name: 'Script' }).inputValue())
      .toBe('< 220*\n> QUIT\n< 221*\n');
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.getByText('✓ All 3 steps as they should be').waitFor();
    await page.keyboard.press('Escape');
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
