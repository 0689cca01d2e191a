import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fakeAuthority, fakeUpstream, route, startEngine } from '../../fakes/rig.ts';

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

async function engineOf(...args: Parameters<typeof startEngine>): ReturnType<typeof startEngine> {
  const rig = await startEngine(...args);
  cleanup.push(rig.engine.stop);
  return rig;
}

const truncations = (entries: readonly { readonly why: string }[]): number =>
  entries.filter(({ why }) => why === 'session.truncated').length;

describe('a client that never stops', () => {
  const command = 'HELO a\r\n';
  const count = 100_000;
  const name = 'x'.repeat(400);
  const replies = `220 ${name} ESMTP ready\r\n`.length + count * `250 ${name}\r\n`.length;

  test('is read no further while it leaves its replies unread, and then gets all of them', async () => {
    const { recorder, connect: newClient, port } = await engineOf(fakeAuthority(), { serverName: name });
    const flood = connect(port, '127.0.0.1');
    await once(flood, 'connect');
    flood.write(command.repeat(count));
    const read = (): number => recorder.sessions.get(1)?.summary.bytesIn ?? 0;
    // Another client's round trips are the clock: the flood has come to rest when twenty of them change nothing.
    const other = newClient();
    await other.greeting();
    for (let still = 0, before = -1; still < 20; before = read()) {
      await other.ask('NOOP\r\n');
      still = read() === before ? still + 1 : 0;
    }
    expect(read()).toBeLessThan(command.length * count);
    let received = 0;
    flood.on('data', (bytes) => {
      received += bytes.length;
      if (received === replies) flood.end();
    });
    await once(flood, 'close');
    expect(received).toBe(replies);
    const { summary } = await recorder.over(1);
    expect(summary).toMatchObject({ outcome: 'quit', bytesIn: command.length * count, bytesOut: replies });
  });

  test('is kept in the journal up to a limit, which is said once', async () => {
    const { recorder, port } = await engineOf(fakeAuthority());
    const flood = connect({ port, host: '127.0.0.1' }).resume();
    flood.end(`${command.repeat(count)}HELO b\r\n`);
    await once(flood, 'close');
    const { summary, entries } = await recorder.over(1);
    expect(summary.bytesIn).toBe(command.length * (count + 1));
    expect(truncations(entries)).toBe(1);
    expect(entries.length).toBeLessThan(20_000);
    expect(summary.entries).toBe(entries.length);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at));
    // What the proxy knew at the end stands in the first entry that is kept again.
    expect(entries.find(({ kind }) => kind === 'close')?.state).toMatchObject({ helo: 'b' });
  });

  test('relays sixty thousand line ends in one piece, and the journal still keeps its limit', async () => {
    const upstream = await fakeUpstream();
    cleanup.push(upstream.close);
    const { recorder, connect: newClient } = await engineOf(fakeAuthority(route(upstream.port)));
    const client = newClient();
    await client.greeting();
    await client.ask('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n', 'rcpt ok');
    client.socket.end('\n'.repeat(60_000));
    const { entries } = await recorder.over(1);
    expect(truncations(entries)).toBe(1);
    expect(entries.length).toBeLessThan(10_000);
  });
});
