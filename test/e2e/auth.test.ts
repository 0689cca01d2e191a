/** Auth services in the window: faults of the lab's own, exams, and a foreign one with its traps marked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type RawService, rawService } from '../electron/authority/services.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';
import { withFreePorts } from './fixtures/ports.ts';

const context = { viewport: { width: 1024, height: 640 }, reducedMotion: 'reduce', colorScheme: 'light' } as const;

/** What the first recipient is answered. */
async function firstRecipient(app: App, recipient: string): Promise<string> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  for (const line of ['HELO me', 'MAIL FROM:<dev@test.com>']) await client.say(line);
  const reply = await client.say(`RCPT TO:<${recipient}>`);
  if (reply.startsWith('250')) await client.say('QUIT');
  await client.closed();
  return reply;
}

const choose = async ({ page }: App, label: string, option: string) => {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

describe.each(hosts)("the lab's own auth service on the %s", (host) => {
  let app: App;
  const press = (name: string) => app.page.getByRole('button', { name, exact: true }).click();
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText, context });
  });
  afterAll(() => app.close());

  test('a fault is armed, is always visible, and the session tells of it', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^auth 127/ }).click();
    await press('Make it fail…');
    const dialog = page.getByRole('dialog', { name: 'Make the auth service fail' });
    await dialog.getByText('Nothing is armed').waitFor();
    await choose(app, 'What goes wrong', 'ok in lower case');
    await dialog.getByText('Anything but OK is a refusal').waitFor();
    await choose(app, 'Which answers', 'the next ones');
    await page.getByRole('textbox', { name: 'How many' }).fill('2');
    await page.keyboard.press('Enter');
    const armed = dialog.getByRole('region', { name: 'Armed faults' });
    await armed.getByText('ok in lower case').waitFor();
    await armed.getByText('the next 2').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '1 fault armed', exact: true }).waitFor();
    expect(await firstRecipient(app, 'a@eng.abc.com')).toBe('535 5.7.0 ok\r\n');
    await page.getByRole('option', { name: /a@eng\.abc\.com/ }).click();
    await page.getByRole('tab', { name: 'Auth' }).click();
    await page.getByText('A fault was armed, and struck this answer: ok in lower case.').waitFor();
    await page
      .getByRole('list', { name: 'Traps in this answer' })
      .getByText('Only the exact bytes OK let in; ok is a refusal with this text.')
      .waitFor();
  });

  test('what is spent goes by itself, the rest with one button', async () => {
    const { page } = app;
    expect(await firstRecipient(app, 'b@eng.abc.com')).toMatch(/^535/);
    await page.getByRole('button', { name: '1 fault armed', exact: true }).waitFor({ state: 'hidden' });
    await press('Make it fail…');
    for (const kind of ['closes without an answer', 'garbage']) {
      await choose(app, 'What goes wrong', kind);
      await choose(app, 'Which answers', 'always');
      await press('Arm');
    }
    await page.getByRole('button', { name: 'Clear garbage' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '2 faults armed', exact: true }).waitFor();
    expect(await firstRecipient(app, 'c@eng.abc.com')).toMatch(/^451 4\.3\.2/);
    await press('Clear all faults');
    await page.getByRole('button', { name: '2 faults armed', exact: true }).waitFor({ state: 'hidden' });
    expect(await firstRecipient(app, 'd@eng.abc.com')).toMatch(/^250/);
  });

  test('passes its exam', async () => {
    const { page } = app;
    await press('Examine…');
    await page.getByRole('textbox', { name: 'A recipient it accepts' }).fill('user@eng.abc.com');
    await press('Examine');
    const report = page.getByRole('region', { name: 'Result of the exam' });
    await report.getByText('Passed.').waitFor();
    await report.getByRole('combobox', { name: 'Lookup' }).selectOption('stranger.percent');
    await report.getByText('Auth-Pass: 100%25sure%2520').waitFor();
    await page.keyboard.press('Escape');
    expect(app.errors).toEqual([]);
  });
});

describe.each(hosts)('a foreign auth service on the %s', (host) => {
  let app: App;
  let service: RawService;
  beforeAll(async () => {
    // Lets everybody in, with an error status, a header twice and a body.
    service = await rawService((socket) =>
      socket.end(
        'HTTP/1.1 500 Oops\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 1\r\nAuth-Port: 2\r\nAuth-Pass: hush\r\n\r\n{"no":1}',
      ),
    );
    const url = `http://127.0.0.1:${service.port}/check`;
    const labText = (await withFreePorts(tutorialText)).replace(/auth_http\s+\S+;/, `auth_http ${url};`);
    app = await launch(host, { labText, keepPorts: true, context });
  });
  afterAll(async () => {
    await app.close();
    await service.stop();
  });

  test('its traps are marked at the bytes of the answer', async () => {
    const { page } = app;
    await firstRecipient(app, 'a@eng.abc.com');
    await page.getByRole('option', { name: /a@eng\.abc\.com/ }).click();
    await page.getByRole('tab', { name: 'Auth' }).click();
    const traps = page.getByRole('list', { name: 'Traps in this answer' });
    await traps.getByText('The status 500 is ignored').waitFor();
    await traps.getByText('There is no Auth-Status, and nginx takes that for OK.').waitFor();
    await traps.getByText('Auth-Port comes 2 times').waitFor();
    await page.getByRole('meter', { name: "Size of the answer's head" }).waitFor();
    await page.getByRole('button', { name: 'Raw bytes' }).click();
    const bytes = page.getByRole('list', { name: 'Answer', exact: true }).getByRole('listitem');
    await bytes.filter({ hasText: 'HTTP/1.1 500 Oops' }).filter({ hasText: 'B4, B5' }).waitFor();
    await bytes.filter({ hasText: 'Auth-Port: 1' }).filter({ hasText: 'B11' }).waitFor();
    await bytes.filter({ hasText: 'Auth-Pass: ••••' }).waitFor();
  });

  test('its exam says what is wrong, what to do, and shows the bytes', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Examine…', exact: true }).click();
    await page.getByRole('button', { name: 'Examine', exact: true }).click();
    const report = page.getByRole('region', { name: 'Result of the exam' });
    await report.getByText('Failed.').waitFor();
    const findings = report.getByRole('list', { name: 'Findings' }).getByRole('listitem');
    await findings.filter({ hasText: 'You are letting everyone in' }).waitFor();
    const none = findings.filter({ hasText: 'The answer has no Auth-Status' });
    await none.getByText('Send Auth-Status with every answer').waitFor();
    await none.getByRole('button', { name: 'with parameters' }).click();
    await report.getByText('Auth-SMTP-To: RCPT TO:<nobody@nowhere.invalid> NOTIFY=NEVER').waitFor();
    await report.getByRole('list', { name: 'Answer, up to where' }).getByText('HTTP/1.1 500 Oops').waitFor();
    expect(app.errors).toEqual([]);
  });

  test('one that is gone is one sentence', async () => {
    const { page } = app;
    await service.stop();
    await page.getByRole('button', { name: 'Examine', exact: true }).click();
    await page.getByText(/cannot be reached \(nobody listens there\): start the service/).waitFor();
  });
});
