/** What is proven of the rules, in the window: rules never reached, promises kept and broken, an example of each rule. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';

const rules = `    - name: bob
      when: { rcpt: bob@hr.abc.com }
      then: { route: eng }
    - name: press
      when: { rcpt: "press@*" }
      then: { route: out }
  otherwise:`;
const never = `never:
  - { name: HR stays in, rcpt: "*@hr.abc.com", route: external }
  - { name: no mail of ABC leaves, rcpt: "*@*abc.com", route: external }
  - { user: bob, route: eng, protocol: imap }
`;
const labText = `${tutorialText
  .replace('  otherwise:', rules)
  .replace('  hr:  {', '  out: { smtp: 127.0.0.1:2599, external: true }\n  hr:  {')}${never}`;

const proofs = (page: Page) => page.getByRole('region', { name: 'Proofs' });
const row = (page: Page, text: string | RegExp) => proofs(page).getByRole('listitem').filter({ hasText: text });

describe.each(hosts)('the proofs on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText });
  });
  afterAll(async () => {
    expect(app.errors).toEqual([]);
    await app.close();
  });

  test('a broken promise is said wherever one is, with what breaks it, and shown on request', async () => {
    const { page } = app;
    const alert = page.getByRole('alert').filter({ hasText: 'break a promise' });
    await alert.getByText(/"no mail of ABC leaves" is broken: press@a?abc.com goes to/).waitFor();
    await alert.getByRole('button', { name: 'Show the promises' }).click();
    await row(page, 'HR stays in').getByText(/^Kept/).waitFor();
    await row(page, 'no mail of ABC leaves')
      .getByText(/^Broken: .* by rule “press”\.$/)
      .waitFor();
    await row(page, 'Promise 3')
      .getByText(/^It says nothing/)
      .waitFor();
  });

  test('each rule has an example of what it decides, or the reason why there is none', async () => {
    const { page } = app;
    await page.getByRole('heading', { name: 'An example of what each rule decides' }).waitFor();
    await row(page, 'human resources').getByText('user@hr.abc.com').waitFor();
    await row(page, 'bob').getByText('Never reached: other rules take everything.').waitFor();
    await row(page, 'Otherwise').getByText('user@example.com').waitFor();
  });

  test('an edit that keeps the promise takes the alert away', async () => {
    const { page } = app;
    await page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: /^Lab file/ })
      .click();
    await page
      .getByText(/rule "bob" is never reached: rule "human resources" takes everything/)
      .first()
      .waitFor();
    await page.getByRole('textbox', { name: 'Lab file' }).click();
    await page.keyboard.press('Control+a');
    const kept = app.labText.replace('"press@*" }', '"press@*", not: { rcpt: "*abc.com" } }');
    await page.keyboard.insertText(kept);
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'break a promise' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('button', { name: /^Rules/ })
      .click();
    const summary = proofs(page).getByText('2 of 3 promises kept');
    await summary.waitFor();
    await expect.poll(() => row(page, 'no mail of ABC leaves').isVisible()).toBe(false);
    await summary.click();
    await row(page, 'no mail of ABC leaves').getByText(/^Kept/).waitFor();
  });
});
