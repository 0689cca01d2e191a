/** A mail that does not arrive: the inspector says what nginx keeps from the client, and the window says what happened. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

/** Engineering's server is not the lab's, and not running. */
const stopped = tutorialText.replace(/eng: \{ smtp: (\S+) \}/, 'eng: { smtp: $1, external: true }');

describe.each(hosts)('an upstream that is not there, on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, {
      labText: stopped,
      context: { viewport: { width: 1024, height: 640 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    const { page } = app;
    await page.getByRole('button', { name: 'Send a sample mail' }).click();
    await page.getByRole('option', { name: /451/, selected: true }).waitFor();
    await page.getByRole('button', { name: /^Client, .*: gone/ }).waitFor();
  });
  afterAll(() => app.close());

  test('the last step already says what really happened, and leads to the step where it did', async () => {
    const { page } = app;
    const card = page.getByRole('region', { name: 'What really happened' });
    await card.getByText('451 4.3.2 Internal server error').waitFor();
    await card.getByText(/^Nothing listens at eng: the connection was refused \(ECONNREFUSED\)\./).waitFor();
    await card.getByRole('button', { name: /^at step \d+$/ }).click();
    await page.getByRole('heading', { name: 'Upstream refused the connection' }).waitFor();
    // Before the client has heard anything there is nothing to explain.
    await card.waitFor({ state: 'hidden' });
  });

  test('the route says that it was chosen and not reached', async () => {
    const { page } = app;
    await page.keyboard.press('End');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Why did user@eng.abc.com not reach eng?' }).waitFor();
    await page.getByText('user@eng.abc.com was sent to eng because rule 1, engineering, matched.').waitFor();
    await page.getByText('The client saw only “451 4.3.2 Internal server error”.').waitFor();
    await expect.poll(() => page.getByText('went to eng').count()).toBe(0);
  });

  test('a mail by a rule that names an address: the rules say that address', async () => {
    const { page } = app;
    const { port } = app.listener('eng');
    const lab = app.labText.replace('route: hr', `route: "127.0.0.1:${port}"`);
    await page.getByRole('button', { name: 'Lab file' }).click();
    const editor = page.getByRole('textbox', { name: 'Lab file' });
    await editor.click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(lab);
    await page.getByText('No problems. Apply to run it.').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No problems. This is what runs.').waitFor();
    await page.getByRole('button', { name: 'Send mail…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send a test mail' });
    await dialog.getByRole('button', { name: 'to human resources' }).click();
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    // Beside the lab file a small window has no room for the inspector.
    await page.getByRole('navigation').getByRole('button', { name: 'Sessions' }).click();
    const recipients = page.getByRole('table', { name: 'Recipients on this connection' });
    await recipients.getByRole('row', { name: /user@hr\.abc\.com looked up eng nowhere 451/ }).waitFor();
    await page.getByRole('button', { name: 'Lab file' }).click();
  });

  test('a lab that runs but is not heard is not called well', async () => {
    const { page } = app;
    const squatter = createServer();
    const port = await new Promise<number>((resolve) => {
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port));
    });
    const before = app.listener('proxy').port;
    await page.getByRole('textbox', { name: 'Lab file' }).click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(app.labText.replaceAll(`listen     ${before}`, `listen     127.0.0.1:${port}`));
    await page.getByText('No problems. Apply to run it.').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('status').getByText('but 1 listener could not be started.').waitFor();
    await new Promise((resolve) => squatter.close(resolve));
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
