/** Pitfalls in the window: those a session ran into, and those that wait in the lab file. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings as axe } from './fixtures/axe.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

const labText = tutorialText.replace('smtp_auth  none;', 'smtp_auth  none;\n          smtp_capabilities CHUNKING;');

describe.each(hosts)('pitfalls on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText });
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    const recipients = ['RCPT TO:<a@eng.abc.com>', 'RCPT TO:<b@hr.abc.com>', 'RCPT TO:<c@eng.abc.com>'];
    for (const line of ['HELO me', 'MAIL FROM:<dev@test.com>', ...recipients, 'QUIT']) await client.say(line);
    await client.closed();
    await app.page.getByRole('option', { name: /a@eng\.abc\.com/ }).click();
  });
  afterAll(() => app.close());

  test('a session names those that it ran into, and a click goes to the step', async () => {
    const { page } = app;
    const findings = page.getByRole('region', { name: 'Known pitfalls in this session' });
    const stray = findings.getByRole('button', { name: 'C1 1 of 3 recipients went the wrong way' });
    await stray.waitFor();
    await expect.poll(() => findings.innerText()).toContain('It went to eng with the first one');
    await stray.click();
    const inspector = page.getByRole('region', { name: 'Inspector', exact: true });
    await inspector.getByText('RCPT TO:<b@hr.abc.com>', { exact: true }).waitFor();
  });

  test('it stands under its line too, and opens from the keyboard: what, why, how to fix it, where, and its lesson', async () => {
    const { page } = app;
    const inline = page.getByRole('list', { name: 'Findings at step 21' });
    const line = inline.getByRole('button', { name: 'error C1 1 of 3 recipients went the wrong way' });
    await expect.poll(() => line.getAttribute('aria-expanded')).toBe('false');
    await line.press('Enter');
    await inline.getByText('Only the first recipient is looked up.').waitFor();
    await inline.getByText('Let the client send one mail per destination').waitFor();
    await inline.getByText('Lesson 5: Two recipients, one upstream').waitFor();
    await page.keyboard.press('Home');
    await inline.getByRole('button', { name: 'Show me: step 21' }).press('Enter');
    const inspector = page.getByRole('region', { name: 'Inspector', exact: true });
    await inspector.getByText('RCPT TO:<b@hr.abc.com>', { exact: true }).waitFor();
    await line.press('Space');
    await expect.poll(() => line.getAttribute('aria-expanded')).toBe('false');
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in an open one, %s', async (colorScheme) => {
    const { page } = app;
    await page.emulateMedia({ colorScheme });
    const inline = page.getByRole('list', { name: 'Findings at step 21' });
    const line = inline.getByRole('button', { name: /^error C1 / });
    await line.press('Enter');
    await inline.getByText('Lesson 5: Two recipients, one upstream').waitFor();
    expect(await axe(page)).toEqual([]);
    await line.press('Enter');
  });

  test('the list counts it, says how bad it is, and filters by it', async () => {
    const { page } = app;
    await page.getByRole('option', { name: /a@eng\.abc\.com.*1 finding, the worst: error \(C1\)/ }).waitFor();
    const filter = page.getByPlaceholder('Filter, e.g. to:*@eng.abc.com');
    await filter.fill('diag:C1 severity:error');
    await page.getByText('1 of 1 sessions').waitFor();
    await filter.fill('diag:D8');
    await page.getByText('0 of 1 sessions').waitFor();
    await filter.fill('');
    await page.getByRole('option', { name: /a@eng\.abc\.com/ }).waitFor();
  });

  test('what is only worth knowing waits behind a line, and is not counted', async () => {
    const { page } = app;
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    for (const line of ['HELO me', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<a@nowhere.test>']) await client.say(line);
    await client.closed();
    const row = page.getByRole('option', { name: /a@nowhere\.test/ });
    await row.click();
    const findings = page.getByRole('region', { name: 'Known pitfalls in this session' });
    const chat = findings.getByRole('button', { name: /^B8 / });
    await page.getByText(/worth knowing about this session$/).waitFor();
    await expect.poll(() => chat.isVisible()).toBe(false);
    await page.getByText(/worth knowing about this session$/).click();
    await chat.waitFor();
    await expect.poll(() => row.innerText()).not.toContain('⚠');
  });

  test('the lab file shows what a valid configuration will do, with its place', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Lab file' }).click();
    await page.getByText('No errors. This is what runs, with 1 thing to know.').waitFor();
    const lint = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: /CHUNKING/ });
    await expect.poll(() => lint.innerText()).toMatch(/F2$/);
    await lint.click();
    await expect.poll(() => page.locator('.cm-activeLine').innerText()).toContain('smtp_capabilities CHUNKING');
    await expect.poll(() => page.locator('.cm-lintRange-warning').innerText()).toBe('CHUNKING');
    expect(app.errors).toEqual([]);
  });
});
