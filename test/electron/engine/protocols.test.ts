/** IMAP and POP3 sessions over real sockets: their rows in the list, their transcripts, and what is secret in them. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Authority } from '../../../electron/engine/ports.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { fakeAuthority, route, startEngine } from '../../fakes/rig.ts';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** An upstream that greets, and answers each chunk of bytes by the first pattern that matches. */
async function upstream(greeting: string, answers: readonly (readonly [RegExp, string])[]): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(greeting, 'latin1');
    socket.on('data', (bytes) => {
      const heard = bytes.toString('latin1');
      const answer = answers.find(([pattern]) => pattern.test(heard))?.[1];
      if (answer !== undefined) socket.write(answer, 'latin1');
    });
    stops.push(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function engine(authority: Authority, change: Partial<MailServer>) {
  const started = await startEngine(authority, change);
  stops.push(() => started.engine.stop());
  return started;
}

const lines = (entries: readonly Entry[]): string[] =>
  entries
    .filter(({ kind }) => kind === 'line' || kind === 'data')
    .map(({ leg, direction, kind, disposition, bytes }) => `${leg} ${direction} ${kind} ${disposition} ${bytes}`);
const hidden = (entries: readonly Entry[]): string[] =>
  entries.flatMap(({ bytes, secret }) => (secret ?? []).map(([from, to]) => bytes.slice(from, to)));

describe('an IMAP session', () => {
  test('is logged in upstream, relayed, and told line by line and literal by literal', async () => {
    const port = await upstream('* OK hi\r\n', [
      [/LOGIN/, '+ go\r\n'],
      [/^fred/, '+ go\r\n'],
      [/^secret/, '1 OK in\r\n'],
      [/FETCH/, '* 1 FETCH (X {5}\r\nhello)\r\n2 OK done\r\n'],
      [/LOGOUT/, '* BYE\r\n3 OK bye\r\n'],
    ]);
    const { recorder, connect } = await engine(fakeAuthority(route(port)), { protocol: 'imap' });
    const client = connect();
    expect(await client.greeting()).toBe('* OK IMAP4 ready\r\n');
    expect(await client.ask('1 LOGIN fred {6}\r\n')).toBe('+ OK\r\n');
    expect(await client.ask('secret\r\n')).toBe('1 OK in\r\n');
    expect(await client.ask('2 FETCH 1 X\r\n', '2 OK done\r\n')).toBe('* 1 FETCH (X {5}\r\nhello)\r\n2 OK done\r\n');
    await client.ask('3 LOGOUT\r\n', '3 OK bye\r\n');
    client.socket.end();
    const { summary, entries } = await recorder.over(1);
    expect(summary).toMatchObject({ protocol: 'imap', user: 'fred', outcome: 'relayed', reply: null, error: null });
    expect(lines(entries)).toEqual([
      'client out line invented * OK IMAP4 ready\r\n',
      'client in line consumed 1 LOGIN fred {6}\r\n',
      'client out line invented + OK\r\n',
      'client in line consumed secret\r\n',
      'upstream in line consumed * OK hi\r\n',
      'upstream out line invented 1 LOGIN {4}\r\n',
      'upstream in line consumed + go\r\n',
      'upstream out line invented fred {6}\r\n',
      'upstream in line consumed + go\r\n',
      'upstream out line invented secret\r\n',
      'upstream in line passed 1 OK in\r\n',
      'client out line passed 1 OK in\r\n',
      'client in line passed 2 FETCH 1 X\r\n',
      'upstream in line passed * 1 FETCH (X {5}\r\n',
      'upstream in data passed hello',
      'upstream in line passed )\r\n',
      'upstream in line passed 2 OK done\r\n',
      'client in line passed 3 LOGOUT\r\n',
      'upstream in line passed * BYE\r\n',
      'upstream in line passed 3 OK bye\r\n',
    ]);
    expect(new Set(hidden(entries))).toEqual(new Set(['secret']));
  });

  test('asks without Client-Host, and an empty password is a password', async () => {
    let known: boolean | undefined;
    const asking: Authority = {
      ask({ request, passwordKnown }, done) {
        known = passwordKnown;
        const verdict = { type: 'reject', message: 'no', waitMs: 0 } as const;
        done({ transport: 'in-process', request, response: '', verdict });
        return () => {};
      },
    };
    const { recorder, connect } = await engine(asking, { protocol: 'imap' });
    const client = connect();
    await client.greeting();
    expect(await client.ask('9 LOGIN u ""\r\n')).toBe('9 NO no\r\n');
    const { summary, entries } = await recorder.over(1);
    const question = entries.find(({ leg, direction }) => leg === 'auth' && direction === 'out')?.bytes ?? '';
    expect(question).toContain('Auth-Protocol: imap\r\n');
    expect(question).not.toContain('Client-Host');
    expect(known).toBe(true);
    expect(summary).toMatchObject({ outcome: 'rejected', reply: null });
  });

  test('that leaves with LOGOUT has quit, one that errs too often is closed', async () => {
    const { recorder, connect } = await engine(fakeAuthority(), { protocol: 'imap', maxErrors: 1 });
    const polite = connect();
    await polite.greeting();
    await polite.ask('a LOGOUT\r\n', 'completed');
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'quit', error: null });
    const rude = connect();
    await rude.greeting();
    await rude.ask('a FOO {3+}\r\n');
    expect((await recorder.over(2)).summary).toMatchObject({ outcome: 'closed', error: 'imap.syntax.last' });
  });
});

describe('a POP3 session', () => {
  test('is logged in upstream, relayed, and told reply by reply', async () => {
    const port = await upstream('+OK hi\r\n', [
      [/USER/, '+OK\r\n'],
      [/PASS/, '+OK in\r\n'],
      [/RETR/, '+OK\r\nSubject: x\r\n\r\n..\r\n.\r\n'],
    ]);
    const { recorder, connect } = await engine(fakeAuthority(route(port)), { protocol: 'pop3' });
    const client = connect();
    expect(await client.greeting()).toBe('+OK POP3 ready\r\n');
    await client.ask('USER fred\r\n');
    expect(await client.ask('PASS my secret\r\n')).toBe('+OK in\r\n');
    await client.ask('RETR 1\r\n', '\r\n.\r\n');
    client.socket.end();
    const { summary, entries } = await recorder.over(1);
    expect(summary).toMatchObject({ protocol: 'pop3', user: 'fred', outcome: 'relayed', reply: null, error: null });
    expect(lines(entries).slice(-3)).toEqual([
      'client in line passed RETR 1\r\n',
      'upstream in line passed +OK\r\n',
      'upstream in data passed Subject: x\r\n\r\n..\r\n.\r\n',
    ]);
    expect(hidden(entries)).toContain('my secret');
    expect(new Set(hidden(entries))).toEqual(new Set(['my secret', 'my%20secret']));
  });

  test('has 128 bytes for a line', async () => {
    const { recorder, connect } = await engine(fakeAuthority(), { protocol: 'pop3' });
    const client = connect();
    await client.greeting();
    client.send(`USER ${'x'.repeat(123)}`);
    expect(await client.end()).toBe('+OK POP3 ready\r\n-ERR invalid command\r\n');
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'closed', error: 'pop3.overlong' });
  });
});
