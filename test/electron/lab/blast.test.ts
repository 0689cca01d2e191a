import { afterEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../../electron/journal/journal.ts';
import { encodeRequest } from '../../../shared/auth/request.ts';
import type { BlastResult } from '../../../shared/contract/blast.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { openWindow, type RunningLab, startLab } from '../../fakes/running-lab.ts';
import { summary } from '../../fakes/tutorial-session.ts';
import { temporaryFile } from '../journal/recording.ts';

const running: RunningLab[] = [];
const start = async (...args: Parameters<typeof startLab>) => {
  const lab = await startLab(...args);
  running.push(lab);
  return lab;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

/** One connection with several mails, each to these recipients. */
async function mails(lab: RunningLab, ...all: readonly (readonly string[])[]) {
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  for (const recipients of all) {
    await client.say('MAIL FROM:<dev@test.com>');
    for (const one of recipients) await client.say(`RCPT TO:<${one}>`);
    await client.say('DATA');
    await client.say('Subject: by hand\r\n\r\nHello!\r\n.');
  }
  await client.say('QUIT');
  await client.closed();
  return lab.ended(client.localPort);
}

function done(result: BlastResult): Extract<BlastResult, { state: 'done' }> {
  if (result.state !== 'done') throw new Error(`the comparison ended as ${result.state}`);
  return result;
}

describe('before an edit is applied', () => {
  test('the sessions that would go another way are named, old and new', async () => {
    const lab = await start();
    await mails(lab, ['a@eng.abc.com']);
    const moved = await mails(lab, ['b@hr.abc.com']);
    const text = lab.text.replace('*@hr.abc.com', '*@people.test');
    const { blast, kept } = done(await lab.call('rules.blast', { text }));
    expect(kept).toBe(2);
    expect(blast).toMatchObject({ lookups: 2, changed: 1, sessions: 1 });
    expect(blast.groups).toMatchObject([
      {
        from: { rule: 'human resources', upstream: 'hr' },
        to: { rule: 'otherwise', verdict: 'reject 550 5.1.1 no such recipient here' },
        examples: [{ session: moved.id, who: 'b@hr.abc.com' }],
      },
    ]);
    // Nothing runs otherwise than before.
    expect((await mails(lab, ['c@hr.abc.com'])).upstream).toBe('hr');
  });

  test('a text with errors, one without rules, and one with the same rules are told apart', async () => {
    const lab = await start();
    const states = async (text: string | null) => (await lab.call('rules.blast', { text })).state;
    expect(await states(`${lab.text}\n# a comment\n`)).toBe('same');
    expect(await states(lab.text.replace('route: hr', 'rout: hr'))).toBe('unusable');
    expect(await states('')).toBe('unusable');
    expect(await states(null)).toBe('same');
  });

  test('without a text the saved rules are compared with those that run', async () => {
    const lab = await start();
    const session = await mails(lab, ['a@eng.abc.com']);
    const text = lab.text.replace('then: { route: eng }', 'then: { route: hr }');
    await lab.call('lab.apply', { text });
    const { blast } = done(await lab.call('rules.blast', { text: null }));
    expect(blast.groups).toMatchObject([
      { from: { upstream: 'eng' }, to: { upstream: 'hr' }, examples: [{ session: session.id }] },
    ]);
    const again = await lab.call('rules.again', { session: session.id, text: null });
    expect(again?.lookups).toMatchObject([{ since: true, now: { upstream: 'hr', rule: 'engineering' }, edited: null }]);
  });

  test('the next comparison of a window stops the one before, not that of another window', async () => {
    const lab = await start();
    await mails(lab, ['a@eng.abc.com']);
    const other = openWindow(lab.lab);
    const text = lab.text.replace('*@hr.abc.com', '*@people.test');
    const ends = await Promise.all([
      lab.call('rules.blast', { text }),
      lab.call('rules.blast', { text }),
      other.call('rules.blast', { text }),
    ]);
    expect(ends.map(({ state }) => state)).toEqual(['stopped', 'done', 'done']);
    other.close();
  });
});

describe('a session decided again', () => {
  test('every recipient of every mail of the connection, by the rules that run and by the edited ones', async () => {
    const lab = await start();
    const { id } = await mails(lab, ['a@eng.abc.com', 'b@hr.abc.com'], ['c@hr.abc.com', 'd@else.test']);
    const text = lab.text.replace('*@hr.abc.com', 'b@hr.abc.com');
    const again = await lab.call('rules.again', { session: id, text });
    expect(again?.lookups).toMatchObject([{ since: false, now: { upstream: 'eng' }, edited: null }]);
    expect(again?.recipients).toMatchObject([
      { now: { upstream: 'eng', rule: 'engineering' }, edited: null },
      { now: { upstream: 'hr', rule: 'human resources' }, edited: null },
      { now: { upstream: 'hr' }, edited: { upstream: null, rule: 'otherwise' } },
      { now: { upstream: null, verdict: 'reject 550 5.1.1 no such recipient here' }, edited: null },
    ]);
    expect(await lab.call('rules.again', { session: 999, text: null })).toBeNull();
  });
});

test('a hundred thousand lookups are decided in slices: progress is told, and the lab answers meanwhile', async () => {
  const dbFile = temporaryFile();
  const journal = openJournal({ file: dbFile });
  const target = { text: '', host: '127.0.0.1', address: '127.0.0.1', port: 8000, uri: '/' };
  const asked = {
    method: 'none',
    user: '',
    password: '',
    protocol: 'smtp',
    attempt: 1,
    clientIp: '127.0.0.1',
  } as const;
  for (let n = 0; n < 100_000; n += 1) {
    const id = journal.allocate();
    const session = { ...summary, id, to: [] };
    const domain = n % 4 === 0 ? 'hr' : 'eng';
    const to = `RCPT TO:<user${n}@${domain}.abc.com>`;
    const bytes = encodeRequest(
      { ...asked, helo: 'laptop', from: `MAIL FROM:<dev@test.com> SIZE=${n}`, to, headers: [] },
      target,
    );
    journal.began(session);
    journal.recorded(session, {
      seq: 0,
      at: 0,
      leg: 'auth',
      direction: 'out',
      kind: 'http',
      bytes,
      why: 'session.asked',
    });
    journal.ended(session);
    if (n % 10_000 === 0) journal.flush();
  }
  journal.close();
  const lab = await start(undefined, { dbFile });
  const text = lab.text.replace('*@hr.abc.com', '*@people.test');
  const comparison = lab.call('rules.blast', { text });
  let answered = 0;
  let over = false;
  const asking = (async () => {
    while (!over) {
      await lab.call('lab.get', {});
      answered += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const { blast } = done(await comparison);
  over = true;
  await asking;
  expect(blast).toMatchObject({ lookups: 100_000, changed: 25_000, sessions: 25_000 });
  expect(answered).toBeGreaterThan(20);
  const told = lab.feeds.flatMap((feed) => (feed.type === 'blast' ? [feed] : []));
  expect(told.length).toBeGreaterThan(2);
  for (const { done: at, total } of told) {
    expect(total).toBe(100_000);
    expect(at).toBeLessThan(total);
  }
}, 60_000);
