/** The window without its lab: a lost connection is said, and what happened meanwhile is there afterwards. */
import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

describe('a lost connection, in the browser', () => {
  let app: App;
  let reachable = true;
  let current: WebSocketRoute | null = null;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText });
    await app.page.routeWebSocket(/./, (socket) => {
      if (!reachable) return void socket.close();
      socket.connectToServer();
      current = socket;
    });
    await app.page.reload();
    await app.page.getByText('Nothing yet.').waitFor();
  });
  afterAll(() => app.close());

  const banner = () => app.page.getByRole('alert').getByText('The connection to the lab is lost.');

  test('a banner says so as long as it lasts', async () => {
    reachable = false;
    await current?.close();
    await banner().waitFor();
    await app.page.getByRole('contentinfo').getByText('not connected').waitFor();
    await app.page.getByRole('button', { name: 'Send mail…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Send a test mail' });
    await dialog.getByText('nothing can be sent until it is back').waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await app.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('what others did meanwhile is shown once the lab is back', async () => {
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    await client.say('HELO laptop');
    await client.say('QUIT');
    await client.closed();
    await expect.poll(() => app.page.getByRole('listbox', { name: 'Sessions' }).getByRole('option').count()).toBe(0);
    reachable = true;
    await banner().waitFor({ state: 'hidden' });
    await app.page.getByRole('option', { name: /no recipient yet.*left early/ }).waitFor();
  });
});
