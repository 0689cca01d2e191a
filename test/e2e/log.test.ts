/** nginx's own log beside a session: what it would have written, and that at its usual level it would say nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

/** Engineering's server is not running; the rest is the tutorial. */
const labText = tutorialText.replace(/eng: \{ smtp: (\S+) \}/, 'eng: { smtp: $1, external: true }');

describe.each(hosts)("nginx's log on the %s", (host) => {
  let app: App;
  const say = async (recipient: string, lines: readonly string[]) => {
    const client = await dialogue(app.listener('proxy'));
    await client.until(REPLY);
    for (const line of ['HELO me', 'MAIL FROM:<dev@test.com>', `RCPT TO:<${recipient}>`, ...lines])
      await client.say(line);
    await client.closed();
    await app.page.getByRole('option', { name: new RegExp(recipient.replaceAll('.', '\\.')) }).click();
  };
  const lines = () => app.page.getByRole('list', { name: "nginx's log of this session" }).getByRole('button');
  beforeAll(async () => {
    app = await launch(host, {
      labText,
      context: { viewport: { width: 1024, height: 640 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
  });
  afterAll(() => app.close());

  test('of a mail that arrives it says nothing, and what it would have said at level info', async () => {
    const { page } = app;
    await say('a@hr.abc.com', ['QUIT']);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page
      .getByText('With error_log at level error, nginx would have logged nothing about this session.')
      .waitFor();
    await page.getByText('At level info it would have said 3 more.').waitFor();
    const { port } = app.listener('hr');
    const proxy = app.listener('proxy').port;
    await expect
      .poll(() => lines().allInnerTexts())
      .toEqual([
        expect.stringMatching(
          new RegExp(
            `^\\[info\\] \\*\\d+ client 127\\.0\\.0\\.1:\\d+ connected to 0\\.0\\.0\\.0:${proxy} not at level error$`,
          ),
        ),
        expect.stringContaining(
          `client logged in, client: 127.0.0.1, server: 0.0.0.0:${proxy}, upstream: 127.0.0.1:${port}`,
        ),
        expect.stringContaining('proxied session done, '),
      ]);
  });

  test('a line leads to its step, by mouse and by keyboard', async () => {
    const { page } = app;
    await lines().nth(1).click();
    await expect.poll(() => lines().nth(1).getAttribute('aria-current')).toBe('step');
    await lines().nth(0).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => lines().nth(0).getAttribute('aria-current')).toBe('step');
    await page.getByRole('tab', { name: 'Why' }).click();
    await page.getByRole('heading', { name: 'Client connected' }).waitFor();
  });

  test('what failed stands in the log at every level, and the card quotes it', async () => {
    const { page } = app;
    await say('b@eng.abc.com', []);
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByText('With error_log at level error, nginx would have logged 1 line about this session.').waitFor();
    const { port } = app.listener('eng');
    const line = `recv() failed (111: Connection refused) while reading response from upstream, client: 127.0.0.1, server: 0.0.0.0:${app.listener('proxy').port}, upstream: 127.0.0.1:${port}`;
    await expect.poll(() => lines().nth(1).innerText()).toContain(line);
    await page.getByRole('tab', { name: 'Why' }).click();
    await page.getByRole('region', { name: 'What really happened' }).getByText(`[error] ${line}`).waitFor();
    expect(app.errors).toEqual([]);
  });
});
