/** Scripted dialogues over real sockets, through the proxy to the played servers of the lab with three protocols. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runScript } from '../../../electron/client/script.ts';
import type { Feed } from '../../../shared/contract/contract.ts';
import type { ScriptResult } from '../../../shared/contract/script.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { examplesFor } from '../../../shared/script/examples.ts';
import { scriptOf } from '../../../shared/script/from-session.ts';
import { readScript } from '../../../shared/script/script.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

const text = readFileSync(join(import.meta.dirname, '../../../examples/three-protocols.lab.yaml'), 'utf8');
let lab: RunningLab;
beforeAll(async () => {
  lab = await startLab(text.replace('password: one', 'password: secret'));
});
afterAll(() => lab.stop());

const run = (protocol: Protocol, script: string): Promise<ScriptResult> => {
  const listener = lab.lab.listeners().find((one) => one.role === 'proxy' && one.protocol === protocol)?.id ?? '';
  return lab.call('script.run', { listener, text: script });
};

const examples = examplesFor(['ann@eng.abc.com', 'bob@hr.abc.com']);

describe('a script', () => {
  test.each(examples.filter(({ name }) => name !== 'two'))(
    'example $name passes',
    async ({ protocol, text: script }) => {
      const { ok, failure, session } = await run(protocol, script);
      expect({ ok, failure }).toEqual({ ok: true, failure: null });
      expect((await lab.call('session.get', { id: session ?? -1 }))?.summary.protocol).toBe(protocol);
    },
  );

  test('of two recipients shows that the second one goes where the first one went', async () => {
    const result = await run('smtp', examples.find(({ name }) => name === 'two')?.text ?? '');
    const found = await lab.call('session.get', { id: result.session ?? -1 });
    expect(found?.summary).toMatchObject({ upstream: 'eng', authCalls: 1 });
    expect(result.ok).toBe(true);
  });

  test('that expects something else says in which line, what it wanted, and what came', async () => {
    const result = await run(
      'smtp',
      '< 220*\n> HELO me\n< 250*\n> MAIL FROM:<a@b.c>\n< 250*\n> RCPT TO:<x@nowhere.test>\n< 250 *\n> QUIT',
    );
    expect(result.ok).toBe(false);
    expect(result.failure).toEqual({
      ...{ line: 7, kind: 'mismatch', wanted: '250 *', code: '' },
      got: ['550 5.1.1 no such recipient here'],
    });
    expect(result.done.map(({ line, ok }) => `${line} ${ok}`)).toEqual([
      ...['1 true', '2 true', '3 true', '4 true', '5 true', '6 true', '7 false'],
    ]);
  });

  test('made of a session does the same again, in every protocol', async () => {
    for (const { protocol, name, text: script } of examples.filter((one) => one.name !== 'two')) {
      const first = await run(protocol, script);
      const found = await lab.call('session.get', { id: first.session ?? -1 });
      const made = scriptOf(protocol, found?.entries ?? [], true);
      const again = await run(protocol, made.text);
      expect({ name, problems: again.problems, failure: again.failure }).toEqual({ name, problems: [], failure: null });
      const second = await lab.call('session.get', { id: again.session ?? -1 });
      const said = (entries: typeof found) =>
        (entries?.entries ?? [])
          .filter(({ leg, direction }) => leg === 'client' && direction === 'in')
          .map(({ bytes }) => bytes);
      expect(said(second)).toEqual(said(found));
      const masked = scriptOf(protocol, found?.entries ?? [], false);
      expect(masked.masked).toBe(protocol !== 'smtp');
      expect(masked.text).not.toContain('secret');
    }
  });

  test('with mistakes is not run, and all of them are told', async () => {
    const result = await run('smtp', 'HELO me\n< 250*\n> $x\n');
    expect(result.problems.map(({ line }) => line)).toEqual([1, 3]);
    expect([result.ok, result.session, result.done.length]).toEqual([false, null, 0]);
  });

  test('is given up when the window wants it', async () => {
    const last = (await lab.call('sessions.list', { limit: 1 })).sessions[0]?.id ?? 0;
    const running = run('smtp', '< 220*\nwait 9min\n> QUIT');
    const greeted = (feed: Feed) =>
      feed.type === 'sessions' && feed.changed.some((one) => one.id > last && one.bytesOut > 0);
    await lab.feed(greeted);
    expect(await lab.call('client.stop', {})).toEqual({ stopped: 1 });
    expect((await running).failure).toMatchObject({ kind: 'over', code: 'ABORTED' });
  });
});

/** A server that says something for each line it gets; null closes. */
async function saying(...answers: readonly (string | null)[]): Promise<Server> {
  const server = createServer((socket) => {
    const next = [...answers];
    const say = () => {
      const answer = next.shift();
      if (answer === null) socket.end();
      else if (answer !== undefined) socket.write(answer, 'latin1');
    };
    socket.on('data', say).on('error', () => undefined);
    say();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server;
}

describe('a server that is not as it should be', () => {
  const tell = async (protocol: Protocol, server: Server, script: string) => {
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const read = readScript(script);
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    return (await runScript({ host: '127.0.0.1', port, protocol }, read.steps, new AbortController().signal)).failure;
  };

  test('silent, gone, still there, talking where it should not: each is told for what it is', async () => {
    expect(await tell('smtp', await saying('220 hi\r\n', '250-one\r\n'), '? 100ms\n< 220*\n> EHLO me\n< 250*')).toEqual(
      {
        ...{ line: 4, kind: 'silent', wanted: '250*', got: ['250-one'], code: '' },
      },
    );
    expect(await tell('smtp', await saying('220 hi\r\n', null), '< 220*\n> X\n< 250*')).toMatchObject({
      ...{ line: 3, kind: 'over', code: 'CLOSED' },
    });
    expect(await tell('smtp', await saying('220 hi\r\n'), '? 100ms\n< 220*\nclosed')).toMatchObject({
      line: 3,
      kind: 'open',
    });
    expect(
      await tell('smtp', await saying('220 hi\r\n', '250-A\r\n250 B\r\n'), '< 220*\n> X\n< *A\n! *B'),
    ).toMatchObject({
      ...{ line: 4, kind: 'forbidden', got: ['250-A', '250 B'] },
    });
    expect(await tell('smtp', await saying('220 hi\r\n', '454 no\r\n'), '< 220*\nstarttls')).toMatchObject({
      ...{ line: 2, kind: 'refused', got: ['454 no'] },
    });
    expect(await tell('smtp', await saying('220 hi\r\n', 'no TLS\r\n'), '< 220*\n> X\ntls')).toMatchObject({
      line: 3,
      kind: 'tls',
    });
  });

  test('IMAP: a reply is all up to the tag, literals and all; lines are waited for with ~', async () => {
    const server = await saying(
      '* OK hi\r\n',
      '* 1 FETCH (BODY[] {12}\r\na1 OK no {3}\r FLAGS ())\r\na1 OK done\r\n',
      '+ idling\r\n* 2 EXISTS\r\n* 3 EXISTS\r\n',
    );
    const script =
      '< * OK*\n> a1 FETCH 1 BODY[]\n< a1 OK done\n& *FLAGS ())\n> a2 IDLE\n< + idling\n~ /^\\* (?P<n>3) EXISTS/\n> $n';
    expect(await tell('imap', server, script)).toBeNull();
  });

  test('nobody: the connection is refused', async () => {
    const server = await saying();
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const { failure } = await runScript(
      { host: '127.0.0.1', port, protocol: 'smtp' },
      [],
      new AbortController().signal,
    );
    expect(failure).toMatchObject({ line: 0, kind: 'connect', code: 'ECONNREFUSED' });
  });
});
