/** Pitfalls in the window: those a session ran into, and those that wait in the lab file. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
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
    expect(await findings.innerText()).toContain('All others followed it to eng');
    await stray.click();
    const inspector = page.getByRole('region', { name: 'Inspector', exact: true });
    await inspector.getByText('RCPT TO:<b@hr.abc.com>', { exact: true }).waitFor();
  });

  test('what is only worth knowing waits behind a line', async () => {
    const { page } = app;
    const note = page.getByRole('button', { name: /^D6 / });
    expect(await note.isVisible()).toBe(false);
    await page.getByText(/things worth knowing about this session$/).click();
    await note.waitFor();
  });

  test('the lab file shows what a valid configuration will do, with its place', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Lab file' }).click();
    await page.getByText('No errors. This is what runs, with 1 thing to know.').waitFor();
    const lint = page.getByRole('region', { name: 'Problems' }).getByRole('button', { name: /CHUNKING/ });
    expect(await lint.innerText()).toMatch(/F2$/);
    await lint.click();
    await expect.poll(() => page.locator('.cm-activeLine').innerText()).toContain('smtp_capabilities CHUNKING');
    expect(await page.locator('.cm-lintRange-warning').innerText()).toBe('CHUNKING');
    expect(app.errors).toEqual([]);
  });
});
