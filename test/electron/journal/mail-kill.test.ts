import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { Dialogue } from '../upstream/dialogue.ts';
import { opened, temporaryFile } from './recording.ts';

/** Clients that deliver at the same time, and messages accepted before the kill. */
const CLIENTS = 8;
const ENOUGH = 400;

test('killed at the moment of a 250, every message that was accepted is whole in both mailboxes', async () => {
  const file = temporaryFile();
  const child = spawn(process.execPath, [new URL('deliveries-under-load.ts', import.meta.url).pathname, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);

  const accepted: string[] = [];
  const deliver = async (nth: number): Promise<void> => {
    const client = new Dialogue(port);
    await client.reply();
    await client.say('EHLO client\r\n');
    for (let n = 0; !child.killed; n += 1) {
      const name = `m-${nth}-${n}`;
      await client.say('MAIL FROM:<a@b>\r\n');
      await client.say('RCPT TO:<c@d>\r\n');
      await client.say('DATA\r\n');
      const answer = await client.say(`Subject: ${name}\r\n\r\n${'body of it '.repeat(200)}\r\n.\r\n`);
      if (!answer.startsWith('250 ')) return;
      accepted.push(name);
      // Right behind the answer, while other deliveries are in every stage.
      if (accepted.length === ENOUGH) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, nth) => deliver(nth).catch(() => undefined)));
  await exited;
  expect(complaints).toBe('');
  expect(accepted.length).toBeGreaterThanOrEqual(ENOUGH);

  const { mail } = opened({ file });
  const kept = mail.page({ limit: 1_000_000 }).messages;
  expect(accepted.filter((name) => !kept.some(({ subject }) => subject === name))).toEqual([]);
  for (const message of kept) {
    expect(message.places.map(({ owner }) => owner)).toEqual(['jo', 'mary']);
    expect(mail.window(message.id, 0, 1e6)?.length).toBe(message.size);
  }
  for (const owner of ['jo', 'mary']) {
    const open = mail.of('eng', owner).perform({ do: 'open', folder: 'INBOX', look: true });
    expect(open.done === 'open' && open.mails.length).toBe(kept.length);
  }
});
