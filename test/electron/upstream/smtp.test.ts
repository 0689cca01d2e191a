import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createUpstreamFaults } from '../../../electron/upstream/faults.ts';
import { createSmtpMock } from '../../../electron/upstream/smtp.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';
import { Dialogue, greeted, inData, running } from './dialogue.ts';

describe('the dialogue', () => {
  test('greets and answers with its own name', async () => {
    const { port } = await running();
    const client = new Dialogue(port);
    expect(await client.reply()).toBe('220 eng ESMTP\r\n');
    expect(await client.say('HELO laptop\r\n')).toBe('250 eng\r\n');
    const capabilities = await client.say('EHLO laptop\r\n');
    expect(capabilities).toMatch(/^250-eng\r\n/);
    expect(capabilities).toContain('XCLIENT');
    expect(capabilities).not.toMatch(/STARTTLS/);
    expect(await client.say('QUIT\r\n')).toMatch(/^221 /);
  });

  test('greets at once: smtp-server by itself waits 100 ms', async () => {
    const { port } = await running();
    const started = performance.now();
    for (let n = 0; n < 20; n += 1) {
      const client = new Dialogue(port);
      await client.reply();
      client.socket.destroy();
    }
    // With the wait in place this would be 2000 ms, and no machine is too slow for 1500 without it.
    expect(performance.now() - started).toBeLessThan(1500);
  });

  test('keeps the message byte for byte, dot-stuffing undone, with the whole envelope', async () => {
    const { port, messages } = await running();
    const client = await inData(port, ['user@eng.abc.com', 'Other.@eng.abc.com']);
    const every = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
    expect(await client.say(`Subject: x\r\n\r\n..dot\r\n...\r\n${every}\r\n.\r\n`)).toMatch(/^250 /);
    expect(messages).toHaveLength(1);
    const [message] = messages;
    expect(message?.raw.toString('latin1')).toBe(`Subject: x\r\n\r\n.dot\r\n..\r\n${every}\r\n`);
    expect(message).toMatchObject({
      from: 'dev@test.com',
      to: ['user@eng.abc.com', 'Other.@eng.abc.com'],
      clientPort: client.socket.localPort,
    });
    expect(Math.abs(Date.now() - (message?.at ?? 0))).toBeLessThan(60_000);
  });

  test('takes several messages on one connection, and the null sender', async () => {
    const { port, messages } = await running();
    const client = await inData(port);
    expect(await client.say('.\r\n')).toMatch(/^250 /);
    expect(await client.say('MAIL FROM:<>\r\n')).toMatch(/^250 /);
    expect(await client.say('RCPT TO:<Postmaster>\r\n')).toMatch(/^250 /);
    expect(await client.say('DATA\r\n')).toMatch(/^354 /);
    expect(await client.say('two\r\n.\r\n')).toMatch(/^250 /);
    expect(messages.map(({ from, to, raw }) => [from, to, String(raw)])).toEqual([
      ['dev@test.com', ['user@eng.abc.com'], ''],
      ['', ['Postmaster'], 'two\r\n'],
    ]);
  });

  test('believes XCLIENT as nginx sends it, and still knows the connection', async () => {
    const { port, messages } = await running();
    const client = await greeted(port);
    expect(await client.say('XCLIENT ADDR=192.0.2.7 LOGIN=alice NAME=[UNAVAILABLE]\r\n')).toBe('220 eng ESMTP\r\n');
    expect(await client.say('EHLO laptop\r\n')).toMatch(/^250-eng/);
    await client.say('MAIL FROM:<dev@test.com>\r\n');
    await client.say('RCPT TO:<user@eng.abc.com>\r\n');
    await client.say('DATA\r\n');
    expect(await client.say('x\r\n.\r\n')).toMatch(/^250 /);
    expect(messages[0]?.clientPort).toBe(client.socket.localPort);
  });

  test('XCLIENT PORT does not change which connection brought the message', async () => {
    const { port, messages } = await running();
    const client = await greeted(port);
    await client.say('XCLIENT ADDR=192.0.2.7 PORT=7\r\n');
    await client.say('EHLO laptop\r\n');
    await client.say('MAIL FROM:<a@b>\r\n');
    await client.say('RCPT TO:<c@d>\r\n');
    await client.say('DATA\r\n');
    await client.say('.\r\n');
    expect(messages[0]?.clientPort).toBe(client.socket.localPort);
  });
});

describe('nothing that was accepted is lost', () => {
  test('the message is handed over before the 250 is sent', async () => {
    const order: string[] = [];
    const { port } = await running({ onMessage: () => void order.push('kept') });
    const client = await inData(port);
    client.socket.on('data', () => order.push('answered'));
    await client.say('x\r\n.\r\n');
    expect(order).toEqual(['kept', 'answered']);
  });

  test('a message that could not be kept is not accepted, and the mock goes on', async () => {
    const { port } = await running({
      onMessage: () => {
        throw new Error('disk full');
      },
    });
    const client = await inData(port);
    expect(await client.say('x\r\n.\r\n')).toMatch(/^451 /);
    expect(await client.say('NOOP\r\n')).toMatch(/^250 /);
  });

  test('what is not answered yet takes room, until it is kept or its client is gone', async () => {
    const faults = createUpstreamFaults();
    const act = { type: 'delay', ms: 3_600_000 } as const;
    let keep: () => void = () => undefined;
    const kept = new Promise<void>((resolve) => (keep = resolve));
    const { port } = await running({
      faults,
      room: 1000,
      onMessage: ({ raw }) => (raw.length > 500 ? kept : undefined),
    });
    const client = async (text: string) => {
      const dialogue = await inData(port);
      return { dialogue, reply: dialogue.say(`${text}\r\n.\r\n`) };
    };
    const slow = await client('x'.repeat(600));
    const refused = await client('x'.repeat(500));
    expect(await refused.reply).toMatch(/^452 /);
    keep();
    expect(await slow.reply).toMatch(/^250 /);
    faults.arm({ upstream: 'eng', protocol: 'smtp', stage: 'end', act, scope: { type: 'next', times: 1 }, only: {} });
    const armed = await client('x'.repeat(900));
    await vi.waitFor(() => expect(faults.list()).toEqual([]));
    const crowded = await client('x'.repeat(200));
    expect(await crowded.reply).toMatch(/^452 /);
    armed.dialogue.socket.destroy();
    await vi.waitFor(async () => expect(await (await client('x'.repeat(200))).reply).toMatch(/^250 /));
  });

  test('one that there is no room for is answered 452, and a promise of keeping it is waited for', async () => {
    const order: string[] = [];
    const full = Object.assign(new Error('no room'), { responseCode: 452 });
    const { port } = await running({
      onMessage: async ({ raw }) => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('kept');
        if (raw.length > 10) throw full;
      },
    });
    const client = await inData(port);
    client.socket.on('data', () => order.push('answered'));
    expect(await client.say('much too long\r\n.\r\n')).toMatch(/^452 /);
    expect(order).toEqual(['kept', 'answered']);
  });

  test('half a message is none', async () => {
    const { port, messages } = await running();
    const client = await inData(port);
    client.socket.write('half a mess');
    await new Promise<void>((resolve) => client.socket.end(resolve));
    expect((await greeted(port)).socket.destroyed).toBe(false);
    expect(messages).toEqual([]);
  });
});

describe('limits', () => {
  test('a message over the size is refused with 552, declared or not', async () => {
    const { port, messages } = await running({ play: { ...plainPlay, smtp: { ...plainPlay.smtp, size: 1000 } } });
    const client = await greeted(port);
    expect(await client.say('MAIL FROM:<a@b> SIZE=1001\r\n')).toMatch(/^552 /);
    await client.say('MAIL FROM:<a@b>\r\n');
    await client.say('RCPT TO:<c@d>\r\n');
    await client.say('DATA\r\n');
    expect(await client.say(`${`${'x'.repeat(70)}\r\n`.repeat(2000)}.\r\n`)).toMatch(/^552 /);
    expect(messages).toEqual([]);
    await client.say('MAIL FROM:<a@b>\r\n');
    await client.say('RCPT TO:<c@d>\r\n');
    await client.say('DATA\r\n');
    expect(await client.say(`${'x'.repeat(998)}\r\n.\r\n`)).toMatch(/^250 /);
    expect(messages[0]?.raw).toHaveLength(1000);
  });

  test('a thousand recipients, and not one more', async () => {
    const { port } = await running();
    const client = await greeted(port);
    await client.say('MAIL FROM:<a@b>\r\n');
    for (let n = 0; n < 1000; n += 1) expect(await client.say(`RCPT TO:<r${n}@d>\r\n`)).toMatch(/^250 /);
    expect(await client.say('RCPT TO:<one@more>\r\n')).toMatch(/^452 /);
  });
});

test('no input crashes it or stops the others', async () => {
  const { port } = await running();
  const witness = await greeted(port);
  const command = fc.constantFrom(
    'MAIL FROM:',
    'RCPT TO:<',
    'DATA\r\n',
    'EHLO ',
    'XCLIENT ',
    '.\r\n',
    '\r\n',
    '\0',
    'AUTH PLAIN ',
  );
  const garbage = fc.array(fc.oneof(command, fc.string({ unit: 'binary', maxLength: 50 })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(garbage, fc.boolean(), async (pieces, abruptly) => {
      const client = new Dialogue(port);
      await client.reply();
      client.socket.write(Buffer.from(pieces.join(''), 'latin1'));
      const gone = new Promise((resolve) => client.socket.once('close', resolve));
      if (abruptly) client.socket.resetAndDestroy();
      else client.socket.end();
      await gone;
      expect(await witness.say('NOOP\r\n')).toMatch(/^250 /);
    }),
    { numRuns: 50 },
  );
});

test('TLS or HTTP on the port is turned away', async () => {
  const { port } = await running();
  const browser = new Dialogue(port);
  await browser.reply();
  expect(await browser.say('GET / HTTP/1.1\r\n')).toMatch(/^421 /);
  const tls = new Dialogue(port);
  await tls.reply();
  expect(await tls.say('\x16\x03\x01\x02\x00\x01\x00\n')).toMatch(/^500 /);
});

describe('starting and stopping', () => {
  test('a port in use is the system error', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const mock = createSmtpMock({ name: 'eng', onMessage: () => undefined });
    await expect(mock.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await mock.stop();
  });

  test('stopping tells every client and leaves no connection behind', async () => {
    const { port, stop } = await running();
    const client = await inData(port);
    const idle = await greeted(port);
    const [first, second] = [client.reply(), idle.reply()];
    await stop();
    expect(await first).toMatch(/^421 /);
    expect(await second).toMatch(/^421 /);
    await stop();
    const late = new Dialogue(port);
    expect(await late.reply()).toBe('');
  });
});
