import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sendMail } from '../../../electron/client/send.ts';
import { subjectOf } from '../../../electron/journal/subject.ts';
import type { AcceptedMessage } from '../../../electron/upstream/smtp.ts';
import { curlCommand } from '../../../shared/client/curl.ts';
import type { CommandMail as SwaksMail } from '../../../shared/client/mail.ts';
import { swaksCommand } from '../../../shared/client/swaks.ts';
import { running } from '../../electron/upstream/dialogue.ts';

const mail: SwaksMail = {
  helo: 'mail-lab',
  from: 'dev@test.com',
  to: ['user@eng.abc.com'],
  subject: 'hello',
  body: 'Hello engineering!',
};

test('is one line that a person can read', () => {
  expect(swaksCommand(mail, '127.0.0.1', 3333)).toBe(
    'swaks --server 127.0.0.1 --port 3333 --helo mail-lab --from dev@test.com --to user@eng.abc.com ' +
      "--header 'Subject: hello' --body 'Hello engineering!\\n'",
  );
});

test('nothing in it is run by the shell: swaks gets every argument as it is', async () => {
  const nasty = `'; touch x; echo "$(id)" \`id\` $HOME \\ ~ !! * '`;
  const command = swaksCommand({ ...mail, subject: nasty, helo: nasty, from: nasty, to: [nasty] }, '127.0.0.1', 25);
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `swaks() { printf '%s\\n' "$@"; }; ${command}`]);
  expect(stdout.split('\n')).toEqual([
    ...['--server', '127.0.0.1', '--port', '25', '--helo', nasty, '--from', nasty, '--to', nasty],
    ...['--header', `Subject: ${nasty}`, '--body', 'Hello engineering!\\n', ''],
  ]);
});

test('a header keeps its name, whatever has to be done to its value', () => {
  const command = swaksCommand({ ...mail, headers: 'X-Path: C:\\new\nX-Plain: yes' }, '127.0.0.1', 3333);
  expect(command).toContain("--header 'X-Path: =?UTF-8?B?QzpcbmV3?='");
  expect(command).toContain("--header 'X-Plain: yes'");
});

test('an address stays one, whatever has to be done to the name beside it', () => {
  const people = { from: 'Jörg <j@test.com>', to: ['"Änne, B." <a@eng.abc.com>', 'jösé@eng.abc.com'], cc: ['c@d.e'] };
  for (const command of [
    swaksCommand({ ...mail, ...people }, '127.0.0.1', 3333),
    curlCommand({ ...mail, ...people }, '127.0.0.1', 3333),
  ]) {
    expect(command).toContain('From: =?UTF-8?B?SsO2cmc=?= <j@test.com>');
    expect(command).toContain('To: =?UTF-8?B?w4RubmUsIEIu?= <a@eng.abc.com>, j');
    expect(command).not.toContain(Buffer.from('@eng').toString('base64').slice(0, 4));
  }
});

/** The content as a person reads it: decoded, without the line breaks at its end. */
function content(message: AcceptedMessage | undefined): string {
  const raw = String(message?.raw);
  const at = raw.indexOf('\r\n\r\n');
  const [header, body] = [raw.slice(0, at), raw.slice(at + 4)];
  const encoding = /^content-transfer-encoding: (\S+)/im.exec(header)?.[1] ?? '7bit';
  const quoted = () =>
    body
      .replace(/=\r\n/g, '')
      .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const bytes = {
    base64: () => Buffer.from(body, 'base64'),
    'quoted-printable': () => Buffer.from(quoted(), 'latin1'),
    '7bit': () => Buffer.from(body),
  }[encoding];
  return (bytes?.() ?? Buffer.from(body)).toString('utf8').trimEnd();
}

describe('sends the mail that the dialog sends', () => {
  test.each<[string, Partial<SwaksMail>]>([
    ['the tutorial mail', {}],
    ['several recipients', { to: ['user@eng.abc.com', 'b@hr.abc.com', 'c@hr.abc.com'] }],
    ['a name beside the address', { from: 'Dev Eloper <dev@test.com>', to: ['User <user@eng.abc.com>'] }],
    ['the null sender', { from: '<>' }],
    ['quotes and dollars', { subject: `it's "$HOME" & \`id\``, body: `it's "$HOME" & \`id\` \\ !` }],
    ['several lines, and dots at their start', { body: 'one\n.two\n..\n\n.\nfive' }],
    ['a dot alone at the end', { body: 'one\n.' }],
    ['text beyond ASCII', { subject: 'Grüße aus 漢字 '.repeat(5).trim(), body: 'Grüße\n漢字 😀' }],
    ["swaks' own tokens", { subject: '%DATE% and \\n', body: '%FROM_ADDRESS% %DATE% a\\nb' }],
    ['what swaks takes for a file', { body: 'file.txt' }],
    ['a path with an at sign', { body: '@file.txt' }],
    ['what swaks takes for its input', { body: '-' }],
    ['nothing at all', { subject: '', body: '' }],
  ])('%s', async (_, changes) => {
    const { port, messages } = await running();
    const folder = mkdtempSync(join(tmpdir(), 'swaks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'file.txt'), 'from the file');
    const wanted = { ...mail, ...changes };
    const { helo, from, to, subject, body } = wanted;
    await sendMail({ host: '127.0.0.1', port, helo, from, to, subject, body });
    await promisify(execFile)('/bin/sh', ['-c', swaksCommand(wanted, '127.0.0.1', port)], { cwd: folder });
    const [ours, theirs] = messages;
    expect(messages).toHaveLength(2);
    expect([theirs?.from, theirs?.to]).toEqual([ours?.from, ours?.to]);
    expect(subjectOf(theirs?.raw ?? Buffer.alloc(0))).toBe(subjectOf(ours?.raw ?? Buffer.alloc(0)));
    expect(content(theirs)).toBe(content(ours));
  });
});
