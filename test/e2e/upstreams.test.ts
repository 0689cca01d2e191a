/** The place of the upstreams: faults are armed, strike and are cleared; what leaves this machine is confirmed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type Elsewhere, startElsewhere } from '../fakes/elsewhere.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';
import { withFreePorts } from './fixtures/ports.ts';

const context = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' } as const;

/** What a recipient is answered. */
async function recipient(app: App, address: string): Promise<string> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  for (const line of ['HELO me', 'MAIL FROM:<dev@test.com>']) await client.say(line);
  const reply = await client.say(`RCPT TO:<${address}>`);
  client.end();
  await client.closed();
  return reply;
}

const strip = (app: App, name: string) => app.page.getByRole('region', { name: `SMTP of ${name}` });
const card = (app: App, name: string) => app.page.getByRole('article', { name });
const place = (app: App, name: string | RegExp) =>
  app.page.getByRole('navigation').getByRole('button', { name }).click();

describe.each(hosts)('faults of a mail server on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, { labText: tutorialText, context });
  });
  afterAll(() => app.close());

  const arm = async (upstream: string, stage: string, fill: (form: ReturnType<typeof strip>) => Promise<unknown>) => {
    await strip(app, upstream).getByRole('button', { name: stage }).click();
    const form = app.page.getByRole('form', { name: `What goes wrong at ${stage} of ${upstream}` });
    await fill(form);
    await form.getByRole('button', { name: 'Arm', exact: true }).click();
  };
  const choose = async (label: string, option: string) => {
    await app.page.getByRole('combobox', { name: label }).click();
    await app.page.getByRole('option', { name: option, exact: true }).click();
  };

  test('one is armed at a stage for one address, strikes it alone, and is seen everywhere', async () => {
    const { page } = app;
    await place(app, 'Upstreams');
    await arm('eng', 'RCPT', async (form) => {
      await form.getByRole('textbox', { name: 'Reply, with its code' }).fill('450 4.7.1 Not you');
      await form.getByRole('textbox', { name: 'Only this address' }).fill('a@eng.abc.com');
    });
    const chips = strip(app, 'eng').getByRole('list', { name: 'Armed faults' });
    await chips.getByText('RCPT answers “450 4.7.1 Not you”').waitFor();
    await chips.getByText('always · only a@eng.abc.com · struck 0 of 0').waitFor();
    expect(await recipient(app, 'a@eng.abc.com')).toBe('450 4.7.1 Not you\r\n');
    expect(await recipient(app, 'b@eng.abc.com')).toMatch(/^250 /);
    await chips.getByText('struck 1 of 1').waitFor();
    await page.getByRole('button', { name: /^eng, .*, 1 fault armed$/ }).waitFor();
    await page.getByRole('contentinfo').getByText('1 fault armed').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Upstreams, 1 fault armed' }).waitFor();
    await strip(app, 'eng').getByRole('button', { name: 'RCPT, 1 fault armed' }).waitFor();
    await card(app, 'eng').getByText('⚠ 1 fault armed').waitFor();
  });

  test('what is wrong with a fault is said where it is armed', async () => {
    const form = app.page.getByRole('form', { name: 'What goes wrong at RCPT of eng' });
    await form.getByRole('textbox', { name: 'Reply, with its code' }).fill('');
    await form.getByText('A reply needs a text.').waitFor();
    await expect.poll(() => form.getByRole('button', { name: 'Arm', exact: true }).isDisabled()).toBe(true);
    await form.getByRole('textbox', { name: 'Reply, with its code' }).fill('450 later');
    await form.getByRole('textbox', { name: 'Only this client' }).fill('not an address');
    await form.getByRole('button', { name: 'Arm', exact: true }).click();
    await form.getByRole('alert').getByText('This fault cannot be armed').waitFor();
    await app.page.keyboard.press('Escape');
    await form.waitFor({ state: 'hidden' });
  });

  test('a chip is cleared alone; one button clears the rest, those of the auth service too', async () => {
    const { page } = app;
    await arm('hr', 'connect', async () => {
      await choose('What goes wrong', 'resets the connection');
      await choose('How often', 'one of every so many');
    });
    await strip(app, 'hr').getByText('connect resets the connection').waitFor();
    await strip(app, 'hr').getByText('one of every 2 · struck 0 of 0').waitFor();
    await page.getByRole('button', { name: 'Clear RCPT: answers “450 4.7.1 Not you”' }).click();
    await strip(app, 'eng').getByRole('button', { name: 'RCPT', exact: true }).waitFor();
    expect(await recipient(app, 'a@eng.abc.com')).toMatch(/^250 /);
    await page.getByRole('button', { name: /^auth 127/ }).click();
    await page.getByRole('button', { name: 'Make it fail…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Arm', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clear no answer' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '2 faults armed', exact: true }).waitFor();
    const all = page.getByRole('region', { name: 'Armed faults of the lab' });
    await all.getByRole('button', { name: '1 of them at the auth service' }).waitFor();
    await all.getByRole('button', { name: 'Clear all faults' }).click();
    await all.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '2 faults armed', exact: true }).waitFor({ state: 'hidden' });
    expect(await recipient(app, 'a@hr.abc.com')).toMatch(/^250 /);
  });

  test('greylisting: the first recipient is put off, the next is let in', async () => {
    const { page } = app;
    await strip(app, 'eng').getByRole('button', { name: 'Presets for SMTP of eng' }).click();
    await page.getByRole('menuitem', { name: 'Greylisting' }).click();
    await strip(app, 'eng').getByText('the next 1 · Greylisting · struck 0 of 0').waitFor();
    expect(await recipient(app, 'c@eng.abc.com')).toBe('450 4.2.0 Greylisted, try again later\r\n');
    expect(await recipient(app, 'c@eng.abc.com')).toMatch(/^250 /);
    await strip(app, 'eng').getByText('Greylisting').waitFor({ state: 'hidden' });
  });

  test('down: the port is closed, everything says so, and clearing the fault opens it', async () => {
    const { page } = app;
    await strip(app, 'eng').getByRole('button', { name: 'connect', exact: true }).click();
    const form = page.getByRole('form', { name: 'What goes wrong at connect of eng' });
    await form.getByText('everybody is refused, every time').waitFor();
    await expect.poll(() => form.getByRole('combobox', { name: 'How often' }).count()).toBe(0);
    await expect.poll(() => form.getByRole('textbox', { name: 'Only this client' }).count()).toBe(0);
    await form.getByRole('button', { name: 'Close' }).click();
    await strip(app, 'eng').getByRole('button', { name: 'Presets for SMTP of eng' }).click();
    await page.getByRole('menuitem', { name: /^Down/ }).click();
    await card(app, 'eng').getByText('An armed fault keeps this port closed.').waitFor();
    await page
      .getByRole('banner')
      .getByRole('button', { name: /^eng \d+ refuses connections$/ })
      .waitFor();
    expect(await recipient(app, 'down@eng.abc.com')).toBe('451 4.3.2 Internal server error\r\n');
    await strip(app, 'eng').getByText('always · Down · struck 1 of 1').waitFor();
    await page.getByRole('button', { name: 'Clear connect: refuses connections' }).click();
    await card(app, 'eng').getByText('listening').waitFor();
    expect(await recipient(app, 'up@eng.abc.com')).toMatch(/^250 /);
  });

  test('a line of a transcript is answered otherwise the next time, once', async () => {
    const { page } = app;
    await place(app, 'Sessions');
    await page
      .getByRole('option', { name: /c@eng\.abc\.com/ })
      .last()
      .click();
    const line = page.getByRole('button', { name: /^Step .*450 4\.2\.0 Greylisted/ }).first();
    await line.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Answer this instead next time…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Answer this instead next time' });
    const field = dialog.getByRole('textbox', { name: 'Say instead' });
    await expect.poll(() => field.inputValue()).toBe('450 4.2.0 Greylisted, try again later');
    await field.fill('552 5.2.2 Over quota');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '1 fault armed', exact: true }).waitFor();
    expect(await recipient(app, 'd@eng.abc.com')).toBe('552 5.2.2 Over quota\r\n');
    expect(await recipient(app, 'd@eng.abc.com')).toMatch(/^250 /);
    await page.getByRole('button', { name: '1 fault armed', exact: true }).waitFor({ state: 'hidden' });
  });

  test('the menu of a line opens with the keyboard, and leads to the faults of the auth service', async () => {
    const { page } = app;
    await page
      .getByRole('button', { name: /^Step .*450 4\.2\.0 Greylisted/ })
      .first()
      .click();
    await page.keyboard.press('.');
    await page.getByRole('menuitem', { name: 'Faults of eng' }).click();
    await page.getByRole('form', { name: 'What goes wrong at RCPT of eng' }).waitFor();
    await place(app, 'Sessions');
    await page
      .getByRole('button', { name: /^Step .*Auth to Proxy/i })
      .first()
      .click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Make the auth service fail…' }).click();
    await page.getByRole('dialog', { name: 'Make the auth service fail' }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('a switch changes how a server is played, and stands in the lab file', async () => {
    const { page } = app;
    await place(app, 'Upstreams');
    await card(app, 'hr').getByText('How it is played: as it comes').click();
    await page.getByRole('switch', { name: 'STARTTLS offered' }).click();
    await card(app, 'hr').getByText('How it is played: STARTTLS').waitFor();
    await page.getByRole('combobox', { name: 'SMTP AUTH' }).click();
    await page.getByRole('option', { name: 'required', exact: true }).click();
    await card(app, 'hr').getByText('How it is played: STARTTLS, AUTH required').waitFor();
    const silent = page.getByRole('textbox', { name: 'SMTP is silent about' });
    await silent.fill('XCLIENT, size');
    await silent.press('Enter');
    await card(app, 'hr').getByText('How it is played: STARTTLS, AUTH required, own capabilities').waitFor();
    await place(app, 'Lab file');
    await page.getByText('play: { starttls: true, smtp: { auth: required, hide: [XCLIENT, size] } }').waitFor();
    expect(app.errors).toEqual([]);
  });
});

describe.each(hosts)('what leaves this machine on the %s', (host) => {
  let app: App;
  let elsewhere: Elsewhere;
  let at: string;
  beforeAll(async () => {
    elsewhere = await startElsewhere();
    at = `${elsewhere.host}:${elsewhere.port}`;
    const free = await withFreePorts(tutorialText);
    const proxy = /listen\s+(\d+);/.exec(free)?.[1] ?? '';
    const labText = free
      .replace(/eng: \{ smtp: [^}]+\}/, `eng: { external: true, smtp: ${at} }`)
      .replace(
        '  otherwise:',
        `    - { name: loop, when: { rcpt: "*@loop.test" }, then: { route: "127.0.0.1:${proxy}" } }\n  otherwise:`,
      );
    app = await launch(host, { labText, keepPorts: true, context });
  });
  afterAll(async () => {
    await app.close();
    await elsewhere.stop();
  });

  test('is marked in red: card, rule, diagram, listeners', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^eng, .*, OFF-BOX$/ }).waitFor();
    await page.getByRole('list', { name: 'Listeners' }).getByText('OFF-BOX').waitFor();
    await place(app, 'Rules');
    await page.getByRole('listitem').filter({ hasText: 'engineering' }).getByText('OFF-BOX').waitFor();
    await place(app, 'Upstreams');
    await card(app, 'eng').getByText('OFF-BOX').waitFor();
    await card(app, 'eng').getByText('Nothing is sent there before you confirm the address.').waitFor();
  });

  test('is not reached, and the session says why and offers to confirm it', async () => {
    const { page } = app;
    expect(await recipient(app, 'a@eng.abc.com')).toBe('451 4.3.2 Internal server error\r\n');
    expect(elsewhere.calls()).toBe(0);
    await place(app, 'Sessions');
    await page.getByRole('option', { name: /a@eng\.abc\.com/ }).click();
    await page.getByText('Not connected: that is another machine. The auth service named').waitFor();
    await page.getByRole('button', { name: `Confirm ${at}…` }).waitFor();
  });

  test('is reached when its address was typed, until that is taken back', async () => {
    const { page } = app;
    await page.getByRole('button', { name: `Confirm ${at}…` }).click();
    const dialog = page.getByRole('dialog', { name: 'Let mail leave this machine?' });
    const field = dialog.getByRole('textbox', { name: `Type ${at} to confirm` });
    await field.fill('192.0.2.1:25');
    await page.keyboard.press('Enter');
    await dialog.getByText(`That is not ${at}.`).waitFor();
    await field.fill(at);
    await dialog.getByRole('button', { name: 'Let mail go there' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await recipient(app, 'b@eng.abc.com')).toBe('250 elsewhere\r\n');
    expect(elsewhere.calls()).toBe(1);
    await place(app, 'Upstreams');
    await card(app, 'eng')
      .getByRole('button', { name: `Take back the confirmation of ${at}` })
      .click();
    await card(app, 'eng')
      .getByRole('button', { name: `Confirm ${at}…` })
      .waitFor();
    expect(await recipient(app, 'c@eng.abc.com')).toMatch(/^451 /);
    expect(elsewhere.calls()).toBe(1);
  });

  test('a rule that leads back into the proxy ends there, with its reason', async () => {
    const { page } = app;
    expect(await recipient(app, 'x@loop.test')).toBe('451 4.3.2 Internal server error\r\n');
    await place(app, 'Sessions');
    await expect.poll(() => page.getByRole('option', { name: /x@loop\.test/ }).count()).toBe(1);
    await page.getByRole('option', { name: /x@loop\.test/ }).click();
    await page.getByText('Not connected: that is the lab itself.').first().waitFor();
    expect(app.errors).toEqual([]);
  });
});
