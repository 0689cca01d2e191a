/** The lab's clients in the window: mails in every form, logins, connections by hand, sessions copied as commands. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';

const lab = `lab: 1
name: clients
proxy: |
  mail {
      server_name mail.test;
      auth_http   http://127.0.0.1:8000;
      server { listen 3333; protocol smtp; smtp_auth none; }
      server { listen 3143; protocol imap; imap_auth plain login; }
  }
auth:
  listen: 127.0.0.1:8000
  rules:
    - name: engineering
      when: { rcpt: "*@eng.test" }
      then: { route: eng }
    - name: nobody
      when: { protocol: imap }
      then: { reject: "no such mailbox" }
  otherwise: { reject: "550 5.1.1 no such recipient here" }
upstreams:
  eng: { smtp: 127.0.0.1:2525 }
`;

const clean = async (app: App, scheme: 'light' | 'dark') => {
  await app.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await app.page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
  // What has just opened may still be on its way to its colours.
  await expect.poll(async () => JSON.stringify(await findings(app.page))).toBe('[]');
};

describe.each(hosts)('clients on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: lab, context: { reducedMotion: 'reduce' } });
  });
  afterAll(() => app.close());

  const send = async () => {
    await app.page.getByRole('button', { name: 'Send mail…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Send a test mail' });
    await dialog.waitFor();
    return dialog;
  };
  const fillTo = async (dialog: Locator, name: string, ...addresses: string[]) => {
    const field = dialog.getByLabel(name, { exact: true });
    for (const address of addresses) {
      await field.fill(address);
      await field.press('Enter');
    }
  };
  const go = (dialog: Locator) => dialog.getByRole('button', { name: 'Send', exact: true }).click();

  test('a mail to nobody, and one to an address that is none, are not sent, and it is said why', async () => {
    const dialog = await send();
    await dialog.getByLabel('To', { exact: true }).press('Backspace');
    await go(dialog);
    await dialog.getByRole('alert').getByText('Say to whom the mail goes').waitFor();
    await fillTo(dialog, 'To', 'a>b@eng.test');
    await go(dialog);
    await dialog.getByRole('alert').getByText('“a>b@eng.test” cannot stand in a command line').waitFor();
    await app.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('copies, HTML and a file: the commands follow, and who was refused is told line by line', async () => {
    const dialog = await send();
    await dialog.getByLabel('To', { exact: true }).press('Backspace');
    await fillTo(dialog, 'To', 'who@nowhere.test', 'one@eng.test');
    await dialog.getByRole('button', { name: 'Add Cc and Bcc' }).click();
    await fillTo(dialog, 'Bcc', 'blind@eng.test');
    await dialog.getByRole('button', { name: 'Add an HTML version' }).click();
    await dialog.getByRole('textbox', { name: 'HTML', exact: true }).fill('<p>Hi</p>');
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('from the file') });
    await dialog.getByRole('list', { name: 'Attached files' }).getByText('notes.txt').waitFor();
    await dialog.getByText('13 B of 25.0 MB attached').waitFor();
    await dialog.getByText('Login, encryption, headers').click();
    await dialog.getByRole('textbox', { name: 'More headers' }).fill('X-Test: one');
    await dialog.getByText(/^swaks .*blind@eng\.test.*--attach-name notes\.txt/s).waitFor();
    await dialog.getByText(/^curl .*--mail-rcpt blind@eng\.test.*multipart\/alternative/s).waitFor();
    await clean(app, 'dark');
    await clean(app, 'light');
    await go(dialog);
    const fates = dialog.getByRole('list', { name: 'Recipients' });
    await fates.waitFor();
    await fates.getByText('550 5.1.1 no such recipient here').waitFor();
    await fates.getByText('not asked: the conversation was over').first().waitFor();
    await dialog.getByRole('button', { name: /^Show session #/ }).waitFor();
    await clean(app, 'light');
    await dialog.getByRole('button', { name: /^Show session #/ }).click();
    await dialog.waitFor({ state: 'hidden' });
    await app.page.getByRole('option', { selected: true, name: /who@nowhere\.test.*rejected 550/ }).waitFor();
  });

  test('the last mail can be put back, and a whole message sent instead', async () => {
    const dialog = await send();
    await dialog.getByRole('button', { name: 'the last one again' }).click();
    await dialog.getByText('blind@eng.test').first().waitFor();
    await dialog.getByText('A whole message').click();
    await dialog.getByRole('textbox', { name: 'Message source' }).fill('Subject: raw\n\n.dot');
    await dialog.getByText(/^\{ printf .*'Subject: raw' '' '\.\.dot'; printf \.; \} \| swaks /).waitFor();
    await app.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('a login that is refused says so, and leads to its session', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^imap/ }).click();
    await page.getByRole('button', { name: 'Try a login…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Try a login' });
    await dialog.getByRole('textbox', { name: 'User' }).fill('ann');
    await dialog.getByLabel('Password', { exact: true }).fill('secret');
    await clean(app, 'dark');
    await clean(app, 'light');
    await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
    const steps = dialog.getByRole('list', { name: 'Steps' });
    await steps.getByText('ann was refused with PLAIN').waitFor();
    await steps.getByText('no such mailbox').waitFor();
    await clean(app, 'light');
    await dialog.getByRole('button', { name: /^Show session #/ }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('option', { selected: true, name: /IMAP.*ann/ }).waitFor();
  });

  test('a session is copied as a command, without the password unless it is wanted', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Copy as…' }).click();
    const dialog = page.getByRole('dialog', { name: /^Copy session #/ });
    await dialog.getByText(/^curl --url imap:\/\/127\.0\.0\.1:\d+\/ --user ann --login-options AUTH=PLAIN/).waitFor();
    await dialog.getByText('Passwords are left out').waitFor();
    await clean(app, 'dark');
    await clean(app, 'light');
    await dialog.getByRole('checkbox', { name: 'With the passwords in it' }).click();
    await dialog.getByText(/--user ann:secret/).waitFor();
    await dialog.getByText('telnet', { exact: true }).click();
    await dialog.getByText(/\| telnet 127\.0\.0\.1 \d+$/s).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('telnet: two connections, pasted lines one by one, and what was typed is found again', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Telnet', exact: true }).click();
    const log = page.getByRole('log', { name: 'Telnet conversation' });
    const line = page.getByRole('textbox', { name: 'Line to send' });
    await log.getByText('220 mail.test ESMTP ready').waitFor();
    await line.focus();
    await line.evaluate((element, text) => {
      const data = new DataTransfer();
      data.setData('text', text);
      element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, 'HELO me\nMAIL FROM:<dev@test.com>\nRCPT TO:<one@eng.test>\nDATA\nSubject: pasted\n\nhi\n.\n');
    await log.getByText(/^250 OK: message queued/).waitFor();
    expect((await log.innerText()).split('\n').filter((one) => one.startsWith('250'))).toHaveLength(4);
    await page.getByRole('combobox', { name: 'Listener' }).click();
    await page.getByRole('option', { name: /^imap/ }).click();
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await log.getByText('* OK IMAP4 ready').waitFor();
    await page.getByRole('button', { name: 'a1 CAPABILITY' }).click();
    await line.press('Enter');
    await log.getByText('a1 OK completed').waitFor();
    await clean(app, 'dark');
    await clean(app, 'light');
    await page.getByRole('list', { name: 'Connections' }).getByRole('button', { name: /smtp/ }).click();
    await log.getByText('220 mail.test ESMTP ready').waitFor();
    await line.press('ArrowUp');
    await expect.poll(() => line.inputValue()).toBe('.');
    await page.reload();
    await page.getByRole('button', { name: 'Telnet', exact: true }).click();
    await log.getByText('220 mail.test ESMTP ready').waitFor();
    await line.press('ArrowUp');
    await expect.poll(() => line.inputValue()).toBe('.');
    await page.getByRole('button', { name: 'Disconnect' }).click();
  });

  test('the page complained of nothing', () => expect(app.errors).toEqual([]));
});
