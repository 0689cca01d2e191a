/** A real tutorial session, stepped through on screen: diagram, transcript and inspector follow one cursor. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

const mail = ['EHLO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<User@eng.abc.com>', 'RCPT TO:<boss@hr.abc.com>'];

/** One mail for two recipients, of which nginx looks up only the first. */
async function sendMail(app: App): Promise<void> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  for (const line of mail) await client.say(line);
  await client.say('DATA');
  await client.say('Subject: hello\r\n\r\nHello engineering!\r\n.');
  await client.say('QUIT');
  await client.closed();
}

const slider = (page: Page) => page.getByRole('slider', { name: 'Step of the session' });
const stepNow = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));
const total = async (page: Page) => Number(await slider(page).getAttribute('aria-valuemax'));
const transcript = (page: Page) => page.getByRole('region', { name: 'Transcript' });
const inspector = (page: Page) => page.getByRole('region', { name: 'Inspector' }).last();
const diagram = (page: Page) => page.getByRole('region', { name: 'Flow of the session' });
const current = (page: Page) => transcript(page).locator('[aria-current=step]');

/** Waits until the slider stands at `step`. */
const standsAt = (page: Page, step: number) =>
  page.locator(`[role=slider][aria-valuenow="${step}"]`).waitFor({ state: 'visible' });

/** What each pane says of the step at the cursor. */
async function panes(page: Page) {
  const now = await stepNow(page);
  await inspector(page).getByText(`Step ${now} of `, { exact: false }).waitFor();
  return {
    now,
    scrubber: await slider(page).getAttribute('aria-valuetext'),
    transcript: await current(page).getAttribute('aria-label'),
    nodes: await diagram(page).getByRole('button').allTextContents(),
    why: await inspector(page).getByRole('tabpanel').innerText(),
  };
}

/** Goes to the step whose row in the transcript says `text`. */
async function goTo(page: Page, text: RegExp): Promise<number> {
  // Away from tabs, which have their own use for these keys.
  await slider(page).focus();
  await page.keyboard.press('Home');
  await standsAt(page, 1);
  for (let step = 1; step <= (await total(page)); step += 1) {
    if (text.test((await slider(page).getAttribute('aria-valuetext')) ?? '')) return step;
    await page.keyboard.press('ArrowRight');
    await standsAt(page, Math.min(step + 1, await total(page)));
  }
  throw new Error(`no step says ${text}`);
}

/** Accessibility problems of the whole window, in words. */
async function accessibility(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

describe.each(hosts)('a session on the %s host', (host) => {
  let app: App;
  let page: Page;

  beforeAll(async () => {
    app = await launch(host, {
      labText: tutorialText,
      context: { viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    page = app.page;
    await page.getByText('No session selected').waitFor();
    await sendMail(app);
    // With reduced motion the panes are at the end as soon as the session is.
    await page.getByRole('button', { name: /Client, .*: gone/ }).waitFor();
  });
  afterAll(() => app.close());

  test('appears of itself, whole, without a step that has no reason', async () => {
    await expect.poll(() => stepNow(page)).toBe(await total(page));
    await expect.poll(() => total(page)).toBeGreaterThanOrEqual(28);
    await expect
      .poll(() =>
        transcript(page)
          .getByRole('button', { name: /^Step / })
          .count(),
      )
      .toBeGreaterThan(5);
  });

  test('says to a newcomer that it can be walked back, until that has been done', async () => {
    const hint = diagram(page).getByText(/^That was it\. Press/);
    await hint.waitFor();
    await page.keyboard.press('ArrowLeft');
    await hint.waitFor({ state: 'hidden' });
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    await expect.poll(() => hint.count()).toBe(0);
  });

  test('every pane follows the cursor forwards, and says the same again backwards', async () => {
    await page.keyboard.press('Home');
    await standsAt(page, 1);
    const count = await total(page);
    const forwards = [await panes(page)];
    for (let step = 2; step <= count; step += 1) {
      await page.keyboard.press('ArrowRight');
      await standsAt(page, step);
      forwards.push(await panes(page));
    }
    for (const { now, transcript: row, why } of forwards) {
      expect(row).toMatch(new RegExp(`^Step ${now},`));
      expect(why).toContain(`Step ${now} of ${count}`);
      expect(why).toContain('Source: ');
      // A key that shows would mean a reason without its words.
      expect(why).not.toMatch(/\b(smtp|session)\.[a-z]/);
    }
    for (let step = count - 1; step >= 1; step -= 1) {
      await page.keyboard.press('ArrowLeft');
      await standsAt(page, step);
      await expect.poll(() => panes(page)).toEqual(forwards[step - 1]);
    }
  });

  test('the diagram says who does what at the lookup', async () => {
    await goTo(page, /Proxy: RCPT TO:<User@eng/);
    await diagram(page)
      .getByText(/^Step \d+ of \d+\. Proxy asks auth for User@eng\.abc\.com\.$/)
      .waitFor();
    await page.getByRole('button', { name: /^Proxy, .*: asks auth$/ }).waitFor();
    await page.getByRole('button', { name: /^Auth, .*: is asked$/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: /^Auth, .*: rule 1 engineering$/ }).waitFor();
  });

  test('what the proxy knows grows, and the change is marked', async () => {
    await goTo(page, /Client: RCPT TO:<User@eng/);
    const knows = inspector(page).getByRole('table', { name: 'What the proxy knows' });
    const to = knows.getByRole('row', { name: /^to / });
    await expect.poll(() => to.innerText()).toMatch(/RCPT TO:<User@eng\.abc\.com>\s*changed/);
    await expect.poll(() => knows.getByRole('row', { name: /^hello / }).innerText()).not.toContain('changed');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => to.innerText()).not.toContain('changed');
  });

  test('the auth call stands between the legs, and the relay has its divider', async () => {
    await goTo(page, /Auth: Auth-Status: OK/);
    await transcript(page).getByText('Question to the auth service').waitFor();
    await transcript(page)
      .getByText(/Go to 127\.0\.0\.1:\d+/)
      .waitFor();
    await page.keyboard.press('End');
    await transcript(page)
      .getByText('From here nginx only copies bytes. No more lookups on this connection.')
      .waitFor();
  });

  test('the route tab tells why, rule by rule, and what the second recipient really got', async () => {
    await page.keyboard.press('End');
    await page.keyboard.press('e');
    const pane = inspector(page);
    await pane.getByText('User@eng.abc.com went to eng because rule 1, engineering, matched.').waitFor();
    const rules = pane.getByRole('list', { name: 'Rules, first match wins' }).getByRole('listitem');
    await expect
      .poll(() => rules.allInnerTexts())
      .toMatchObject([
        expect.stringMatching(/engineering\s+matched\s+rcpt is \*@eng\.abc\.com/),
        expect.stringMatching(/human resources\s+not tried/),
        expect.stringMatching(/Otherwise\s+not tried/),
      ]);
    const recipients = pane.getByRole('table', { name: 'Recipients on this connection' });
    await recipients
      .getByRole('row', {
        name: /boss@hr\.abc\.com followed, not looked up hr eng not as the rules would have it C1 250/,
      })
      .waitFor();
    await pane.getByText(/nginx looks up only the first recipient/).waitFor();
  });

  test('the auth tab shows the exact bytes, and the message tab the mail', async () => {
    const pane = inspector(page);
    await pane.getByRole('tab', { name: 'Auth' }).click();
    await pane.getByRole('row', { name: 'Auth-SMTP-To RCPT TO:<User@eng.abc.com>' }).waitFor();
    await expect.poll(() => pane.getByRole('meter').getAttribute('aria-valuetext')).toMatch(/^\d+ of 1,024 bytes$/);
    await pane.getByRole('tab', { name: 'Message' }).click();
    const headers = pane.getByRole('region', { name: 'Headers' });
    await headers.getByText('hello', { exact: true }).waitFor();
    await pane.getByRole('tab', { name: 'Text' }).click();
    await pane.getByText('Hello engineering!').waitFor();
    await pane.getByRole('button', { name: 'Open in Messages (eng)' }).waitFor();
    await pane.getByRole('tab', { name: 'Why' }).click();
  });

  test('the keyboard reaches every part of the diagram and every row', async () => {
    const client = diagram(page).getByRole('button', { name: /^Client/ });
    await client.focus();
    const way = [
      ...(['Breakpoint at C→P', 'Breakpoint at P→C', 'Proxy'] as const).map((part) => ['ArrowRight', part] as const),
      ...(['Breakpoint at P→A', 'Breakpoint at A→P', 'Auth'] as const).map((part) => ['ArrowUp', part] as const),
      ...(['Breakpoint at A→P', 'Breakpoint at P→A', 'Proxy'] as const).map((part) => ['ArrowDown', part] as const),
      ...(['Breakpoint at P→U', 'Breakpoint at U→P', 'eng'] as const).map((part) => ['ArrowRight', part] as const),
      ['ArrowDown', 'hr'],
    ] as const;
    const before = await stepNow(page);
    for (const [key, part] of way) {
      await page.keyboard.press(key);
      const name = await page.evaluate(() => {
        const { activeElement: at } = document;
        return at?.getAttribute('aria-label') ?? at?.textContent ?? '';
      });
      expect(name).toMatch(new RegExp(`^${part}`));
    }
    await expect.poll(() => stepNow(page)).toBe(before);
    await page.keyboard.press('Enter');
    await inspector(page).getByRole('complementary', { name: 'hr' }).waitFor();
    await page.keyboard.press('Home');
    await current(page).focus();
    await page.keyboard.press('ArrowDown');
    await standsAt(page, 2);
    await page.keyboard.press('ArrowDown');
    await standsAt(page, 3);
    await page.keyboard.press('Shift+ArrowRight');
    await standsAt(page, 4);
  });

  test('a click on a row and on the scrubber moves the cursor', async () => {
    await page.keyboard.press('Home');
    await transcript(page)
      .getByRole('button', { name: /^Step 5,/ })
      .click();
    await standsAt(page, 5);
    const box = await slider(page).boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 2, (box?.y ?? 0) + 12);
    await standsAt(page, await total(page));
  });

  test.each(['light', 'dark'] as const)('nothing stands in the way of anybody in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await goTo(page, /Auth: Auth-Status: OK/);
    expect(await accessibility(page)).toEqual([]);
    await page.keyboard.press('End');
    for (const tab of ['Route', 'Auth', 'Message', 'Log', 'Why']) {
      await inspector(page).getByRole('tab', { name: tab }).click();
      expect(await accessibility(page)).toEqual([]);
    }
  });

  test('a session being typed is followed line by line', async () => {
    await page.getByRole('button', { name: 'Live', exact: true }).click();
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    await page.getByRole('button', { name: /^Proxy, .*: greeting|awaits a line$/ }).waitFor();
    for (const [line, said] of [
      ['EHLO laptop', /EHLO laptop/],
      ['MAIL FROM:<dev@test.com>', /MAIL FROM:<dev@test.com>/],
      ['RCPT TO:<who@nowhere.org>', /550 5\.1\.1/],
    ] as const) {
      const reply = client.say(line);
      await transcript(page).getByRole('button', { name: said }).first().waitFor();
      await reply;
    }
    await client.closed();
    await page.getByRole('button', { name: /^Auth, .*: no rule matched$/ }).waitFor();
    await page.keyboard.press('e');
    await inspector(page)
      .getByText('who@nowhere.org was refused because no rule matched: no such recipient here')
      .waitFor();
  });

  test('nothing went wrong in the page meanwhile', () => {
    expect(app.errors).toEqual([]);
  });
});
