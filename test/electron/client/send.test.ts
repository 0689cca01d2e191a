import { createServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SendJob, sendMail } from '../../../electron/client/send.ts';
import { running } from '../upstream/dialogue.ts';

const mail = { helo: 'mail-lab', from: 'dev@test.com', to: ['user@eng.abc.com'], subject: 'hello', body: 'Hello!\n' };

function job(port: number, changes: Partial<SendJob> = {}): SendJob {
  return { host: '127.0.0.1', port, ...mail, ...changes };
}

/** A server that answers each line by what it begins with, and closes after 221 and 421. */
async function scripted(
  answers: Readonly<Record<string, string>>,
  greeting = '220 x',
): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    const say = (text: string) => (/^[24]21/.test(text) ? socket.end(`${text}\r\n`) : socket.write(`${text}\r\n`));
    say(greeting);
    let content = false;
    socket.setEncoding('latin1').on('data', (text: string) => {
      for (const line of text.split('\r\n').slice(0, -1)) {
        if (content && line !== '.') continue;
        lines.push(line);
        const verb = Object.keys(answers).find((start) => line.startsWith(start)) ?? '';
        content = line === 'DATA' && /^354/.test(answers[verb] ?? '');
        say(answers[verb] ?? '250 ok');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, lines };
}

const usual = { DATA: '354 go', QUIT: '221 bye' };

describe('a mail that is taken', () => {
  test('arrives with its envelope, and the outcome names our port', async () => {
    const { port, messages } = await running();
    const outcome = await sendMail(job(port, { to: ['user@eng.abc.com', 'Other <other@eng.abc.com>'] }));
    expect(outcome).toEqual({
      ok: true,
      accepted: ['user@eng.abc.com', 'other@eng.abc.com'],
      rejected: [],
      fates: [
        { address: 'user@eng.abc.com', ok: true, reply: '' },
        { address: 'other@eng.abc.com', ok: true, reply: '' },
      ],
      response: expect.stringMatching(/^250 /),
      error: null,
      localPort: messages[0]?.clientPort,
    });
    expect(messages[0]).toMatchObject({ from: 'dev@test.com', to: ['user@eng.abc.com', 'other@eng.abc.com'] });
    const raw = String(messages[0]?.raw);
    expect(raw).toMatch(/^Subject: hello\r$/m);
    expect(raw).toMatch(/^To: user@eng.abc.com, Other <other@eng.abc.com>\r$/m);
    expect(raw.split('\r\n\r\n')[1]).toBe('Hello!\r\n');
  });

  test('is sent as a client does it: greeted by name, ended with QUIT', async () => {
    const { port, lines } = await scripted(usual);
    expect((await sendMail(job(port))).ok).toBe(true);
    expect(lines).toEqual([
      'EHLO mail-lab',
      'MAIL FROM:<dev@test.com>',
      'RCPT TO:<user@eng.abc.com>',
      'DATA',
      '.',
      'QUIT',
    ]);
  });

  test('text beyond ASCII, dots and odd line ends survive', async () => {
    const { port, messages } = await running();
    await sendMail(job(port, { subject: 'Grüße 漢字', body: 'Grüße\n.\n..two\rthree\r\nend' }));
    const [header = '', body = ''] = String(messages[0]?.raw).split('\r\n\r\n');
    expect(header).toMatch(/^Subject: =\?UTF-8\?[QB]\?/m);
    expect(header).toMatch(/^Content-Transfer-Encoding: (quoted-printable|base64)/m);
    expect(body).toContain('.\r\n..two\r\nthree\r\nend');
  });

  test('the null sender and an address without a domain go out as typed', async () => {
    const { port, lines } = await scripted(usual);
    await sendMail(job(port, { from: '<>', to: ['root'] }));
    expect(lines.slice(1, 3)).toEqual(['MAIL FROM:<>', 'RCPT TO:<root>']);
  });

  test('a server that offers STARTTLS is spoken to in the clear', async () => {
    const { port, lines } = await scripted({ ...usual, EHLO: '250-x\r\n250 STARTTLS' });
    expect((await sendMail(job(port))).ok).toBe(true);
    expect(lines).not.toContain('STARTTLS');
  });

  test('nothing in the mail can make it read a file', async () => {
    const { port, messages } = await running();
    await sendMail(job(port, { body: 'file:///etc/passwd', subject: '@/etc/passwd' }));
    expect(String(messages[0]?.raw)).toContain('file:///etc/passwd');
  });
});

describe('a mail that is not taken', () => {
  test('one recipient refused: the others get it, and the outcome says who did not', async () => {
    const { port } = await scripted({ ...usual, 'RCPT TO:<bad': '550 5.1.1 no such recipient here' });
    const outcome = await sendMail(job(port, { to: ['good@x', 'bad@x'] }));
    expect(outcome).toMatchObject({
      ok: false,
      accepted: ['good@x'],
      rejected: ['bad@x'],
      response: '250 ok',
      error: null,
    });
  });

  test('all refused: the reply that decided it', async () => {
    const { port } = await scripted({ ...usual, RCPT: '550 5.1.1 no such recipient here' });
    const outcome = await sendMail(job(port));
    expect(outcome).toMatchObject({
      ok: false,
      accepted: [],
      rejected: mail.to,
      response: '550 5.1.1 no such recipient here',
      error: null,
    });
  });

  test('refused and closed at once, as nginx does it', async () => {
    const { port } = await scripted({ ...usual, RCPT: '421 4.3.2 go away' });
    expect(await sendMail(job(port))).toMatchObject({ ok: false, response: '421 4.3.2 go away', error: null });
  });

  test('the content refused', async () => {
    const { port } = await scripted({ ...usual, '.': '554 no' });
    expect(await sendMail(job(port))).toMatchObject({ ok: false, response: '554 no', error: null });
  });

  test('a greeting that says no', async () => {
    const { port } = await scripted(usual, '554 not today');
    expect(await sendMail(job(port))).toMatchObject({ ok: false, response: '554 not today', error: null });
  });

  test('closed without a word', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const outcome = await sendMail(job(port));
    expect(outcome).toMatchObject({ ok: false, response: '', rejected: mail.to, localPort: expect.any(Number) });
    expect(outcome.error).not.toBeNull();
  });

  test('nobody listens', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    await new Promise((resolve) => free.close(resolve));
    const outcome = await sendMail(job(typeof address === 'object' && address !== null ? address.port : 0));
    expect(outcome).toMatchObject({ ok: false, error: 'ECONNREFUSED', localPort: null, response: '' });
  });

  test.each(['a@b>\r\nRCPT TO:<c@d', 'a@b\nQUIT', '', '<a@b> SIZE=1>'])('an address that is none: %j', async (to) => {
    const { port, lines } = await scripted(usual);
    const outcome = await sendMail(job(port, { to: [to] }));
    expect(outcome.ok).toBe(false);
    expect(lines.filter((line) => /^(RCPT|QUIT|DATA)/.test(line))).toEqual([]);
  });
});
