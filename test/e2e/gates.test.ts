/** Traffic is held at the gates of the diagram, and goes on as a person says: real clients over real sockets. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { REPLY } from './fixtures/dialogue.ts';
import { arm, begin, connect, finish, gate, held, standsAt } from './fixtures/gates.ts';

/** Where what is held is changed. */
const editor = (page: Page) => page.getByRole('dialog', { name: /^Change what is held/ });
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const diagram = (page: Page) => page.getByRole('region', { name: 'Flow of the session' });
const transcript = (page: Page) => page.getByRole('region', { name: 'Transcript' });
const inspector = (page: Page) => page.getByRole('region', { name: 'Inspector' }).last();
const pill = (page: Page, count: number) => page.getByRole('button', { name: `${count} held`, exact: true });
const row = (page: Page, text: RegExp) => transcript(page).getByRole('button', { name: text }).first();

describe.each(hosts)('the gates, %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText, context: { viewport: { width: 1280, height: 800 } } });
    await app.page.getByText('commands and replies').waitFor();
  });
  afterAll(() => app.close());

  test('each of the six holds what passes there, beside it and in full, and lets it go on', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    const steps = [
      ['C→P', 'RCPT TO:<user@eng.abc.com>', 'held at C→P RCPT TO:<user@eng.abc.com>'],
      ['P→A', 'Auth-SMTP-To: RCPT TO:<user@eng.abc.com>', 'held at P→A Auth-SMTP-To: RCPT TO'],
      ['A→P', 'Auth-Status: OK', 'held at A→P Auth-Status: OK'],
      ['U→P', /^220 /, 'held at U→P 220 '],
      ['P→U', /^EHLO mail\.test\.com/, 'held at P→U EHLO mail.test.com'],
    ] as const;
    client.write('RSET\r\n');
    await client.until(REPLY);
    await client.say('MAIL FROM:<dev@test.com>');
    for (const [name] of steps) await arm(page, name, session);
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    for (const [name, whole, brief] of steps) {
      await standsAt(page, session, name, whole);
      await diagram(page).getByText(brief).waitFor();
      await gate(page, name, session)
        .and(page.getByRole('button', { name: /, 1 held$/ }))
        .click();
      await held(page, session).getByRole('button', { name: 'Release', exact: true }).click();
    }
    // What stands at an opened gate stays until it is released; the rest of the way is open.
    await client.until(/^250 .*\r\n/m);
    await arm(page, 'P→C', session);
    client.write('DATA\r\n');
    await standsAt(page, session, 'P→C', /^354 /);
    expect(client.received()).not.toContain('354');
    await gate(page, 'P→C', session).click();
    await held(page, session).getByRole('button', { name: 'Release', exact: true }).click();
    await client.until(/^354 .*\r\n/m);
    client.write('hello\r\n.\r\n');
    await client.until(/^250 .*\r\n/m);
    client.end();
    await client.closed();
  });

  test('step by step: one, to the next turn, to the next stage, and on', async () => {
    const { page } = app;
    const { client, session } = await connect(app);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Step', exact: true, pressed: true }).waitFor();
    client.write('EHLO laptop\r\n');
    await standsAt(page, session, 'C→P', 'EHLO laptop');
    await page.keyboard.press('ArrowRight');
    await standsAt(page, session, 'P→C', /^250/);
    await page.keyboard.press('a');
    await client.until(/^250 .*\r\n/m);
    client.write('MAIL FROM:<dev@test.com>\r\n');
    await standsAt(page, session, 'C→P', 'MAIL FROM:<dev@test.com>');
    await page.keyboard.press('Shift+ArrowRight');
    await standsAt(page, session, 'P→C', /^250 2\.0\.0 OK/);
    await page.keyboard.press('a');
    await client.until(/^250 .*\r\n/m);
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    await standsAt(page, session, 'C→P', 'RCPT TO');
    await page.keyboard.press('Control+ArrowRight');
    await standsAt(page, session, 'P→A', 'Auth-SMTP-To');
    // Away from the newest step the same key walks through what has been.
    await page.getByRole('slider', { name: 'Step of the session' }).press('Home');
    await page.locator('[role=slider][aria-valuenow="1"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('[role=slider][aria-valuenow="2"]').waitFor();
    await standsAt(page, session, 'P→A', 'Auth-SMTP-To');
    await page.keyboard.press('Space');
    await client.until(/^250 .*\r\n/m);
    await page.getByRole('button', { name: 'Flow', exact: true, pressed: true }).waitFor();
    await finish(client);
  });

  test('a command changed by hand is answered as if the client had said it', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    await arm(page, 'C→P', session);
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    const panel = await standsAt(page, session, 'C→P', 'RCPT TO:<user@eng.abc.com>');
    await gate(page, 'C→P', session).click();
    await panel.getByRole('button', { name: 'Edit…' }).click();
    await editor(page).getByRole('textbox', { name: 'Passes instead' }).fill('RCPT TO:<who@nowhere.org>');
    await editor(page).getByRole('button', { name: 'Back to the original' }).click();
    await expect
      .poll(() => editor(page).getByRole('textbox', { name: 'Passes instead' }).inputValue())
      .toBe('RCPT TO:<user@eng.abc.com>');
    await editor(page).getByRole('textbox', { name: 'Passes instead' }).fill('RCPT TO:<who@nowhere.org>');
    await editor(page).getByRole('button', { name: 'Release as changed' }).click();
    expect(await client.until(REPLY)).toContain('550 5.1.1');
    await row(page, /RCPT TO:<who@nowhere\.org>/).waitFor();
    await transcript(page).getByText('by hand instead of RCPT TO:<user@eng.abc.com>').waitFor();
    client.end();
    await client.closed();
  });

  test('what the upstream says, changed by hand, is what the client hears', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    await client.say('RCPT TO:<user@eng.abc.com>');
    await arm(page, 'U→P', session);
    client.write('NOOP\r\n');
    const panel = await standsAt(page, session, 'U→P', /^250 /);
    await panel.getByRole('button', { name: 'Edit…' }).click();
    await editor(page).getByRole('textbox', { name: 'Passes instead' }).fill('299 by hand');
    await editor(page).getByRole('button', { name: 'Release as changed' }).click();
    expect(await client.until(REPLY)).toBe('299 by hand\r\n');
    client.end();
    await client.closed();
  });

  test('the question to the auth service, changed by hand, is answered as asked', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    await arm(page, 'P→A', session);
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    const panel = await standsAt(page, session, 'P→A', 'Auth-SMTP-To: RCPT TO:<user@eng.abc.com>');
    await panel.getByRole('button', { name: 'Edit…' }).click();
    const field = editor(page).getByRole('textbox', { name: 'Passes instead' });
    await field.fill((await field.inputValue()).replace('user@eng.abc.com', 'boss@hr.abc.com'));
    await field.press('Control+Enter');
    await client.until(/^250 .*\r\n/m);
    await page.getByRole('option', { selected: true, name: '→ hr' }).waitFor();
    client.end();
    await client.closed();
  });

  test('the answer of the auth service, changed to the other upstream, takes the mail there and says so', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    await arm(page, 'A→P', session);
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    const panel = await standsAt(page, session, 'A→P', 'Auth-Status: OK');
    await panel.getByRole('button', { name: 'Edit…' }).click();
    const { port } = app.listener('hr');
    await editor(page)
      .getByRole('combobox', { name: 'Send to upstream' })
      .selectOption({ label: `hr · 127.0.0.1:${port}` });
    await expect.poll(() => editor(page).getByRole('textbox', { name: 'Auth-Port' }).inputValue()).toBe(String(port));
    await editor(page).getByRole('button', { name: 'Release as changed' }).click();
    await client.until(/^250 .*\r\n/m);
    await finish(client);
    await page.getByRole('option', { selected: true, name: '→ hr' }).waitFor();
    await row(page, /Auth to Proxy: Auth-Status: OK/).click();
    await transcript(page)
      .getByText(`by hand instead of Auth-Port: ${app.listener('eng').port}`)
      .waitFor();
    await transcript(page).getByText('· changed by hand').waitFor();
    await inspector(page).getByRole('region', { name: 'Changed by hand' }).getByText(`Auth-Port: ${port}`).waitFor();
    await diagram(page)
      .getByRole('button', { name: /^Auth, .*: changed by hand$/ })
      .waitFor();
    await page.keyboard.press('e');
    const why =
      'user@eng.abc.com went to hr because a person changed the answer of the auth service while it was held.';
    await inspector(page).getByText(why).waitFor();
    await press(page, 'Messages');
    await page.getByRole('option', { name: /hello/ }).first().waitFor();
    await press(page, 'Sessions');
  });

  test('something dropped never passes; another answer takes its place', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    await arm(page, 'C→P', session);
    client.write('NOOP\r\n');
    await (await standsAt(page, session, 'C→P', 'NOOP')).getByRole('button', { name: 'Drop' }).click();
    await row(page, /dropped: NOOP/).waitFor();
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    const panel = await standsAt(page, session, 'C→P', 'RCPT TO');
    await panel.getByRole('button', { name: 'Answer…' }).click();
    const line = panel.getByRole('textbox', { name: 'The client is told' });
    await expect.poll(() => line.inputValue()).toBe('421 4.3.2 Try again later');
    await line.press('Enter');
    expect(await client.closed()).toMatch(/250 2\.0\.0 OK\r\n421 4\.3\.2 Try again later\r\n$/);
  });

  test('a session is ended at once, after a question while its client waits', async () => {
    const { page } = app;
    const { client, session } = await begin(app);
    await arm(page, 'C→P', session);
    client.write('NOOP\r\n');
    await standsAt(page, session, 'C→P', 'NOOP');
    await page.keyboard.press('k');
    const question = page.getByRole('dialog', { name: `Kill session ${session}?` });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await held(page, session).getByRole('button', { name: 'Kill session' }).click();
    await question.getByRole('button', { name: 'Kill it' }).click();
    await client.closed();
    await row(page, /client closes|proxy closes|decision of the proxy|Ended/).waitFor();
  });

  test('nothing in the page went wrong meanwhile', () => expect(app.errors).toEqual([]));
});

describe('more than one session', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText, context: { viewport: { width: 1280, height: 800 } } });
    await app.page.getByText('commands and replies').waitFor();
  });
  afterAll(() => app.close());

  test('what is held never takes the focus; the pill counts it and leads to each', async () => {
    const { page } = app;
    const first = await connect(app);
    await gate(page, 'C→P', first.session).click({ modifiers: ['Alt'] });
    await gate(page, 'C→P', 'all')
      .and(page.getByRole('button', { pressed: true }))
      .waitFor();
    const second = await connect(app);
    const filter = page.getByRole('textbox', { name: 'Filter' });
    await filter.fill('id:9');
    await page.getByText('No sessions match').waitFor();
    first.client.write('EHLO one\r\n');
    second.client.write('EHLO two\r\n');
    await pill(page, 2).waitFor();
    await page.keyboard.type('9');
    await expect.poll(() => filter.inputValue()).toBe('id:99');
    await page.getByText('…and 2 are held.').waitFor();
    await page.getByRole('button', { name: 'Show what is held' }).click();
    const list = page.getByRole('list', { name: 'What is held' });
    await list.getByRole('button', { name: /EHLO one/ }).click();
    await standsAt(page, first.session, 'C→P', 'EHLO one');
    await page.locator(':focus').and(held(page, first.session)).waitFor();
    await filter.fill('');
    for (const { session } of [first, second]) {
      await page.locator(`[data-session="${session}"]`).getByText('1 held').first().waitFor();
    }
    // Other sessions of the lab go on: opened for all, both are still there until they are released.
    await gate(page, 'C→P', 'all').click();
    await pill(page, 2).click();
    await page.getByRole('button', { name: 'Release all sessions' }).click();
    for (const { client } of [first, second]) {
      await client.until(REPLY);
      client.end();
      await client.closed();
    }
    await pill(page, 2).waitFor({ state: 'detached' });
  });

  test('the lab’s own client never gives up, and the window is not locked while its mail is held', async () => {
    const { page } = app;
    await press(page, 'Hold new sessions');
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog', { name: /Send/ });
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const panel = page.getByRole('region', { name: /^Held of session/ });
    await pill(page, 1).waitFor();
    await expect.poll(() => page.getByRole('list', { name: 'What is held' }).count()).toBe(0);
    await panel.getByText('both sides wait as long as it takes').waitFor();
    await press(page, 'Hold new sessions');
    await page.keyboard.press('Shift+A');
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('option', { selected: true, name: /relayed/ }).waitFor();
  });

  test('a client says how long it waits; half a minute before the end the window says so', async () => {
    const { page } = app;
    const { client, session } = await connect(app);
    await arm(page, 'C→P', session);
    client.write('EHLO laptop\r\n');
    const panel = await standsAt(page, session, 'C→P', 'EHLO laptop');
    await panel.getByText(/^The client gives up in about (5:00|4:5\d)$/).waitFor();
    await panel.getByText('(RFC 5321 4.5.3.2)').waitFor();
    const banner = page.getByText(
      `The client of session ${session}, which is held, gives up in less than half a minute.`,
    );
    await page.clock.install({ time: Date.now() + 275_000 });
    await page.reload();
    await banner.waitFor();
    await press(page, 'Let it time out');
    await banner.waitFor({ state: 'detached' });
    await page.reload();
    await banner.waitFor();
    await press(page, 'Answer 421');
    expect(await client.closed()).toMatch(/421 4\.3\.2 Try again later\r\n$/);
  });

  test('nothing in the page went wrong meanwhile', () => expect(app.errors).toEqual([]));
});
