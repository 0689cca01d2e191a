/** Holding, releasing, dropping and answering at each gate in each protocol, over real sockets. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { gates } from '../../../shared/journal/breakpoint.ts';
import type { Gate } from '../../../shared/journal/entry.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { heldAt, type LineUpstream, lineUpstream, play, routeTo, scripts } from '../../fakes/gate-rig.ts';
import { fakeAuthority, startEngine } from '../../fakes/rig.ts';

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of cleanup.splice(0).reverse()) await stop();
});

const protocols = ['smtp', 'imap', 'pop3'] as const;

async function lab(protocol: Protocol, change = {}) {
  const upstream = await lineUpstream(protocol);
  const authority = fakeAuthority(routeTo(upstream));
  const started = await startEngine(authority, { protocol, ...change });
  cleanup.push(upstream.close, () => started.engine.stop());
  return { upstream, authority, ...started };
}

/** A session that nobody holds: what each peer gets. */
async function unheld(protocol: Protocol): Promise<{ readonly client: string; readonly upstream: string }> {
  const { upstream, connect } = await lab(protocol);
  const client = await play(connect(), protocol);
  return { client, upstream: upstream.received() };
}

describe.each(protocols)('%s', (protocol) => {
  test.each(gates)(
    'held at %s and released one by one, both peers get the bytes of a session never held',
    async (gate) => {
      const expected = await unheld(protocol);
      const { engine, upstream, connect, recorder } = await lab(protocol);
      engine.gates.arm(gate, true);
      const seen: string[] = [];
      const release = setInterval(() => {
        for (const held of engine.gates.view().held) {
          seen.push(held.gate);
          engine.gates.release(held.id);
        }
      }, 1);
      cleanup.push(() => clearInterval(release));
      expect(await play(connect(), protocol)).toBe(expected.client);
      expect(upstream.received()).toBe(expected.upstream);
      expect(new Set(seen)).toEqual(new Set([gate]));
      const { entries } = await recorder.over(1);
      expect(entries.filter(({ kind }) => kind === 'hold')).toHaveLength(seen.length);
      expect(engine.gates.view()).toMatchObject({ held: [], heldCount: 0 });
    },
  );

  test('a held item shows its exact bytes', async () => {
    const { engine, connect } = await lab(protocol);
    engine.gates.arm('P>C', true);
    const client = connect();
    const held = await heldAt(engine, 'P>C');
    engine.gates.arm('P>C', false);
    expect(held).toMatchObject({
      session: 1,
      leg: 'client',
      kind: 'line',
      editable: true,
      until: null,
      breakpoint: null,
    });
    expect(held.size).toBe(held.text.length);
    expect(engine.gates.view().heldCount).toBe(1);
    expect(engine.gates.release(held.id)).toBe(true);
    expect(await client.greeting()).toBe(held.text);
    expect(engine.gates.release(held.id)).toBe(false);
  });

  test('an answer that is dropped never comes, and the clock of the proxy runs out', async () => {
    const { engine, connect, recorder } = await lab(protocol, { authHttpTimeoutMs: 30 });
    engine.gates.arm('A>P', true);
    const over = play(connect(), protocol);
    const held = await heldAt(engine, 'A>P');
    engine.gates.arm('A>P', false);
    expect(engine.gates.drop(held.id)).toBe(true);
    await over;
    const { entries, summary } = await recorder.over(1);
    expect(entries.map(({ why }) => why)).toContain('session.dropped');
    expect(summary.error).toBe('session.verdict.timed-out');
  });

  test('a question that is dropped is never asked', async () => {
    const { engine, connect, recorder, authority } = await lab(protocol, { authHttpTimeoutMs: 30 });
    engine.gates.arm('P>A', true);
    const over = play(connect(), protocol);
    const held = await heldAt(engine, 'P>A');
    engine.gates.arm('P>A', false);
    engine.gates.drop(held.id);
    await over;
    expect(authority.asked).toEqual([]);
    expect((await recorder.over(1)).summary).toMatchObject({ error: 'session.verdict.timed-out', authCalls: 0 });
  });

  test.each(['P>U', 'U>P'] as const)(
    'what is dropped at %s is never heard, and the upstream clock runs out',
    async (gate) => {
      const { engine, connect, recorder, upstream } = await lab(protocol, { timeoutMs: 60 });
      engine.gates.arm(gate, true);
      const over = play(connect(), protocol);
      const held = await heldAt(engine, gate);
      engine.gates.arm(gate, false);
      engine.gates.drop(held.id);
      await over;
      if (gate === 'P>U') expect(upstream.received()).not.toContain(held.text);
      expect((await recorder.over(1)).summary.error).toBe(`${protocol}.back.timeout`);
    },
  );

  test('a command that is dropped is not answered, the next one is', async () => {
    const { engine, connect, recorder } = await lab(protocol);
    const client = connect();
    const greeting = await client.greeting();
    engine.gates.arm('C>P', true);
    client.send(scripts[protocol][0]?.[0] ?? '');
    const held = await heldAt(engine, 'C>P');
    engine.gates.arm('C>P', false);
    engine.gates.drop(held.id);
    const quit = { smtp: 'QUIT\r\n', imap: '9 LOGOUT\r\n', pop3: 'QUIT\r\n' }[protocol];
    client.send(quit);
    const said = (await client.end()).slice(greeting.length);
    expect(said).toBe({ smtp: '221 2.0.0 Bye\r\n', imap: '* BYE\r\n9 OK completed\r\n', pop3: '+OK\r\n' }[protocol]);
    const { entries } = await recorder.over(1);
    const dropped = entries.find(({ why }) => why === 'session.dropped');
    expect(dropped).toMatchObject({ kind: 'hold', bytes: held.text, params: { gate: 'C>P' } });
  });

  test('a reply that is dropped never comes, and the dialogue goes on', async () => {
    const { engine, connect } = await lab(protocol);
    engine.gates.arm('P>C', true);
    const client = connect();
    const held = await heldAt(engine, 'P>C');
    engine.gates.arm('P>C', false);
    engine.gates.drop(held.id);
    const [line, expected] = scripts[protocol][0] ?? ['', /x/];
    client.send(line);
    await client.until(() => expected.test(client.received));
    expect(client.received).not.toContain(held.text);
  });

  test('a session that is killed while it is held ends at once and leaves nothing behind', async () => {
    const { engine, connect, recorder } = await lab(protocol);
    engine.gates.arm('P>A', true);
    const over = play(connect(), protocol);
    await heldAt(engine, 'P>A');
    expect(engine.kill(1)).toBe(true);
    await over;
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'closed', error: 'session.killed' });
    expect(engine.gates.view().heldCount).toBe(0);
    expect(engine.open()).toEqual([]);
    expect(engine.kill(1)).toBe(false);
  });

  test.each(gates)('a client that leaves while %s holds does not leave its session behind', async (gate) => {
    const { engine, connect, recorder } = await lab(protocol);
    engine.gates.arm(gate, true);
    const client = connect();
    void play(client, protocol);
    await heldAt(engine, gate);
    client.socket.destroy();
    const { entries } = await recorder.over(1);
    expect(entries.map(({ why }) => why)).toContain('session.let-go');
    expect(engine.gates.view().heldCount).toBe(0);
    expect(engine.open()).toEqual([]);
  });
});

describe('answered by hand', () => {
  test('a command is answered and forgotten, and the dialogue goes on', async () => {
    const { engine, connect, recorder } = await lab('smtp');
    const client = connect();
    await client.greeting();
    engine.gates.arm('C>P', true);
    client.send('MAIL FROM:<a>\r\n');
    const held = await heldAt(engine, 'C>P');
    engine.gates.arm('C>P', false);
    engine.gates.answer(held.id, '451 4.3.0 later');
    expect(await client.ask('RCPT TO:<b>\r\n', '503')).toContain('503');
    expect(client.received).toContain('451 4.3.0 later\r\n503 5.5.1');
    client.send('QUIT\r\n');
    await client.end();
    const { entries } = await recorder.over(1);
    const [dropped, answered] = entries.filter(({ why }) => /dropped|by-hand/.test(why));
    expect(dropped).toMatchObject({ bytes: 'MAIL FROM:<a>\r\n' });
    expect(answered).toMatchObject({ bytes: '451 4.3.0 later\r\n', direction: 'out', cause: dropped?.seq });
  });

  test.each(['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C'] as const)('421 at %s closes', async (gate) => {
    const { engine, connect, recorder } = await lab('smtp');
    engine.gates.arm(gate, true);
    const client = connect();
    void play(client, 'smtp');
    const held = await heldAt(engine, gate);
    expect(engine.gates.answer(held.id, '421 4.3.2 busy')).toBe(true);
    expect(await client.end()).toMatch(/421 4\.3\.2 busy\r\n$/);
    await recorder.over(1);
    expect(engine.open()).toEqual([]);
  });
});

describe('how far a release goes', () => {
  async function stepped(): Promise<{
    lab: Awaited<ReturnType<typeof lab>>;
    over: Promise<string>;
    upstream: LineUpstream;
  }> {
    const started = await lab('smtp');
    for (const gate of gates) started.engine.gates.arm(gate, true);
    const over = play(started.connect(), 'smtp');
    return { lab: started, over, upstream: started.upstream };
  }

  test('to the next turn: until the other side speaks', async () => {
    const {
      lab: { engine },
      over,
    } = await stepped();
    const turns: Gate[] = [];
    await heldAt(engine, 'P>C');
    for (let [held] = engine.gates.view().held; held; [held] = engine.gates.view().held) {
      turns.push(held.gate);
      engine.gates.release(held.id, { until: 'turn' });
      await vi.waitUntil(() => engine.gates.view().heldCount > 0 || engine.open().length === 0, { interval: 1 });
    }
    await over;
    const forward = turns.map((gate) => gate === 'C>P' || gate === 'P>A' || gate === 'P>U');
    for (const [nth, one] of forward.entries()) if (nth > 0) expect(one).toBe(!forward[nth - 1]);
  });

  test('to the next stage: until the place changes, in the relay until the command does', async () => {
    const {
      lab: { engine },
      over,
    } = await stepped();
    const first = await heldAt(engine, 'P>C', '220');
    engine.gates.release(first.id);
    const places: string[] = [];
    for (let held = await heldAt(engine, 'C>P', 'EHLO'); ; ) {
      const [row] = engine.open();
      places.push(`${row?.place} ${held.gate}`);
      engine.gates.release(held.id, { until: 'stage' });
      await vi.waitUntil(() => engine.gates.view().heldCount > 0 || engine.open().length === 0, { interval: 1 });
      const next = engine.gates.view().held[0];
      if (!next) break;
      held = next;
    }
    await over;
    expect(places).toEqual(['command C>P', 'verdict P>A', 'upstream U>P', 'relay C>P', 'relay C>P', 'relay C>P']);
  });

  test('everything of one session, or of all', async () => {
    const {
      lab: { engine, connect },
      over,
    } = await stepped();
    const other = connect();
    await vi.waitUntil(() => engine.gates.view().heldCount === 2);
    expect(engine.gates.releaseAll(2)).toBe(1);
    expect(await other.greeting()).toBe('220 mail.test.com ESMTP ready\r\n');
    expect(engine.gates.view().held.map(({ session }) => session)).toEqual([1]);
    for (const gate of gates) engine.gates.arm(gate, false);
    expect(engine.gates.releaseAll()).toBe(1);
    await over;
  });
});

describe('who waits', () => {
  test('behind a command that was seen, and one that was not', async () => {
    const { engine, connect } = await lab('smtp');
    engine.gates.arm('P>C', true);
    const client = connect();
    const greeting = await heldAt(engine, 'P>C');
    expect(greeting.patience).toMatchObject({ side: 'client', source: 'RFC 5321 4.5.3.2.1' });
    engine.gates.reset();
    await client.greeting();
    client.send('MAIL FROM:<a>\r\n');
    await client.until(() => client.received.endsWith('250 2.0.0 OK\r\n'));
    engine.gates.arm('P>A', true);
    client.send('RCPT TO:<b>\r\n');
    const asked = await heldAt(engine, 'P>A');
    expect(asked.patience?.source).toBe('RFC 5321 4.5.3.2.3');
  });

  test('an upstream that is nginx waits by the clocks of nginx, the servers of the lab for ever', async () => {
    const upstream = await startEngine(fakeAuthority());
    const { port } = upstream;
    const verdict = { type: 'route', server: '127.0.0.1', port, name: `127.0.0.1:${port}` } as const;
    const { engine, connect } = await startEngine(fakeAuthority(verdict));
    cleanup.push(
      () => upstream.engine.stop(),
      () => engine.stop(),
    );
    engine.gates.arm('U>P', true);
    engine.gates.arm('P>U', true);
    const client = connect();
    await client.greeting();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    engine.gates.release((await heldAt(engine, 'U>P')).id);
    const hello = await heldAt(engine, 'P>U');
    expect(hello.patience).toMatchObject({ side: 'upstream', source: 'nginx timeout' });
    expect((hello.patience?.at ?? 0) - hello.since).toBeGreaterThan(50_000);
  });
});

describe('breakpoints', () => {
  test('hold what fits, once or always, and count', async () => {
    const { engine, connect } = await lab('smtp');
    const always = engine.gates.set({ word: 'rcpt', gate: 'C>P' });
    const once = engine.gates.set({ why: 'smtp.ehlo', once: true });
    const over = play(connect(), 'smtp');
    const ehlo = await heldAt(engine, 'C>P');
    expect(ehlo).toMatchObject({ text: 'EHLO me\r\n', breakpoint: once });
    expect(engine.gates.view().breakpoints).toEqual([{ id: always, word: 'rcpt', gate: 'C>P', hits: 0 }]);
    engine.gates.release(ehlo.id);
    const rcpt = await heldAt(engine, 'C>P', 'RCPT');
    expect(engine.gates.view().breakpoints).toMatchObject([{ id: always, hits: 1 }]);
    engine.gates.clear();
    engine.gates.release(rcpt.id);
    await over;
  });

  test('stop a run to the next stage', async () => {
    const { engine, connect } = await lab('smtp');
    engine.gates.arm('C>P', true);
    engine.gates.set({ word: 'MAIL' });
    const over = play(connect(), 'smtp');
    const ehlo = await heldAt(engine, 'C>P', 'EHLO');
    engine.gates.release(ehlo.id, { until: 'stage' });
    expect((await heldAt(engine, 'C>P')).text).toContain('MAIL');
    engine.gates.reset();
    await over;
  });

  test('of a session go with it', async () => {
    const { engine, connect, recorder } = await lab('smtp');
    const client = connect();
    await client.greeting();
    engine.gates.set({ session: 1, word: 'DATA' });
    engine.gates.step(1, true);
    engine.gates.step(7, true);
    expect(engine.gates.view().sessions).toEqual([{ session: 1, gates: gates }]);
    engine.kill(1);
    await recorder.over(1);
    expect(engine.gates.view()).toMatchObject({ breakpoints: [], sessions: [] });
  });
});
