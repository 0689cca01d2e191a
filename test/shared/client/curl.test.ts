/** The commands beside the dialog, run: they send what the dialog sends. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { curlCommand } from '../../../shared/client/curl.ts';
import type { CommandMail } from '../../../shared/client/mail.ts';
import { swaksCommand } from '../../../shared/client/swaks.ts';
import { running } from '../../electron/upstream/dialogue.ts';

const mail: CommandMail = {
  helo: 'mail-lab',
  from: 'dev@test.com',
  to: ['user@eng.abc.com'],
  subject: 'hello',
  body: 'Hello engineering!',
};
const nasty = `'; touch x; echo "$(id)" \`id\` $HOME \\ ~ !! * ;type=text/html, "`;

async function run(command: string, folder = tmpdir()): Promise<void> {
  await promisify(execFile)('/bin/sh', ['-c', command], { cwd: folder, timeout: 15_000 });
}

/** The message with its parts in base64 decoded. */
function readable(raw: string): string {
  const decoded = (_: string, head: string, text: string) => head + Buffer.from(text, 'base64').toString('utf8');
  return raw.replace(/(Content-Transfer-Encoding: base64\r\n\r\n)([\w+/=\r\n]+)/gi, decoded);
}

test('curl: one line that a person can read', () => {
  expect(curlCommand(mail, '::1', 3333)).toBe(
    "printf '%s\\r\\n' 'From: dev@test.com' 'To: user@eng.abc.com' 'Subject: hello' '' 'Hello engineering!' | " +
      "curl --url 'smtp://[::1]:3333/mail-lab' --mail-from dev@test.com --mail-rcpt user@eng.abc.com --upload-file -",
  );
});

test.each<[string, Partial<CommandMail>]>([
  ['the tutorial mail', {}],
  ['copies, open and blind', { cc: ['c@eng.abc.com'], bcc: ['b@eng.abc.com'] }],
  ['what a shell would run', { subject: nasty, body: nasty }],
  ['dots and text beyond ASCII', { subject: 'Grüße', body: '.dot\n..\nGrüße 😀' }],
  ['a whole message', { raw: 'Subject: raw\nX-Raw: 100%DATE%\n\n.dot\nGrüße\\n\n' }],
  ['headers of one’s own', { headers: 'X-Test: one\nReply-To: me@test.com' }],
  [
    'HTML beside the text, and a file',
    { body: 'one\ntwo', html: `<p>${nasty}</p>`, attachments: [{ name: 'a;b.txt', type: '' }] },
  ],
])('curl and swaks send %s', async (_, changes) => {
  const { port, messages } = await running();
  const folder = mkdtempSync(join(tmpdir(), 'curl-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a;b.txt'), 'from the file');
  const wanted = { ...mail, ...changes };
  await run(curlCommand(wanted, '127.0.0.1', port), folder);
  await run(swaksCommand(wanted, '127.0.0.1', port), folder);
  const to = [...wanted.to, ...(wanted.cc ?? []), ...(wanted.bcc ?? [])];
  expect(messages.map((one) => [one.from, one.to])).toEqual([
    ['dev@test.com', to],
    ['dev@test.com', to],
  ]);
  const raws = messages.map((one) => String(one.raw));
  for (const raw of raws) {
    const text = readable(raw);
    for (const line of (wanted.raw ?? `${wanted.body}\n${wanted.html ?? ''}`).split('\n')) expect(text).toContain(line);
    for (const line of wanted.headers?.split('\n') ?? []) expect(text).toContain(`${line}\r\n`);
    expect(text).not.toContain('b@eng.abc.com');
    expect(text.includes('filename="a;b.txt"') && text.includes('from the file')).toBe(
      wanted.attachments !== undefined,
    );
  }
});
