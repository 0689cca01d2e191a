/** The rules edited in the window: everything a person does to them, by role and name. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

const list = (page: Page) => page.getByRole('list', { name: 'Rules in order' });
const handles = (page: Page) => list(page).getByRole('button', { name: /^Rule \d+, / });
const order = async (page: Page) =>
  (await handles(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))).map((name) =>
    name.replace(/^Rule \d+, /, ''),
  );
const told = (page: Page, what: string | RegExp) => page.getByRole('status').getByText(what).waitFor();
const target = (page: Page, rule: string, route: string) =>
  page.getByRole('button', { name: `${route}: change what ${rule} does` });
const openRules = async (page: Page) => {
  await page.getByRole('button', { name: 'Rules', exact: true }).click();
  await list(page).waitFor();
};
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');

async function sendExample(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Send mail…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send a test mail' });
  await dialog.getByRole('button', { name }).click();
  await page.keyboard.press('Control+Enter');
  await dialog.waitFor({ state: 'hidden' });
}

describe.each(hosts)('the rule editor on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText });
    await openRules(app.page);
  });
  afterAll(() => app.close());

  test('two clicks send hr.abc.com to engineering, and the next mail goes there', async () => {
    const { page } = app;
    await target(page, 'human resources', '→ hr').click();
    await page
      .getByRole('group', { name: 'What rule human resources does' })
      .getByRole('button', { name: '→ eng' })
      .click();
    await told(page, 'Done: rule “human resources”: route eng. Ctrl+Z takes it back.');
    await expect.poll(() => focused(page)).toBe('→ eng: change what human resources does');
    await sendExample(page, 'to human resources');
    await list(page).getByText('1 hit since the start, 1 since the last edit').waitFor();
    await page.getByRole('button', { name: 'Sessions', exact: true }).click();
    await page.getByRole('option', { name: /user@hr\.abc\.com.*eng/ }).waitFor();
    await openRules(page);
    expect(await readFile(app.file, 'utf8')).toBe(app.labText);
  });

  test('Ctrl+Z takes it back and says what; Ctrl+Shift+Z makes it again; the buttons do too', async () => {
    const { page } = app;
    await handles(page).first().focus();
    await page.keyboard.press('Control+z');
    await told(page, 'Undone: rule “human resources”: route eng.');
    await target(page, 'human resources', '→ hr').waitFor();
    await expect.poll(() => page.getByText('Runs, not saved').count()).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    await target(page, 'human resources', '→ eng').waitFor();
    await page.getByRole('button', { name: 'Undo: rule “human resources”: route eng' }).click();
    await target(page, 'human resources', '→ hr').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Nothing to undo' }).isDisabled()).toBe(true);
  });

  test('Alt and an arrow moves a rule, the focus goes along, and the ends are ends', async () => {
    const { page } = app;
    await handles(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toBe('Rule 2, human resources');
    await page.keyboard.press('Alt+ArrowUp');
    await told(page, 'rule “human resources” moved to place 1');
    await expect.poll(() => order(page)).toEqual(['human resources', 'engineering']);
    await expect.poll(() => focused(page)).toBe('Rule 1, human resources');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
  });

  test('a rule is dragged by its handle; Escape lets it go where it was', async () => {
    const { page } = app;
    const drag = async () => {
      const from = await handles(page).nth(1).boundingBox();
      const to = await handles(page).first().boundingBox();
      if (!from || !to) throw new Error('The handles are not to be seen.');
      await page.mouse.move(from.x + 8, from.y + 8);
      await page.mouse.down();
      await page.mouse.move(to.x + 8, to.y + 20, { steps: 4 });
      await page.mouse.move(to.x + 8, to.y + 2, { steps: 4 });
    };
    await drag();
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
    await drag();
    await page.mouse.up();
    await told(page, 'rule “human resources” moved to place 1');
    await expect.poll(() => order(page)).toEqual(['human resources', 'engineering']);
    await page.keyboard.press('Control+z');
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
  });

  test('a rule that is switched off is passed over', async () => {
    const { page } = app;
    const toggle = page.getByRole('switch', { name: 'Use rule engineering' });
    await page.getByRole('textbox', { name: 'recipient' }).fill('user@eng.abc.com');
    await list(page).getByText('matched: this rule decides').waitFor();
    await toggle.click();
    await told(page, 'rule “engineering” is switched off');
    await page.getByText('No rule matched, Otherwise decides:').waitFor();
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('false');
    await toggle.click();
    await page.getByText('Rule “engineering” decides:').waitFor();
    await page.getByRole('textbox', { name: 'recipient' }).fill('');
  });

  test('a pattern that cannot be used is told while it is typed, and changes nothing', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'recipient is *@hr.abc.com' }).click();
    const value = page.getByRole('textbox', { name: 'Value for recipient' });
    await expect.poll(() => value.evaluate((one) => one === document.activeElement)).toBe(true);
    await value.fill('/(/');
    await page.getByText('“/(/” is no regular expression').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Done', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await value.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'recipient is *@hr.abc.com' }).click();
    await value.fill('*@people.test');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'recipient is *@people.test' }).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'recipient is *@hr.abc.com' }).waitFor();
  });

  test('conditions are added and taken out; those that nginx cannot meet say why', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Add a condition to engineering' }).click();
    const panel = page.getByRole('group', { name: 'Add a condition to engineering' });
    const tls = panel.getByRole('button', { name: 'TLS' });
    await expect.poll(() => tls.getAttribute('aria-disabled')).toBe('true');
    await panel.getByText('no server of the proxy speaks TLS').waitFor();
    await tls.click({ force: true });
    await panel.getByRole('button', { name: 'client', exact: true }).click();
    const value = panel.getByRole('textbox', { name: 'Value for client' });
    await value.fill('example.com');
    await panel.getByText('“example.com” is no address or network').waitFor();
    await value.fill('192.0.2.0/24');
    await panel.getByRole('combobox', { name: 'Is or is not' }).selectOption('client is not');
    await panel.getByRole('button', { name: 'Done' }).click();
    const chip = page.getByRole('button', { name: 'client is not 192.0.2.0/24' });
    await chip.click();
    await page.getByRole('button', { name: 'Remove condition' }).click();
    await chip.waitFor({ state: 'hidden' });
  });

  test('a name that another rule has is refused where it is typed', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'engineering', exact: true }).click();
    const name = page.getByRole('textbox', { name: 'Name of rule engineering' });
    await name.fill('human resources');
    await page.getByText('There is a rule “human resources” already.').waitFor();
    await page.keyboard.press('Enter');
    await name.fill('builders');
    await page.keyboard.press('Enter');
    await expect.poll(() => order(page)).toEqual(['builders', 'human resources']);
    await expect.poll(() => focused(page)).toBe('Rule 1, builders');
    await page.keyboard.press('Control+z');
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
  });

  test('Otherwise is always last, and refuses for good or for now', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /change what Otherwise does$/ }).click();
    const panel = page.getByRole('group', { name: 'What Otherwise does' });
    await panel.getByRole('button', { name: 'Not now: 451 4.3.0 try again later' }).click();
    await page.getByRole('button', { name: 'reject 451 4.3.0 try again later: change what Otherwise does' }).click();
    await panel.getByRole('button', { name: 'Refuse…' }).click();
    await panel.getByRole('textbox', { name: 'Text for the client' }).fill('OK');
    await panel.getByText('nginx does not take “OK” as a refusal').waitFor();
    await expect.poll(() => panel.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    await panel.getByRole('textbox', { name: 'Text for the client' }).fill('not today');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'reject 451 4.3.0 not today: change what Otherwise does' }).waitFor();
  });

  test('a rule is added, duplicated, and deleted', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Add rule' }).click();
    const draft = page.getByRole('group', { name: 'New rule' });
    await draft.getByRole('textbox', { name: 'Value for recipient' }).fill('boss@eng.abc.com');
    await draft.getByRole('combobox', { name: 'Then' }).selectOption('→ hr');
    await draft.getByRole('textbox', { name: 'Name' }).fill('the boss');
    await draft.getByRole('button', { name: 'Add it' }).click();
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources', 'the boss']);
    await expect.poll(() => focused(page)).toBe('Rule 3, the boss');
    await page.getByRole('button', { name: 'More for rule the boss' }).click();
    await page.getByRole('button', { name: 'Duplicate' }).click();
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources', 'the boss', 'the boss copy']);
    await expect.poll(() => focused(page)).toBe('Rule 4, the boss copy');
    await page.keyboard.press('Delete');
    await told(page, 'rule “the boss copy” is deleted');
    await page.getByRole('button', { name: 'More for rule the boss' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
  });

  test('several addresses are tried at once, and the trail is that of the chosen one', async () => {
    const { page } = app;
    await page.getByRole('textbox', { name: 'recipient' }).fill('a@eng.abc.com\nb@hr.abc.com\nwho@nowhere.invalid');
    const results = page.getByRole('region', { name: 'Results' });
    await results.getByRole('row', { name: /b@hr\.abc\.com human resources hr/ }).waitFor();
    await page.getByText('Rule “engineering” decides:').waitFor();
    await results.getByRole('button', { name: 'b@hr.abc.com' }).click();
    await page.getByText('Rule “human resources” decides:').waitFor();
    await list(page).getByText('recipient “b@hr.abc.com” is not *@eng.abc.com').waitFor();
    await page.getByRole('switch', { name: 'Use rule human resources' }).click();
    await results.getByRole('row', { name: /b@hr\.abc\.com Otherwise reject 451/ }).waitFor();
    await page.getByRole('switch', { name: 'Use rule human resources' }).click();
    await page.getByRole('textbox', { name: 'recipient' }).fill('');
  });

  test('a session becomes a rule above the one that took it', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Sessions', exact: true }).click();
    await page.getByRole('option', { name: /user@hr\.abc\.com/ }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Make a rule from this session…' }).click();
    const draft = page.getByRole('group', { name: 'New rule' });
    await draft.getByRole('heading', { name: 'New rule, at place 2' }).waitFor();
    const value = draft.getByRole('textbox', { name: 'Value for recipient' });
    await expect.poll(() => value.inputValue()).toBe('user@hr.abc.com');
    await draft.getByRole('button', { name: '*@hr.abc.com' }).click();
    await expect.poll(() => value.inputValue()).toBe('*@hr.abc.com');
    await draft.getByRole('button', { name: 'Add it' }).click();
    await expect.poll(() => order(page)).toEqual(['engineering', 'user@hr.abc.com', 'human resources']);
    await page.keyboard.press('Control+z');
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
  });

  test('Save writes the file with its comments, Discard goes back to it', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Runs, not saved').waitFor({ state: 'hidden' });
    const saved = app.labText.replace('"550 5.1.1 no such recipient here"', '451 4.3.0 not today');
    expect(await readFile(app.file, 'utf8')).toBe(saved);
    await page.getByRole('switch', { name: 'Use rule engineering' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await told(page, 'Back to what the file holds. Ctrl+Z brings your edits back.');
    await expect
      .poll(() => page.getByRole('switch', { name: 'Use rule engineering' }).getAttribute('aria-checked'))
      .toBe('true');
  });

  test('a file that another program writes is followed; over edits that are not saved the person decides', async () => {
    const { page } = app;
    const text = await readFile(app.file, 'utf8');
    await writeFile(app.file, text.replace('name: engineering', 'name: builders'));
    await expect.poll(() => order(page)).toEqual(['builders', 'human resources']);
    await page.getByRole('switch', { name: 'Use rule builders' }).click();
    await page.getByText('Runs, not saved').waitFor();
    await writeFile(app.file, text);
    const banner = page.getByRole('alert').filter({ hasText: 'Another program wrote' });
    await banner.getByRole('button', { name: 'Take the file' }).click();
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
    await handles(page).first().focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => order(page)).toEqual(['builders', 'human resources']);
    await writeFile(app.file, text.replace('name: engineering', 'name: elsewhere'));
    await banner.getByRole('button', { name: 'Keep mine' }).click();
    await banner.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Runs, not saved').waitFor({ state: 'hidden' });
    expect(await readFile(app.file, 'utf8')).toContain('name: builders');
    await writeFile(app.file, 'lab: 1\n');
    await page.getByRole('alert').getByText('its text has an error, so the lab runs on as it was').waitFor();
    await writeFile(app.file, text);
    await expect.poll(() => order(page)).toEqual(['engineering', 'human resources']);
  });

  test('edits of the Lab file that are not applied stand in the way, and say so', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Lab file' }).click();
    await page.getByRole('textbox', { name: 'Lab file' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('# mine\n');
    await openRules(page);
    await page.getByText('The Lab file has edits that are not applied.').waitFor();
    await page.getByRole('switch', { name: 'Use rule engineering' }).click();
    await page.getByRole('alert').getByText('Not done').waitFor();
    await expect
      .poll(() => page.getByRole('switch', { name: 'Use rule engineering' }).getAttribute('aria-checked'))
      .toBe('true');
    await writeFile(app.file, app.labText.replace('name: engineering', 'name: builders'));
    await expect.poll(() => order(page)).toEqual(['builders', 'human resources']);
    await page.getByRole('button', { name: 'Open the Lab file' }).click();
    const stale = page
      .getByRole('alert')
      .filter({ hasText: 'The lab runs another text than the one you began to edit' });
    await stale.getByRole('button', { name: 'Show what runs' }).click();
    await page.getByText(/^No .*\. This is what runs/).waitFor();
    await expect.poll(() => page.getByRole('textbox', { name: 'Lab file' }).innerText()).not.toContain('# mine');
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});

describe('a list without rules', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', {
      labText: tutorialText.replace(/ {2}rules:[\s\S]*?(?= {2}otherwise)/, '').replace(/^tests:[\s\S]*/m, ''),
      context: { viewport: { width: 1024, height: 640 } },
    });
    await openRules(app.page);
  });
  afterAll(() => app.close());

  test('offers examples that can be taken back', async () => {
    const { page } = app;
    await page.getByRole('button', { name: '*@eng.test: → eng' }).click();
    await expect.poll(() => order(page)).toEqual(['mail for eng']);
    await page.keyboard.press('Control+z');
    await page.getByText('No rules: every address goes the way of Otherwise.').waitFor();
    await page.getByRole('button', { name: 'Discard' }).waitFor({ state: 'hidden' });
  });
});

describe('two hundred rules', () => {
  let app: App;
  const rules = Array.from({ length: 200 }, (_, n) => {
    const name = `    - name: rule ${n + 1}\n`;
    return `${name}      when: { rcpt: "*@d${n + 1}.test" }\n      then: { route: ${n % 2 === 0 ? 'eng' : 'hr'} }\n`;
  }).join('');
  beforeAll(async () => {
    const many = tutorialText.replace(/ {4}- name: engineering[\s\S]*?(?= {2}otherwise)/, rules);
    app = await launch('browser', { labText: many.replace(/^tests:[\s\S]*/m, '') });
    await openRules(app.page);
  });
  afterAll(() => app.close());

  test('the last is moved by keys, tried and seen', async () => {
    const { page } = app;
    await handles(page).first().focus();
    await page.keyboard.press('End');
    await expect.poll(() => focused(page)).toBe('Rule 200, rule 200');
    await page.keyboard.press('Alt+ArrowUp');
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => focused(page)).toBe('Rule 198, rule 200');
    await page.getByRole('textbox', { name: 'recipient' }).fill('x@d200.test');
    const row = list(page).getByRole('listitem').filter({ hasText: 'matched: this rule decides' });
    await row.waitFor();
    await expect.poll(() => row.innerText()).toContain('rule 200');
    await expect.poll(() => row.evaluate((one) => one.getBoundingClientRect().top < innerHeight)).toBe(true);
    expect(app.errors).toEqual([]);
  });
});
