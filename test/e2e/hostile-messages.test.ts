/** Hostile mail is shown or refused with a reason; the window stays alive, and no request leaves the machine. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue } from './fixtures/dialogue.ts';
import { type Remote, sendMail, startRemote } from './fixtures/mails.ts';

/** ms that the window may not answer in: it parses what the lab hands it, and nothing else. */
const STILL_MAX = 700;

/** For polls: two cores do a lot at once here. */
const soon = { timeout: 10_000 };

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface Opened {
  readonly article: Locator;
  /** The longest time since it was opened in which the window drew nothing, in ms. */
  readonly still: () => Promise<number>;
}

/** Everything an HTML mail has tried somewhere. */
const html = (r: string) => `<!doctype html><html><head>
<base href="${r}/base/"><meta http-equiv="refresh" content="0;url=${r}/refresh">
<link rel="stylesheet" href="${r}/a.css"><link rel="dns-prefetch" href="${r}"><link rel="preconnect" href="${r}">
<link rel="prefetch" href="${r}/p"><link rel="icon" href="${r}/i"><link rel="modulepreload" href="${r}/m">
<style>@import "${r}/b.css"; @font-face{font-family:x;src:url(${r}/f.woff)} *{font-family:x}
h1{background:\\75 rl(${r}/bg.png);list-style:image-set("${r}/is.png" 1x)}</style></head>
<body background="${r}/body.png" onload="fetch('${r}/js')"><h1>Pay now</h1>
<script>fetch('${r}/inline')</script><script src="${r}/s.js"></script>
<img src="${r}/pixel.gif" onerror="fetch('${r}/e')"><img src="rel.png"><img srcset="${r}/1.png 1x, ${r}/2.png 2x">
<img src="cid:logo@x" alt="logo"><img src="x" onerror="top.location='${r}/top'">
<svg><script>fetch('${r}/svg-s')</script><image href="${r}/svg.png"/><use href="${r}/u.svg#a"/>
<a xlink:href="${r}/svg-link"><text y="9">x</text></a><set attributeName="href" to="${r}/set"/></svg>
<iframe src="${r}/frame"></iframe><object data="${r}/o"></object><embed src="${r}/em"><video poster="${r}/v.png" src="${r}/v.mp4"></video>
<audio src="${r}/a.mp3" autoplay></audio><form id="f" action="${r}/post"><input name="a" value="x" autofocus><button>Go</button></form>
<script>document.getElementById('f').submit()</script><a href="${r}/login" ping="${r}/ping">log in</a></body></html>`;

describe.each(hosts)('hostile mail on the %s', (host) => {
  let app: App;
  let remote: Remote;
  let page: Page;
  const asked: string[] = [];
  beforeAll(async () => {
    remote = await startRemote();
    app = await launch(host, { labText: tutorialText });
    page = app.page;
    page.context().on('request', (request) => asked.push(request.url()));
    await page.getByRole('button', { name: 'Messages' }).click();
  });
  afterAll(async () => {
    await app.close();
    await remote.close();
  });

  const proxy = () => app.listener('proxy');
  const tab = (name: string | RegExp) => page.getByRole('article').getByRole('tab', { name });
  /** Sends it, and opens it in the list. */
  const open = async (subject: string, send: () => Promise<void>): Promise<Opened> => {
    await send();
    const row = page.getByRole('listbox', { name: 'Messages' }).getByRole('option', { name: subject });
    await row.waitFor();
    await page.evaluate(() => {
      const seen = { longest: 0, last: performance.now() };
      Object.assign(window, { seen });
      const frame = (now: number) => {
        seen.longest = Math.max(seen.longest, now - seen.last);
        seen.last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    await row.click();
    const article = page.getByRole('article', { name: subject });
    await article.getByRole('tab', { name: 'Envelope | Headers' }).waitFor();
    return {
      article,
      still: () => page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest),
    };
  };
  const raw = (subject: string, head: string, body: string) =>
    sendMail(proxy(), { raw: Buffer.from(`Subject: ${subject}\r\n${head}\r\n${body}`, 'latin1') });

  test('HTML that scripts, fetches, refreshes, frames, submits: drawn without all that, each thing counted', async () => {
    const { article } = await open('pay now', () =>
      sendMail(proxy(), {
        subject: 'pay now',
        html: html(remote.origin),
        attachments: [{ filename: 'logo.png', cid: 'logo@x', content: png }],
      }),
    );
    await tab('HTML').click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Pay now' }).waitFor();
    await expect
      .poll(() => frame.getByAltText('logo').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(1);
    await expect.poll(() => article.locator('iframe').getAttribute('sandbox')).toBe('');
    await article.getByText(/^Blocked 2\d remote items · \d scripts taken out$/).click();
    const list = article.getByRole('list', { name: 'What was blocked' });
    for (const kind of [
      'Image',
      'Style sheet',
      'Font',
      'Script',
      'Page in a frame',
      'Plug-in',
      'Sound or film',
      'Fetch ahead',
      'Going to another page',
    ]) {
      await list
        .getByRole('listitem')
        .filter({ hasText: kind })
        .filter({ hasText: new URL(remote.origin).host })
        .first()
        .waitFor();
    }
    await frame.getByText('log in').click();
    await frame.getByRole('button', { name: 'Go' }).click({ force: true });
    await frame.getByRole('heading', { name: 'Pay now' }).waitFor();
    await article.getByText(/lead nowhere here$/).click();
    await article
      .getByRole('list', { name: 'Where links and forms would lead' })
      .getByText(`${remote.origin}/post`)
      .waitFor();
  });

  test('names that are paths are shown as they are and saved as plain names', async () => {
    const { article } = await open('paths', () =>
      sendMail(proxy(), {
        subject: 'paths',
        text: 'x',
        attachments: [
          { filename: '../../etc/passwd', content: 'root', cid: '../../../id' },
          { filename: 'C:\\x', content: 'y' },
          { filename: 'a\u202Efdp.exe', content: 'z' },
        ],
      }),
    );
    await tab(/^Attachments \(3\)/).click();
    await article.getByText('../../etc/passwd', { exact: true }).waitFor();
    await article.getByRole('button', { name: 'Save as x', exact: true }).waitFor();
    await article.getByRole('button', { name: 'Save as a_fdp.exe' }).waitFor();
    const button = article.getByRole('button', { name: 'Save as passwd' });
    if (host === 'browser') {
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
      expect(download.suggestedFilename()).toBe('passwd');
    } else await button.waitFor();
  });

  test('1,000 parts within parts are followed to a limit, and the bytes are there', async () => {
    const levels = Array.from(
      { length: 1000 },
      (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`,
    );
    const { article } = await open('deep', () =>
      raw('deep', 'Content-Type: multipart/mixed; boundary=b0\r\n', levels.join('')),
    );
    await tab('Text').click();
    await article.getByText(/more parts within parts, than the lab follows\. Its bytes are all there/).waitFor();
    await article.getByText(/things are wrong with this message$/).click();
    const defects = article.getByRole('list', { name: 'What is wrong with this message' });
    const deep = defects.getByRole('listitem').filter({ hasText: 'More parts within parts than are followed' });
    await deep.getByRole('button').first().click();
    await article.getByRole('region', { name: 'Source' }).getByText('boundary=b102').waitFor();
    await tab('MIME').click();
    await expect.poll(() => article.getByRole('treeitem').count(), soon).toBe(101);
  });

  test('headers of a megabyte, charsets nobody knows, bytes that are none', async () => {
    const head = `X-Big: ${'x'.repeat(900)}\r\n`.repeat(1100);
    const { article } = await open('much head', () => raw('much head', head, 'x'));
    await tab('Envelope | Headers').click();
    await article.getByText(/more lines are in the source\.$/).waitFor();
    const odd = await open('odd', () =>
      raw('odd', 'no colon\r\nContent-Type: text/plain; charset=x-nobody\r\n', 'gr\xfcn \0 \x1b[31m\r\n'),
    );
    await tab('Text').click();
    await odd.article.getByText('grün').waitFor();
    await odd.article.getByText(/things are wrong with this message$/).click();
    await odd.article.getByText('Nobody knows the charset “x-nobody”').waitFor();
    const colon = odd.article.getByRole('listitem').filter({ hasText: 'A header line is no field' });
    await colon.getByRole('button', { name: 'line 2' }).click();
    const source = odd.article.getByRole('region', { name: 'Source' });
    await source.locator('mark', { hasText: 'no colon' }).waitFor();
    await source.getByText('NUL').waitFor();
    await expect.poll(() => source.evaluate((element) => element === document.activeElement), soon).toBe(true);
  });

  test('HTML of a hundred thousand elements is not drawn, and says why', async () => {
    const { article } = await open('elements', () =>
      raw('elements', 'Content-Type: text/html\r\n', '<b>x\r\n'.repeat(100_000)),
    );
    await tab('HTML').click();
    await article.getByText(/more than 20,000 elements and is not drawn/).waitFor();
  });

  test('60 MB are shown as far as they are read; 100 MB are refused with 552', async () => {
    const line = `${'0123456789'.repeat(7)}\r\n`;
    const big = await open('sixty', () => raw('sixty', '', line.repeat(830_000)));
    await tab('Envelope | Headers').click();
    await big.article.getByText('Only the first 16.8 MB of 59.8 MB are read here.').waitFor();
    await tab('Source').click();
    await big.article.getByRole('region', { name: 'Source' }).getByText('0123456789').first().waitFor();
    expect(await big.still()).toBeLessThan(STILL_MAX);
    const client = await dialogue(proxy());
    await client.until(/^220 /);
    await client.say('EHLO me');
    await client.say('MAIL FROM:<a@b.c> SIZE=100000000');
    // nginx keeps the upstream's words to itself unless proxy_pass_error_message is on.
    expect(await client.say('RCPT TO:<user@eng.abc.com>')).toMatch(/^451 /);
    client.end();
    await page.getByRole('button', { name: 'Sessions', exact: true }).click();
    await page.getByRole('option', { name: /451/ }).click();
    await page.getByRole('region', { name: 'Transcript' }).getByText(/^552 /).first().waitFor();
  });

  test('nobody was asked for anything: no request left the page, none came to the server', () => {
    const { origin } = new URL(page.url());
    const isStranger = (url: string) => !/^(data|blob|about):/.test(url) && !url.startsWith(`${origin}/`);
    expect(origin).toMatch(/^http:/);
    expect(asked.filter((url) => isStranger(url) && !url.startsWith('app://lab/'))).toEqual([]);
    expect(remote.hits).toEqual([]);
    // What the tests themselves run in the frame is blocked like everything else there.
    const own = /^Blocked script execution in 'about:srcdoc' because the document's frame is sandboxed/;
    expect(app.errors.filter((one) => !own.test(one))).toEqual([]);
  });
});
