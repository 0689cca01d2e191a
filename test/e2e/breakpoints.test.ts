/** Breakpoints set from a line of the transcript, slow motion, and all three protocols at the gates. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { type Dialogue, dialogue } from './fixtures/dialogue.ts';
import { arm, begin, finish, gate, held, standsAt } from './fixtures/gates.ts';

/** Where what is held is changed. */
const editor = (page: Page) => page.getByRole('dialog', { name: /^Change what is held/ });
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const transcript = (page: Page) => page.getByRole('region', { name: 'Transcript' });

describe('breakpoints', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText, context: { viewport: { width: 1280, height: 800 } } });
    await app.page.getByText('commands and replies').waitFor();
    const { client } = await begin(app);
    await client.say('RCPT TO:<user@eng.abc.com>');
    await finish(client);
  });
  afterAll(() => app.close());

  const menuOf = async (text: RegExp, item: string) => {
    const line = transcript(app.page).getByRole('button', { name: text }).first();
    await line.click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: item }).click();
    return app.page.getByRole('dialog', { name: 'Break here next time' });
  };

  test('from a line: what tells it from others is ticked, and stops the next session there', async () => {
    const { page } = app;
    const form = await menuOf(/RCPT TO:<user@eng\.abc\.com>/, 'Break here next time…');
    await expect.poll(() => form.getByRole('textbox', { name: 'Command or reply' }).inputValue()).toBe('RCPT');
    await expect.poll(() => form.getByRole('checkbox', { name: 'Gate' }).isChecked()).toBe(true);
    await expect.poll(() => form.getByRole('checkbox', { name: 'Address or user' }).isChecked()).toBe(false);
    await form.getByRole('textbox', { name: 'Address or user' }).fill('*@hr.abc.com');
    await expect.poll(() => form.getByRole('checkbox', { name: 'Address or user' }).isChecked()).toBe(true);
    await form.getByRole('button', { name: 'Set the breakpoint' }).click();
    await press(page, '1 breakpoint');
    const list = page.getByRole('list', { name: 'Breakpoints' });
    await list.getByText('C→P · smtp · RCPT · address *@hr.abc.com').waitFor();
    await list.getByText('has held nothing yet').waitFor();
    await page.keyboard.press('Escape');
    const { client, session } = await begin(app);
    await client.say('RCPT TO:<user@eng.abc.com>');
    client.write('RCPT TO:<boss@hr.abc.com>\r\n');
    await standsAt(page, session, 'C→P', 'RCPT TO:<boss@hr.abc.com>');
    await press(page, '1 breakpoint');
    await list.getByText('held something 1 time').waitFor();
    await page.getByRole('button', { name: /^Clear the breakpoint: C→P/ }).click();
    await page.getByText('None is set.').waitFor();
    await page.keyboard.press('Escape');
    await held(page, session).getByRole('button', { name: 'Release', exact: true }).click();
    await client.until(/^250 .*\r\n/m);
    await finish(client);
  });

  test('once: it is gone when it has held something; B on a line opens the same form', async () => {
    const { page } = app;
    const form = await menuOf(/^Step .*354 /, 'Break here once…');
    await expect.poll(() => form.getByRole('switch', { name: 'Only once' }).isChecked()).toBe(true);
    await expect.poll(() => form.getByRole('textbox', { name: 'Command or reply' }).inputValue()).toBe('354');
    await form.getByRole('button', { name: 'Set the breakpoint' }).click();
    await page.getByRole('button', { name: '1 breakpoint', exact: true }).waitFor();
    const { client, session } = await begin(app);
    await client.say('RCPT TO:<user@eng.abc.com>');
    client.write('DATA\r\n');
    await standsAt(page, session, 'U→P', /^354 /);
    await page.getByRole('button', { name: 'Breakpoints', exact: true }).waitFor();
    await page.keyboard.press('a');
    await client.until(/^354 .*\r\n/m);
    client.end();
    await client.closed();
    await transcript(page)
      .getByRole('button', { name: /MAIL FROM:<dev@test\.com>/ })
      .first()
      .click();
    await page.keyboard.press('b');
    await page.getByRole('dialog', { name: 'Break here next time' }).waitFor();
    const ticks = page.getByRole('dialog').getByRole('checkbox');
    for (const tick of await ticks.all()) await tick.setChecked(false);
    await press(page, 'Set the breakpoint');
    await page.getByText('Tick at least one condition that says something.').waitFor();
    await press(page, 'Cancel');
  });

  test('Escape closes a menu alone: the session stays chosen, and its line has the focus again', async () => {
    const { page } = app;
    const chosen = page.getByRole('listbox', { name: 'Sessions' }).getByRole('option', { selected: true });
    const line = transcript(page)
      .getByRole('button', { name: /MAIL FROM:<dev@test\.com>/ })
      .first();
    await line.click();
    await page.keyboard.press('.');
    await page.getByRole('menuitem', { name: 'Break here once…' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => chosen.count()).toBe(1);
    await expect.poll(() => line.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('/');
    const filter = page.getByRole('textbox', { name: 'Filter sessions' });
    await expect.poll(() => filter.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Sessions');
    await chosen.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Replay' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await expect.poll(() => chosen.count()).toBe(1);
  });

  test('a recipient leads to a rule for it, and any line to the session as a command', async () => {
    const { page } = app;
    const line = transcript(page)
      .getByRole('button', { name: /RCPT TO:<user@eng\.abc\.com>/ })
      .first();
    await line.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy the session as…' }).click();
    await page.getByRole('dialog').getByText('swaks').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await line.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Route by user@eng.abc.com…' }).click();
    const value = page.getByRole('group', { name: 'New rule' }).getByRole('textbox', { name: 'Value for recipient' });
    await expect.poll(() => value.inputValue()).toBe('user@eng.abc.com');
    await page.getByRole('button', { name: 'Sessions', exact: true }).click();
  });

  test('slow motion holds everything for its time, and lets it go on by itself', async () => {
    const { page } = app;
    await page.getByRole('combobox', { name: 'Slow motion' }).selectOption('1 s');
    const { client } = await begin(app);
    client.write('RCPT TO:<user@eng.abc.com>\r\n');
    const diagram = page.getByRole('region', { name: 'Flow of the session' });
    for (const name of ['C→P', 'P→A', 'A→P']) await diagram.getByText(`held at ${name} `).waitFor();
    await page.getByRole('combobox', { name: 'Slow motion' }).selectOption('off');
    await client.until(/^250 .*\r\n/m);
    await finish(client);
  });

  test('nothing in the page went wrong meanwhile', () => expect(app.errors).toEqual([]));
});

const said = { imap: /^\S+ (OK|NO|BAD) .*\r\n/m, pop3: /^(\+OK|-ERR).*\r\n/m } as const;

describe('IMAP and POP3 at the gates', () => {
  let app: App;
  beforeAll(async () => {
    const example = new URL('../../examples/three-protocols.lab.yaml', import.meta.url);
    const labText = await readFile(example, 'utf8');
    app = await launch('browser', { labText, context: { viewport: { width: 1280, height: 800 } } });
    await app.page.getByText('commands and replies').waitFor();
  });
  afterAll(() => app.close());

  const portOf = (protocol: 'imap' | 'pop3') => {
    const block = new RegExp(`listen\\s+(?:127\\.0\\.0\\.1:)?(\\d+)[^}]*protocol\\s+${protocol}`).exec(app.labText);
    return { host: '127.0.0.1', port: Number(block?.[1]) };
  };

  /** A client that was greeted, with its session chosen. */
  const begin = async (protocol: 'imap' | 'pop3'): Promise<{ client: Dialogue; session: number }> => {
    const client = await dialogue(portOf(protocol));
    await client.until(said[protocol]);
    const row = app.page.getByRole('option', { name: `:${client.localPort}` });
    await row.click();
    const session = Number(await row.getAttribute('data-session'));
    await app.page.getByRole('group', { name: `Traffic of session ${session}` }).waitFor();
    return { client, session };
  };
  /** Who may log in, by the example's accounts. */
  const account = () => {
    const match = /user:\s*["']?([^,"'\s}]+)["']?,\s*password:\s*["']?([^,"'\s}]+)/.exec(app.labText);
    return { user: match?.[1] ?? '', password: match?.[2] ?? '' };
  };

  test('an IMAP login is held with its password masked, and goes on changed', async () => {
    const { page } = app;
    const { client, session } = await begin('imap');
    const { user, password } = account();
    await arm(page, 'C→P', session);
    client.write(`1 LOGIN ${user} ${password}wrong\r\n`);
    const panel = await standsAt(page, session, 'C→P', /^1 LOGIN /);
    await expect.poll(() => panel.getByRole('region', { name: 'What is held' }).innerText()).not.toContain(password);
    await panel.getByRole('button', { name: 'Reveal', exact: true }).click();
    await panel.getByText(`${password}wrong`).waitFor();
    await gate(page, 'C→P', session).click();
    await panel.getByRole('button', { name: 'Edit…' }).click();
    await editor(page).getByRole('textbox', { name: 'Passes instead' }).fill(`1 LOGIN ${user} ${password}`);
    await editor(page).getByRole('button', { name: 'Release as changed' }).click();
    expect(await client.until(said.imap)).toContain('1 OK');
    await arm(page, 'U→P', session);
    client.write('2 NOOP\r\n');
    await standsAt(page, session, 'U→P', /^2 OK/);
    await held(page, session).getByRole('button', { name: 'Answer…' }).click();
    await held(page, session).getByRole('textbox', { name: 'The client is told' }).fill('2 NO not now');
    await press(page, 'Send this answer');
    expect(await client.until(said.imap)).toContain('2 NO not now\r\n');
    client.end();
    await client.closed();
  });

  test('a POP3 login is held at the answer of the auth service, and refused by hand', async () => {
    const { page } = app;
    const { client, session } = await begin('pop3');
    const { user, password } = account();
    client.write(`USER ${user}\r\n`);
    await client.until(said.pop3);
    await arm(page, 'A→P', session);
    client.write(`PASS ${password}\r\n`);
    const panel = await standsAt(page, session, 'A→P', 'Auth-Status: OK');
    await panel.getByRole('button', { name: /dit…$/ }).click();
    await editor(page).getByRole('textbox', { name: 'Auth-Status' }).fill('not by this hand');
    await editor(page).getByRole('button', { name: 'Release as changed' }).click();
    expect(await client.until(said.pop3)).toBe('-ERR not by this hand\r\n');
    client.end();
    await client.closed();
  });

  test('nothing in the page went wrong meanwhile', () => expect(app.errors).toEqual([]));
});
