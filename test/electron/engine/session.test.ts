import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Entry } from '../../../shared/journal/entry.ts';
import {
  type FakeUpstream,
  fakeAuthority,
  fakeUpstream,
  heldSessions,
  releaseFirst,
  route,
  startEngine,
} from '../../fakes/rig.ts';

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

async function upstreamOf(...args: Parameters<typeof fakeUpstream>): Promise<FakeUpstream> {
  const upstream = await fakeUpstream(...args);
  cleanup.push(upstream.close);
  return upstream;
}
async function engineOf(...args: Parameters<typeof startEngine>): ReturnType<typeof startEngine> {
  const rig = await startEngine(...args);
  cleanup.push(rig.engine.stop);
  return rig;
}
const story = (entries: readonly Entry[]): string[] =>
  entries.map((entry) => `${entry.leg} ${entry.direction} ${entry.kind} ${entry.disposition ?? '-'} ${entry.why}`);

describe('the tutorial by hand', () => {
  test('one mail, from the greeting to QUIT, is told step by step', async () => {
    const upstream = await upstreamOf();
    const authority = fakeAuthority(route(upstream.port));
    const { recorder, connect } = await engineOf(authority);
    const client = connect();
    expect(await client.greeting()).toBe('220 mail.test.com ESMTP ready\r\n');
    expect(await client.ask('EHLO laptop\r\n')).toBe('250 mail.test.com\r\n');
    expect(await client.ask('MAIL FROM:<dev@test.com>\r\n')).toBe('250 2.0.0 OK\r\n');
    expect(await client.ask('RCPT TO:<user@eng.abc.com>\r\n')).toBe('250 rcpt ok\r\n');
    expect(await client.ask('DATA\r\n')).toBe('354 go\r\n');
    const content = 'Subject: hello\r\n\r\nHello!\r\n.\r\n';
    expect(await client.ask(content)).toBe('250 queued\r\n');
    expect(await client.ask('QUIT\r\n')).toBe('221 bye\r\n');
    await client.end();
    expect(upstream.received()).toBe(
      `EHLO mail.test.com\r\nMAIL FROM:<dev@test.com>\r\nRCPT TO:<user@eng.abc.com>\r\nDATA\r\n${content}QUIT\r\n`,
    );
    const { summary, entries } = await recorder.over(1);
    expect(story(entries)).toEqual([
      'client in open - session.accepted',
      'client out line invented smtp.greeting',
      'client in line consumed smtp.ehlo',
      'client out line invented smtp.ehlo',
      'client in line consumed smtp.mail',
      'client out line invented smtp.mail',
      'client in line consumed smtp.rcpt.ask',
      'auth out http invented session.asked',
      'auth in http consumed session.answered',
      'upstream out dial - smtp.routed',
      'upstream in dial - smtp.back.connected',
      'upstream in line consumed smtp.back.hello',
      'upstream out line invented smtp.back.hello',
      'upstream in line consumed smtp.back.mail',
      'upstream out line replayed smtp.back.mail',
      'upstream in line consumed smtp.back.rcpt',
      'upstream out line replayed smtp.back.rcpt',
      'upstream in line passed smtp.back.done',
      'client out line passed smtp.rcpt-answered',
      'client none relay - session.handed-over',
      'client in line passed session.passed',
      'upstream in line passed session.passed',
      'client in data passed session.data',
      'upstream in line passed session.passed',
      'client in line passed session.passed',
      'upstream in line passed session.passed',
      'upstream in close - session.upstream-closed',
      'client out close - session.done',
    ]);
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, at) => at));
    expect(entries[14]?.cause).toBe(4);
    expect(entries[16]?.cause).toBe(6);
    expect(entries[18]?.cause).toBe(17);
    expect(entries[22]?.hash).toBe(createHash('sha256').update(content, 'latin1').digest('hex'));
    expect(entries.filter((entry) => entry.secret)).toEqual([]);
    expect(entries[2]?.state).toEqual({ helo: 'laptop', esmtp: true });
    expect(entries[6]?.state).toEqual({ to: 'RCPT TO:<user@eng.abc.com>', attempt: 1, place: 'verdict' });
    expect(summary).toMatchObject({
      place: 'ended',
      outcome: 'relayed',
      reply: 250,
      from: 'dev@test.com',
      to: ['user@eng.abc.com'],
      authCalls: 1,
      error: null,
      entries: 28,
    });
    expect(summary.bytesOut).toBe(client.received.length);
  });

  test('a refusal is said and the connection closed', async () => {
    const { recorder, connect } = await engineOf(
      fakeAuthority({ type: 'reject', message: 'no such recipient here', code: '550 5.1.1', waitMs: 0 }),
    );
    const client = connect();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    expect(await client.end()).toBe(
      '220 mail.test.com ESMTP ready\r\n250 2.0.0 OK\r\n550 5.1.1 no such recipient here\r\n',
    );
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'rejected', reply: 550 });
  });

  test('an upstream that refuses the connection is an internal error with its cause kept', async () => {
    // Nobody listens on tcpmux; a port that was free a moment ago may be somebody else's by now.
    const { recorder, connect } = await engineOf(fakeAuthority(route(1)));
    const client = connect();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    expect(await client.end()).toMatch(/451 4\.3\.2 Internal server error\r\n$/);
    const { summary, entries } = await recorder.over(1);
    expect(summary).toMatchObject({ outcome: 'failed', reply: 451, error: 'smtp.back.refused' });
    expect(entries.find((entry) => entry.why === 'smtp.back.refused')?.params).toMatchObject({
      error: 'ECONNREFUSED',
    });
  });

  test('what is pipelined behind RCPT goes to the upstream, DATA and content included', async () => {
    const upstream = await upstreamOf();
    const { connect } = await engineOf(fakeAuthority(route(upstream.port)));
    const client = connect();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\nRCPT TO:<c>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n');
    expect(await client.end()).toBe(
      '220 mail.test.com ESMTP ready\r\n250 2.0.0 OK\r\n250 rcpt ok\r\n250 rcpt ok\r\n354 go\r\n250 queued\r\n221 bye\r\n',
    );
  });

  test('a client that leaves ends the session at both sides', async () => {
    const upstream = await upstreamOf();
    const { recorder, connect } = await engineOf(fakeAuthority(route(upstream.port)));
    const client = connect();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await client.until(() => client.received.includes('rcpt ok'));
    client.socket.end();
    const { entries, summary } = await recorder.over(1);
    expect(summary.outcome).toBe('relayed');
    expect(story(entries).slice(-2)).toEqual([
      'client in close - session.client-closed',
      'upstream out close - session.done',
    ]);
  });

  test('a client that sends and half-closes at once gets every answer', async () => {
    const { connect } = await engineOf(fakeAuthority());
    const client = connect();
    client.socket.end('NOOP\r\nNOOP\r\nHELO me\r\n');
    expect(await client.end()).toBe(
      '220 mail.test.com ESMTP ready\r\n250 2.0.0 OK\r\n250 2.0.0 OK\r\n250 mail.test.com\r\n',
    );
  });

  test('a client that leaves before RCPT', async () => {
    const { recorder, connect } = await engineOf(fakeAuthority());
    const client = connect();
    await client.greeting();
    client.socket.end();
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'quit', error: null });
  });

  test('the whole dialogue has one clock', async () => {
    const { recorder, connect } = await engineOf(fakeAuthority(), { timeoutMs: 40 });
    const client = connect();
    expect(await client.end()).toBe('220 mail.test.com ESMTP ready\r\n');
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'closed', error: 'smtp.timeout' });
  });

  test('stopping the engine ends open sessions and frees the port', async () => {
    const { engine, recorder, connect, port } = await engineOf(fakeAuthority());
    const client = connect();
    await client.greeting();
    await engine.stop();
    await client.end();
    expect((await recorder.over(1)).summary).toMatchObject({ outcome: 'closed', error: 'session.stopped' });
    expect(engine.listeners()).toEqual([]);
    expect(port).toBeGreaterThan(0);
  });
});

describe('gates', () => {
  test('a session held at every step gives the bytes of one that never was', async () => {
    const upstream = await upstreamOf();
    const { engine, recorder, connect } = await engineOf(fakeAuthority(route(upstream.port)));
    for (const gate of ['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C'] as const) engine.gates.arm(gate, true);
    const client = connect();
    const script = 'EHLO me\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n';
    client.send(script);
    let releases = 0;
    const pump = setInterval(() => {
      for (const id of heldSessions(engine)) {
        releaseFirst(engine, id);
        releases += 1;
      }
    }, 1);
    cleanup.push(async () => clearInterval(pump));
    expect(await client.end()).toBe(
      '220 mail.test.com ESMTP ready\r\n250 mail.test.com\r\n250 2.0.0 OK\r\n250 rcpt ok\r\n354 go\r\n250 queued\r\n221 bye\r\n',
    );
    const { entries } = await recorder.over(1);
    expect(upstream.received()).toBe(
      'EHLO mail.test.com\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n',
    );
    const gates = new Set(entries.filter((entry) => entry.kind === 'hold').map((entry) => entry.params?.gate));
    expect(gates).toEqual(new Set(['C>P', 'P>A', 'A>P', 'P>U', 'U>P', 'P>C']));
    expect(releases).toBeGreaterThan(15);
  });

  test('both directions of a relay are held at once, and nothing of either is lost', async () => {
    const upstream = await upstreamOf();
    const { engine, connect } = await engineOf(fakeAuthority(route(upstream.port)));
    const client = connect();
    client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
    await client.until(() => client.received.includes('rcpt ok'));
    engine.gates.arm('C>P', true);
    engine.gates.arm('U>P', true);
    const [socket] = upstream.sockets;
    socket?.write('421 unasked\r\n');
    await vi.waitUntil(() => heldSessions(engine).length === 1);
    client.send('NOOP\r\n');
    await vi.waitUntil(() => engine.gates.view().heldCount === 2);
    engine.gates.arm('C>P', false);
    engine.gates.arm('U>P', false);
    releaseFirst(engine, 1);
    releaseFirst(engine, 1);
    await client.until(() => client.received.includes('noop ok'));
    expect(client.received).toMatch(/421 unasked\r\n250 noop ok\r\n$/);
    expect(heldSessions(engine)).toEqual([]);
  });

  test('clocks stand still while a session is held', async () => {
    const { engine, connect } = await engineOf(fakeAuthority(), { timeoutMs: 30 });
    engine.gates.arm('C>P', true);
    const client = connect();
    await client.greeting();
    client.send('NOOP\r\n');
    const other = connect();
    await other.end();
    expect(heldSessions(engine)).toEqual([1]);
    expect(client.closed).toBe(false);
    engine.gates.arm('C>P', false);
    releaseFirst(engine, 1);
    expect(await client.end()).toBe('220 mail.test.com ESMTP ready\r\n250 2.0.0 OK\r\n');
  });
});
