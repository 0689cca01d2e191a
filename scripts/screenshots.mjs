/** Takes the README's picture, docs/window.png: the built app with the tutorial and a journal of its own, in Chromium. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { build, isStale } from './build.mjs';
import { environment, findNode, noNode, root } from './node.mjs';

/** The mails of the picture, as the Send dialog offers them; the last one is looked at. */
const mails = ['to nobody’s address', 'to human resources', 'to engineering'];

/**
 * Starts the app on a free port; the tutorial's own ports must be free.
 *
 * @param {string} node
 * @param {string} folder for the journal
 */
async function serve(node, folder) {
  const cli = join(root, 'out', 'main', 'cli.js');
  const child = spawn(node, [cli, 'serve', '--port', '0', '--db', join(folder, 'journal.db')], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error('The app ended before it said where it is.');
}

/**
 * Sends one of the dialog's ready-made mails and waits for the end of its session.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} mail
 */
async function send(page, mail) {
  await page.getByRole('button', { name: 'Send mail…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: mail }).click();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('status').getByText('·').waitFor();
  await page.keyboard.press('Home');
}

/**
 * Steps on until the auth service has answered, and lets the parcel arrive.
 *
 * @param {import('playwright-core').Page} page
 */
async function toTheAnswer(page) {
  await page.getByText('Step 1 of').first().waitFor();
  const answered = page.getByRole('button', { name: /^Auth, .*: rule 1 engineering$/ });
  while (!(await answered.isVisible())) {
    await page.keyboard.press('ArrowRight');
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
}

/** @param {string} url */
async function takePicture(url) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    await page.goto(url);
    await page.getByRole('button', { name: 'Send a sample mail' }).waitFor();
    if ((await page.getByText('not listening').count()) > 0) {
      throw new Error('The ports of the tutorial are in use: end what listens on 3333, 8000, 2525 and 2526.');
    }
    for (const mail of mails) await send(page, mail);
    await toTheAnswer(page);
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await page.mouse.move(30, 500);
    await page.screenshot({ path: join(root, 'docs', 'window.png') });
  } finally {
    await browser.close();
  }
}

/** @param {string} node */
async function main(node) {
  if (isStale() && !build(node)) throw new Error('The build failed; npm run build runs it alone.');
  const folder = mkdtempSync(join(tmpdir(), 'mail-lab-'));
  try {
    const { child, url } = await serve(node, folder);
    try {
      await takePicture(url);
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const node = findNode();
try {
  if (node === null) throw new Error(noNode);
  await main(node);
} catch (error) {
  console.error(`npm run screenshots: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
