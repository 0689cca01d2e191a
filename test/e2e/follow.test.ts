/** The row at the cursor is in sight, whichever session is chosen and however long the one before it was. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { type App, hosts, launch } from './fixtures/app.ts';
import { dialogue, REPLY } from './fixtures/dialogue.ts';

async function session(app: App, lines: readonly string[]): Promise<void> {
  const client = await dialogue(app.listener('proxy'));
  await client.until(REPLY);
  for (const line of lines) await client.say(line);
  await client.closed();
}

/** Where the row at the cursor stands in the transcript: its step, and by how many px it is out of sight. */
const cursor = (page: Page) =>
  page
    .getByRole('region', { name: 'Transcript' })
    .locator('[aria-current=step]')
    .evaluateAll((rows) => {
      const row = rows[0];
      const list = row?.closest('ol')?.parentElement;
      if (!row || !list) return null;
      const [own, seen] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
      return {
        step: row.getAttribute('aria-label'),
        out: Math.max(0, seen.top - own.top, own.bottom - seen.bottom - 1),
      };
    });

/** Lets the window draw so many pictures. */
const frames = (page: Page, count: number) =>
  page.evaluate(
    (many) =>
      new Promise<void>((done) => {
        const next = (left: number) => (left === 0 ? done() : requestAnimationFrame(() => next(left - 1)));
        next(many);
      }),
    count,
  );

describe.each(hosts)('sessions chosen one after the other on the %s', (host) => {
  let app: App;
  beforeAll(async () => {
    app = await launch(host, {
      labText: tutorialText,
      context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' },
    });
    const mail = [
      'MAIL FROM:<dev@test.com>',
      'RCPT TO:<user@eng.abc.com>',
      'DATA',
      'Subject: hi\r\n\r\nhi\r\n.',
      'QUIT',
    ];
    await session(app, ['EHLO laptop', ...mail]);
    await session(app, ['EHLO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<nobody@nowhere.test>']);
  });
  afterAll(async () => {
    expect(app.errors).toEqual([]);
    await app.close();
  });

  const choose = (who: RegExp) =>
    app.page.getByRole('listbox', { name: 'Sessions' }).getByRole('option', { name: who }).click();
  /** It comes into sight, and is there still when the rows have been measured. */
  const inSight = async (step: RegExp) => {
    const there = { step: expect.stringMatching(step), out: 0 };
    await expect.poll(() => cursor(app.page)).toEqual(there);
    await frames(app.page, 30);
    expect(await cursor(app.page)).toEqual(there);
  };

  test('the last step of each is in sight', async () => {
    await choose(/user@eng/);
    await inSight(/\b2\d\b/);
    await choose(/nobody@nowhere/);
    await inSight(/\b11\b/);
    await choose(/user@eng/);
    await inSight(/\b2\d\b/);
  });

  test('also after a replay that stood at its first step', async () => {
    await app.page.getByRole('button', { name: /^Replay/ }).click();
    await inSight(/\b1\b/);
    await choose(/nobody@nowhere/);
    await inSight(/\b11\b/);
  });
});
