/** The window's calls about mail, over a running lab. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LabOptions } from '../../../electron/lab/lab.ts';
import { MESSAGE_WINDOW, type MessageView } from '../../../shared/contract/messages.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

const threeProtocols = readFileSync(join(import.meta.dirname, '../../../examples/three-protocols.lab.yaml'), 'utf8');

async function started(text?: string, options?: Partial<LabOptions>): Promise<RunningLab> {
  const lab = await startLab(text, options);
  onTestFinished(() => lab.stop());
  return lab;
}

/** Sends a mail and gives what the lab tells of it. */
async function delivered(lab: RunningLab, to: readonly string[], text: string): Promise<MessageView> {
  const known = lab.feeds.filter(({ type }) => type === 'messages').length;
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  await client.say('MAIL FROM:<dev@test.com>');
  for (const address of to) await client.say(`RCPT TO:<${address}>`);
  await client.say('DATA');
  await client.say(`${text}\r\n.`);
  await client.say('QUIT');
  await client.closed();
  return lab.feed((feed) => {
    const all = lab.feeds.filter((one) => one.type === 'messages');
    return feed.type === 'messages' && all.length > known && feed === all[known] ? feed.message : null;
  });
}

test('a mail goes into the mailboxes of its recipients, once; strangers share the catch-all', async () => {
  const lab = await started(threeProtocols);
  const to = ['ann@eng.abc.com', 'ANN@eng.abc.com', 'nobody@eng.abc.com'];
  const message = await delivered(lab, to, 'Subject: for both\r\n\r\nx');
  expect(message.places.map(({ owner, folder, uid }) => [owner, folder, uid])).toEqual([
    ['', 'INBOX', 1],
    ['ann@eng.abc.com', 'INBOX', 1],
  ]);
  for (const owner of ['', 'ann@eng.abc.com']) {
    const page = await lab.call('messages.list', { upstream: 'eng', owner });
    expect(page.messages).toEqual([message]);
  }
  expect((await lab.call('messages.list', { upstream: 'eng', owner: 'bob@hr.abc.com' })).total).toBe(0);
});

test('from the session to its message and back; found, pinned, told and deleted', async () => {
  const lab = await started();
  const first = await delivered(lab, ['user@eng.abc.com'], 'Subject: one\r\n\r\nneedle');
  const second = await delivered(lab, ['user@hr.abc.com'], 'Subject: two\r\n\r\nhay');
  expect(first.session).not.toBeNull();
  const ofSession = await lab.call('messages.list', { session: first.session ?? 0 });
  expect(ofSession.messages).toEqual([first]);
  expect(await lab.call('messages.list', { search: 'text:needle' })).toMatchObject({
    ...{ messages: [first], matching: 1, total: 2, problem: null },
    kept: { messages: 2, pinned: 0, maxMessages: 20_000 },
  });
  expect(await lab.call('messages.list', { search: 'is:red' })).toMatchObject({ problem: /is:pinned/ });
  expect(await lab.call('messages.pin', { ids: [first.id], pinned: true })).toEqual({ changed: 1 });
  await lab.feed((feed) => feed.type === 'mailboxes' && feed.upstream === 'eng');
  expect(await lab.call('messages.list', { search: 'is:pinned' })).toMatchObject({ messages: [{ id: first.id }] });
  expect(await lab.call('messages.delete', { upstream: 'eng' })).toEqual({ deleted: 0 });
  expect(await lab.call('messages.delete', { ids: [first.id, second.id] })).toEqual({ deleted: 2 });
  expect((await lab.call('lab.get', {})).upstreams.map(({ messages }) => messages)).toEqual([0, 0]);
  expect(await lab.call('message.get', { id: first.id })).toBeNull();
  expect(await lab.call('message.raw', { id: first.id, offset: 0, length: 1 })).toBeNull();
  await expect(lab.call('messages.delete', {} as never)).rejects.toThrow(/messages.delete cannot use this/);
});

test('a large message comes in windows, and is saved as it came', async () => {
  const chosen: string[] = [];
  const answers: (string | null)[] = [];
  const ask = {
    open: async () => null,
    saveAs: async (suggested: string) => {
      chosen.push(suggested);
      return answers.shift() ?? null;
    },
  };
  const lab = await started(undefined, { ask });
  const line = `${'0123456789'.repeat(7)}\r\n`;
  const text = `Subject: large\r\n\r\n${line.repeat(140_000)}`;
  const { id, size } = await delivered(lab, ['user@eng.abc.com'], text.slice(0, -2));
  expect(size).toBeGreaterThan(2 * MESSAGE_WINDOW);
  const whole = await lab.call('message.get', { id });
  expect(whole?.raw.length).toBe(MESSAGE_WINDOW);
  let raw = whole?.raw ?? '';
  while (raw.length < size) {
    const next = await lab.call('message.raw', { id, offset: raw.length, length: 700_000 });
    raw += next?.raw ?? '';
  }
  expect(raw.endsWith(text)).toBe(true);
  expect(await lab.call('message.raw', { id, offset: size - 3, length: 10 })).toEqual({ raw: raw.slice(-3) });
  expect(await lab.call('message.raw', { id, offset: size, length: 10 })).toEqual({ raw: '' });
  // Across the header block and two parts of the body.
  const across = await lab.call('message.raw', { id, offset: 5, length: 600_000 });
  expect(across?.raw === raw.slice(5, 600_005)).toBe(true);

  const file = join(lab.folder, 'saved.eml');
  answers.push(file, null);
  expect(await lab.call('message.save', { id })).toEqual({ saved: file });
  expect((await readFile(file, 'latin1')) === raw).toBe(true);
  expect(await lab.call('message.save', { id })).toEqual({ saved: null });
  expect(chosen).toEqual([`message-${id}.eml`, `message-${id}.eml`]);
});

test('a path that was typed is a new file that ends in .eml', async () => {
  const lab = await started();
  const { id } = await delivered(lab, ['user@eng.abc.com'], 'Subject: ../../etc/passwd\r\n\r\nx');
  const file = join(lab.folder, 'new.eml');
  expect(await lab.call('message.save', { id, as: file })).toEqual({ saved: file });
  expect(await readFile(file, 'latin1')).toMatch(/passwd\r\n\r\nx\r\n$/);
  await writeFile(file, 'mine');
  await expect(lab.call('message.save', { id, as: file })).rejects.toThrow('is there already: give another name.');
  expect(await readFile(file, 'utf8')).toBe('mine');
  await expect(lab.call('message.save', { id, as: join(lab.folder, 'x.sh') })).rejects.toThrow('ends in .eml');
  await expect(lab.call('message.save', { id, as: join(lab.folder, 'no', 'x.eml') })).rejects.toThrow(
    /Cannot write .*no.x\.eml: there is no such file\./,
  );
  await expect(lab.call('message.save', { id })).rejects.toThrow('Give the path of a new file');
  await expect(lab.call('message.save', { id: 99, as: file })).rejects.toThrow('not kept any more');
});
