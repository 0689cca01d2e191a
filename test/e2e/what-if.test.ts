/** The proxy's machines as state diagrams, and what they would do if somebody said something else: with real sessions. */
import { createConnection } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, hosts, launch } from './fixtures/app.ts';
import { findings } from './fixtures/axe.ts';

const lab = `lab: 1
name: machines
proxy: |
  mail {
      server_name mail.test;
      auth_http   http://127.0.0.1:8000;
      server { listen 3333; protocol smtp; smtp_auth none; }
      server { listen 3143; protocol imap; imap_auth plain; }
      server { listen 3110; protocol pop3; pop3_auth plain; }
  }
auth:
  listen: 127.0.0.1:8000
  rules:
    - name: readers
      when: { protocol: [imap, pop3] }
      then: { route: account }
    - name: engineering
      when: { rcpt: "*@eng.test" }
      then: { route: eng }
  otherwise: { reject: "550 5.1.1 no such recipient here" }
accounts:
  - { user: ann, password: one, upstream: eng }
upstreams:
  eng: { smtp: 127.0.0.1:2525, imap: 127.0.0.1:1143, pop3: 127.0.0.1:1110 }
`;

/** Says line after line, each when the one before was answered; resolves when the proxy has closed. */
function talk(port: number, lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const rest = [...lines];
    let heard = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
      // Lists of POP3 end with a dot; of the other replies the last line tells.
      const list = /^\+OK Capability/.test(heard);
      const last = /(?:^|\n)(?:\d{3} |\+|-ERR|\* OK|\w+ (?:OK|NO|BAD)\b)[^\n]*\n$/;
      if (!(list ? heard.endsWith('\n.\r\n') : last.test(heard))) return;
      heard = '';
      const next = rest.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
    });
    socket.once('close', () => resolve());
    socket.once('error', reject);
  });
}

const sessions: readonly { readonly protocol: string; readonly lines: readonly string[] }[] = [
  {
    protocol: 'SMTP',
    lines: [
      ...['EHLO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<user@eng.test>', 'DATA'],
      ...['Subject: hello\r\n\r\nHello!\r\n.', 'QUIT'],
    ],
  },
  { protocol: 'IMAP', lines: ['a1 CAPABILITY', 'a2 LOGIN {3}', 'ann {3}', 'one', 'a3 SELECT INBOX', 'a4 LOGOUT'] },
  { protocol: 'POP3', lines: ['CAPA', 'USER ann', 'PASS one', 'QUIT'] },
];

const diagram = (page: Page) => page.getByRole('region', { name: 'State diagram' });
const panel = (page: Page) => page.getByRole('tabpanel', { name: 'What if' });
const slider = (page: Page) => page.getByRole('slider', { name: 'Step of the session' });
const lit = (page: Page) => diagram(page).locator('button[aria-current=step]');

/** Puts the cursor on the first step that says `text`. */
async function goTo(page: Page, text: RegExp): Promise<void> {
  // A session that was chosen just now may still be coming in.
  await expect
    .poll(async () => {
      await slider(page).press('Home');
      return slider(page).getAttribute('aria-valuenow');
    })
    .toBe('1');
  await goOn(page, text);
}

/** The same, from where the cursor is. */
async function goOn(page: Page, text: RegExp): Promise<void> {
  await slider(page).focus();
  const total = Number(await slider(page).getAttribute('aria-valuemax'));
  for (let step = Number(await slider(page).getAttribute('aria-valuenow')); step <= total; step += 1) {
    await page.locator(`[role=slider][aria-valuenow="${step}"]`).waitFor();
    if (text.test((await slider(page).getAttribute('aria-valuetext')) ?? '')) return;
    await page.keyboard.press('ArrowRight');
  }
  throw new Error(`no step says ${text}`);
}

const choose = async (page: Page, protocol: string) => {
  const row = page.getByRole('option', { name: new RegExp(protocol) });
  await row.click();
  await page.getByRole('option', { name: new RegExp(protocol), selected: true }).waitFor();
};

const ask = async (page: Page, who: 'client' | 'upstream', line: string) => {
  const field = panel(page).getByRole('textbox', { name: `What the ${who} says` });
  await field.fill(line);
  await field.press('Enter');
};

const clean = async (page: Page, scheme: 'light' | 'dark') => {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.locator(`html[data-mantine-color-scheme="${scheme}"]`).waitFor({ state: 'attached' });
  await expect.poll(async () => JSON.stringify(await findings(page))).toBe('[]');
};

describe.each(hosts)('machines on the %s', (host) => {
  let app: App;
  let page: Page;
  beforeAll(async () => {
    app = await launch(host, {
      labText: lab,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
    });
    page = app.page;
    const ports = [...app.labText.matchAll(/listen (\d+);/g)].map(([, port]) => Number(port));
    for (const [i, { lines }] of sessions.entries()) await talk(ports[i] ?? 0, lines);
    for (const { protocol } of sessions) await page.getByRole('option', { name: new RegExp(protocol) }).waitFor();
    await page.getByRole('button', { name: 'Machine', exact: true }).click();
    await page.getByRole('tab', { name: 'What if' }).click();
  });
  afterAll(() => app.close());

  test('the place of the cursor is lit, and moves with it', async () => {
    await choose(page, 'SMTP');
    await goTo(page, /EHLO laptop/);
    await expect.poll(() => lit(page).textContent()).toBe('takes commands');
    await goTo(page, /RCPT TO:<user@eng.test>/);
    await expect.poll(() => lit(page).textContent()).toBe('asks auth');
    await slider(page).focus();
    await page.keyboard.press('End');
    await expect.poll(() => lit(page).textContent()).toBe('relays');
    await diagram(page).getByRole('button', { name: 'Upstream side' }).click();
    await expect.poll(() => lit(page).textContent()).toBe('done');
    await diagram(page).getByRole('button', { name: 'Client side' }).click();
  });

  test('a line says why, with an example, to mouse and keyboard', async () => {
    await choose(page, 'SMTP');
    await goTo(page, /EHLO laptop/);
    await lit(page).focus();
    await page.keyboard.press('ArrowRight');
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(label).toMatch(/^takes commands to /);
    await page.keyboard.press('Enter');
    const card = diagram(page).getByRole('complementary');
    await card.getByText('→').first().waitFor();
    await expect.poll(() => card.getByRole('listitem').count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowLeft');
    await goTo(page, /RCPT TO:<user@eng.test>/);
    await page
      .getByRole('button', { name: /takes commands to asks auth: .*went here once\. The step at the cursor/ })
      .waitFor();
  });

  test('the table tells the same in words', async () => {
    await diagram(page).getByRole('button', { name: 'Table' }).click();
    const table = diagram(page).getByRole('table', { name: 'Every step that this machine can make' });
    await table
      .getByRole('row', { name: /takes commands RCPT .*Now the proxy needs an upstream asks auth 1/ })
      .waitFor();
    await expect.poll(() => table.getByRole('row').count()).toBeGreaterThan(40);
    await diagram(page).getByRole('button', { name: 'Picture' }).click();
  });

  test('the upstream that the lab plays has its own diagram, with the place lit', async () => {
    await diagram(page).getByRole('button', { name: 'Upstream server' }).click();
    await choose(page, 'IMAP');
    await diagram(page).getByRole('heading', { name: 'IMAP server eng' }).waitFor();
    await goTo(page, /a1 CAPABILITY/);
    await page.getByRole('group', { name: /No upstream has been dialled yet/ }).waitFor();
    for (const [text, place] of [
      [/connected to/, 'not authenticated'],
      [/Proxy: a2 LOGIN \{3\}/, 'literal: its bytes'],
      [/Upstream: a2 OK/, 'authenticated'],
      [/a3 SELECT INBOX/, 'asks the mailbox'],
      [/a3 OK/, 'selected'],
      [/a4 LOGOUT/, 'logout'],
    ] as const) {
      await goOn(page, text);
      await expect.poll(() => lit(page).textContent()).toBe(place);
    }
    await page.getByRole('button', { name: /asks the mailbox to selected: .*went here once\./ }).waitFor();

    await choose(page, 'POP3');
    await goTo(page, /Proxy: USER ann/);
    await expect.poll(() => lit(page).textContent()).toBe('USER given');
    await goOn(page, /\+OK maildrop/);
    await expect.poll(() => lit(page).textContent()).toBe('TRANSACTION');
  });

  test('SMTP, which is played by a package, says so, and at which stage the step is', async () => {
    await choose(page, 'SMTP');
    await diagram(page).getByText('which is no machine of the lab').waitFor();
    await goTo(page, /DATA/);
    const stages = diagram(page).getByRole('list', { name: 'Stages of a session with the SMTP server' });
    await expect.poll(() => stages.locator('[aria-current=step]').textContent()).toBe('DATA');
    await diagram(page).getByRole('button', { name: 'Client side' }).click();
  });

  test('and if the client had named somebody else: the rules, the upstream and its refusal', async () => {
    await choose(page, 'SMTP');
    await goTo(page, /MAIL FROM:<dev@test.com>/);
    await ask(page, 'client', 'RCPT TO:<boss@hr.test>');
    await panel(page).getByText('otherwise decides').waitFor();
    await panel(page).getByRole('button', { name: 'what the rules say (otherwise)' }).click();
    await panel(page).getByText('550 5.1.1 no such recipient here').last().waitFor();
    await panel(page).getByText('The session has ended').waitFor();
    await panel(page).getByRole('button', { name: 'Take back' }).click();
    await panel(page).getByRole('button', { name: 'OK, to eng' }).click();
    await panel(page)
      .getByText(/^The proxy would connect to eng \(/)
      .waitFor();
    await panel(page).getByRole('button', { name: 'it accepts' }).click();
    await ask(page, 'upstream', '554 go away');
    await panel(page).getByText('451 4.3.2 Internal server error').waitFor();
    await panel(page).getByRole('button', { name: 'Start over' }).click();
    await panel(page).getByRole('textbox', { name: 'What the client says' }).waitFor();
    await expect.poll(() => panel(page).getByRole('list', { name: 'What was supposed' }).count()).toBe(0);
  });

  test('and if the auth service had said what is typed', async () => {
    await choose(page, 'SMTP');
    await goTo(page, /RCPT TO:<user@eng.test>/);
    const answer = panel(page).getByRole('textbox', { name: 'What the auth service answers' });
    // What the rules say, to begin with.
    await expect.poll(() => answer.inputValue()).toMatch(/^Auth-Status: OK\nAuth-Server: 127\.0\.0\.1\n/);
    await answer.fill('Auth-Status: OK\nAuth-Server 127.0.0.1');
    await answer.press('Control+Enter');
    await panel(page).getByRole('alert').getByText('Line 2 is no header: “Auth-Server 127.0.0.1”').waitFor();
    await answer.fill('');
    await panel(page).getByRole('button', { name: 'Ask' }).click();
    await panel(page).getByRole('alert').getByText('Type at least one header').waitFor();
    await answer.fill('Auth-Satus: OK\nAuth-Server: mail.test\nAuth-Port: 25');
    await answer.press('Control+Enter');
    await panel(page).getByText('nginx knows no header Auth-Satus').waitFor();
    await panel(page).getByText('451 4.3.2 Internal server error').waitFor();
    await panel(page).getByRole('button', { name: 'Take back' }).click();
    await answer.fill('Auth-Status: come back later\nAuth-Error-Code: 450 4.2.1\nAuth-Wait: 3');
    await answer.press('Control+Enter');
    await panel(page).getByText('The proxy would wait 3 s.').waitFor();
    await panel(page).getByRole('button', { name: 'the wait is over' }).click();
    await panel(page).getByText('450 4.2.1 come back later').waitFor();
    await panel(page).getByRole('button', { name: 'Start over' }).click();
  });

  test('bytes that nobody can type are typed as escapes, and several lines are pasted as them', async () => {
    await choose(page, 'POP3');
    await goTo(page, /CAPA/);
    const field = panel(page).getByRole('textbox', { name: 'What the client says' });
    await field.focus();
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', 'USER ann\nQUIT\n');
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      );
    });
    await expect.poll(() => field.inputValue()).toBe('USER ann\\r\\nQUIT');
    await expect.poll(() => panel(page).getByRole('checkbox', { name: '\\x escapes' }).isChecked()).toBe(true);
    await field.press('Enter');
    const dialogue = panel(page).getByRole('list', { name: 'What was supposed' });
    await dialogue.getByText('The proxy would close the connection.').waitFor();
    await panel(page).getByRole('button', { name: 'Start over' }).click();
    await panel(page).getByRole('checkbox', { name: '\\x escapes' }).uncheck();
  });

  test('what was typed before comes back with the arrow key', async () => {
    await choose(page, 'SMTP');
    await goTo(page, /MAIL FROM:<dev@test.com>/);
    await ask(page, 'client', 'VRFY user');
    await panel(page).getByText('500 5.5.1 Invalid command').waitFor();
    const field = panel(page).getByRole('textbox', { name: 'What the client says' });
    await field.press('ArrowUp');
    await expect.poll(() => field.inputValue()).toBe('VRFY user');
    await panel(page).getByRole('button', { name: 'Start over' }).click();
  });

  test('behind the relay nothing is decided any more', async () => {
    await choose(page, 'SMTP');
    await goTo(page, /DATA/);
    await panel(page).getByText('From here nginx only copies bytes').waitFor();
    await expect.poll(() => panel(page).getByRole('textbox').count()).toBe(0);
  });

  test('IMAP is asked with literals, POP3 with its commands', async () => {
    await choose(page, 'IMAP');
    await goTo(page, /a1 CAPABILITY/);
    await ask(page, 'client', 'b1 LOGIN {3}');
    await panel(page).getByText('+ OK').waitFor();
    await ask(page, 'client', 'ann {5}');
    await ask(page, 'client', 'wrong');
    await panel(page).getByText('accounts decides').waitFor();
    await panel(page).getByRole('button', { name: 'what the rules say (accounts)' }).click();
    await panel(page).getByText('b1 NO Invalid login or password').waitFor();

    await choose(page, 'POP3');
    await goTo(page, /USER ann/);
    await expect.poll(() => lit(page).textContent()).toBe('USER given');
    await ask(page, 'client', 'USER again');
    await panel(page).getByText('-ERR invalid command').waitFor();
  });

  test('nobody was asked and nothing was sent: the lab has the same sessions as before', async () => {
    await choose(page, 'POP3');
    await goTo(page, /CAPA/);
    await page.evaluate(() => {
      const watched = window as unknown as { calls: string[] };
      watched.calls = [];
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function noted(data) {
        watched.calls.push((JSON.parse(String(data)) as { name: string }).name);
        send.call(this, data);
      };
    });
    await ask(page, 'client', 'CAPA');
    await panel(page).getByText('+OK Capability list follows').waitFor();
    // What the panes read of their own accord may come late; none of it asks or says anything to anybody.
    const reads = [
      'session.get',
      'session.watch',
      'sessions.list',
      'rules.again',
      'rules.hits',
      'gates.get',
      'lab.disk',
    ];
    const calls = await page.evaluate(() => (window as unknown as { calls: string[] }).calls);
    expect(calls.filter((name) => !reads.includes(name))).toEqual([]);
    const listed = page.getByRole('listbox', { name: 'Sessions' }).getByRole('option');
    await expect.poll(() => listed.count()).toBe(sessions.length);
  });

  test('axe finds nothing in the machine of the upstream, or where an answer is typed', async () => {
    await choose(page, 'IMAP');
    await diagram(page).getByRole('button', { name: 'Upstream server' }).click();
    await diagram(page).getByRole('heading', { name: 'IMAP server eng' }).waitFor();
    for (const scheme of ['light', 'dark'] as const) await clean(page, scheme);
    await choose(page, 'SMTP');
    await goTo(page, /RCPT TO:<user@eng.test>/);
    await panel(page).getByRole('textbox', { name: 'What the auth service answers' }).fill('nothing');
    await panel(page).getByRole('button', { name: 'Ask' }).click();
    await panel(page).getByRole('alert').getByText('Line 1 is no header').waitFor();
    for (const scheme of ['dark', 'light'] as const) await clean(page, scheme);
    await diagram(page).getByRole('button', { name: 'Client side' }).click();
  });

  test('axe finds nothing in either theme', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      await clean(page, scheme);
      await diagram(page).getByRole('button', { name: 'Table' }).click();
      await clean(page, scheme);
      await diagram(page).getByRole('button', { name: 'Picture' }).click();
    }
    await page.setViewportSize({ width: 1024, height: 640 });
    await clean(page, 'light');
    expect(app.errors).toEqual([]);
  });

  test('the ladder takes its place, and the flow again', async () => {
    await page.getByRole('button', { name: 'Machine', exact: true }).click();
    await page.getByRole('region', { name: 'Flow of the session' }).waitFor();
    await page.getByRole('button', { name: 'Machine', exact: true }).click();
    await diagram(page).waitFor();
    await page.getByRole('button', { name: 'Ladder', exact: true }).click();
    await diagram(page).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Ladder', exact: true }).click();
    await page.getByRole('region', { name: 'Flow of the session' }).waitFor();
  });
});
