/** The Messages place: a list that is always true, one message in all its views, and the keyboard for all of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';
import { sendMail } from './fixtures/mails.ts';

/** For polls: two cores do a lot at once here. */
const soon = { timeout: 10_000 };

describe('messages', () => {
  let app: App;
  beforeAll(async () => {
    app = await launch('browser', { labText: tutorialText });
    await app.page.getByRole('button', { name: 'Messages' }).click();
    await app.page.getByText('No message has reached an upstream yet.').waitFor();
  });
  afterAll(() => app.close());

  const send = (subject: string, more: Parameters<typeof sendMail>[1] = {}) =>
    sendMail(app.listener('proxy'), { subject, from: 'dev@test.com', to: 'user@eng.abc.com', text: 'hello', ...more });
  const list = () => app.page.getByRole('listbox', { name: 'Messages' });
  const option = (name: string | RegExp) => list().getByRole('option', { name });
  const article = (name: string) => app.page.getByRole('article', { name });

  test('new mail appears at once, unread, with what is attached; the open one stays open', async () => {
    await send('first');
    await option(/unread.*first/).waitFor();
    await article('first').waitFor();
    await send('second', { attachments: [{ filename: 'a.bin', content: 'x' }] });
    await option(/second.*with attachments/).waitFor();
    await send('third', { to: 'boss@hr.abc.com', envelope: { from: 'dev@test.com', to: ['boss@hr.abc.com'] } });
    await option(/third.*hr/).waitFor();
    await article('first').waitFor();
  });

  test('who is only in the envelope, and who is only in the headers', async () => {
    await send('bcc', {
      to: 'Joe <joe@eng.abc.com>',
      envelope: { from: 'dev@test.com', to: ['joe@eng.abc.com', 'secret@eng.abc.com'] },
      cc: 'Other <other@elsewhere.test>',
    });
    await option(/bcc/).click();
    const envelope = article('bcc').getByRole('region', { name: 'Envelope' });
    await envelope.getByText('secret@eng.abc.com in envelope only').waitFor();
    await expect.poll(() => envelope.getByText('in envelope only').count()).toBe(1);
    const headers = article('bcc').getByRole('region', { name: 'Headers' });
    await headers.getByText('in headers only: other@elsewhere.test').waitFor();
  });

  test('keys: down the list, into the message, to the search and back', async () => {
    const { page } = app;
    await list().focus();
    await page.keyboard.press('End');
    await article('first').waitFor();
    await page.keyboard.press('ArrowUp');
    await article('second').waitFor();
    await page.keyboard.press('Enter');
    const tab = article('second').getByRole('tab', { name: 'Envelope | Headers' });
    await expect.poll(() => tab.evaluate((element) => element === document.activeElement), soon).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.insertText('subject:third');
    await page.getByText('Found 1 of 4.').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    await article('third').waitFor();
    await page.getByRole('textbox', { name: 'Search messages' }).fill('size:3');
    await page
      .getByRole('status')
      .getByText(/^size: is not a key/)
      .waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await option(/first/).waitFor();
  });

  test('every view of a message', async () => {
    const { page } = app;
    await send('all views', {
      text: 'Ünïcode text',
      html: '<p>Hello <b>you</b></p>',
      attachments: [{ filename: 'data.bin', content: Buffer.from([0, 1, 2, 255]) }],
    });
    await option(/all views/).click();
    const mail = article('all views');
    await mail.getByRole('tab', { name: 'HTML' }).click();
    await page.frameLocator('iframe').getByText('Hello you').waitFor();
    await mail.getByText('Nothing was blocked').waitFor();
    await mail.getByRole('tab', { name: 'Text' }).click();
    await mail.getByRole('region', { name: 'Text' }).getByText('Ünïcode text').waitFor();
    await mail.getByRole('tab', { name: 'MIME' }).click();
    await mail.getByRole('tree').focus();
    await page.keyboard.press('End');
    await mail.getByRole('treeitem', { name: /application\/octet-stream base64.*data\.bin/, selected: true }).waitFor();
    await mail.getByText('00 01 02 ff').waitFor();
    await mail.getByRole('button', { name: 'As it came' }).click();
    await mail.getByText('AAEC/w==').waitFor();
    await mail.getByRole('tab', { name: 'Source' }).click();
    await mail.getByRole('region', { name: 'Source' }).getByText('CRLF').first().waitFor();
    await mail.getByRole('tab', { name: 'Attachments (1)' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      mail.getByRole('button', { name: 'Save as data.bin' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('data.bin');
    const [whole] = await Promise.all([
      page.waitForEvent('download'),
      mail.getByRole('button', { name: 'Save as…' }).click(),
    ]);
    expect(whole.suggestedFilename()).toBe('all views.eml');
  });

  test('a pin is kept and shown, a deleted message is gone and the next one is open', async () => {
    const { page } = app;
    await option(/second/).click();
    await article('second').getByRole('button', { name: 'Pin' }).click();
    await option(/second pinned/).waitFor();
    await option(/third/).click();
    await article('third').waitFor();
    await list().focus();
    await page.keyboard.press('Delete');
    await page
      .getByRole('dialog', { name: 'Delete this message?' })
      .getByRole('button', { name: 'Delete', exact: true })
      .click();
    await article('second').waitFor();
    await expect.poll(() => option(/third/).count(), soon).toBe(0);
    await page.getByRole('button', { name: 'eng, 4 messages' }).click();
    await page.getByRole('button', { name: 'Delete all…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => list().getByRole('option').count(), soon).toBe(1);
    await article('second').waitFor();
    await page.getByRole('button', { name: 'All, 1 message' }).click();
  });

  test('to the session that brought it, and from the session back to it', async () => {
    const { page } = app;
    await article('second')
      .getByRole('button', { name: /^Session #/ })
      .click();
    await page.getByRole('option', { name: /user@eng\.abc\.com/, selected: true }).waitFor();
    await page.getByRole('tab', { name: 'Message', exact: true }).click();
    await page.getByRole('button', { name: 'Open in Messages (eng)' }).click();
    await article('second').waitFor();
  });

  test.each(['light', 'dark'] as const)('nothing stands in the way of anybody in the %s theme', async (colorScheme) => {
    const { page } = app;
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    const raw = `Subject: wrong ${colorScheme}\r\nno colon\r\nContent-Type: text/html; charset=nope\r\n\r\n<img src=http://r.invalid/a><a href=http://r.invalid>x</a>\n`;
    await send('', { raw });
    await option(`wrong ${colorScheme}`).click();
    const mail = article(`wrong ${colorScheme}`);
    await mail.getByText('2 things are wrong with this message').click();
    for (const name of ['Envelope | Headers', 'HTML', 'Text', 'MIME', 'Source', /^Attachments/]) {
      await mail.getByRole('tab', { name }).click();
      if (name === 'HTML') await mail.getByText('Blocked 1 remote item').click();
      expect(await findings(page)).toEqual([]);
    }
    await mail.getByRole('tab', { name: 'Envelope | Headers' }).click();
  });

  test('the page complained of nothing', () => {
    const own = /^Blocked script execution in 'about:srcdoc' because the document's frame is sandboxed/;
    expect(app.errors.filter((one) => !own.test(one))).toEqual([]);
  });
});
