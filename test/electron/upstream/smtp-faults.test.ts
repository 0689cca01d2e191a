import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createUpstreamFaults } from '../../../electron/upstream/faults.ts';
import { createSmtpMock } from '../../../electron/upstream/smtp.ts';
import type { FaultAct, Stage, UpstreamFault } from '../../../shared/upstream/fault.ts';
import { plainPlay } from '../../../shared/upstream/play.ts';
import { Dialogue, running } from './dialogue.ts';
import { certificate, secured } from './tls.ts';

const play = { ...plainPlay, starttls: true, anyLogin: true };
const login = Buffer.from('\0ann\0secret').toString('base64');

/** What a client says to come to each stage, the last line being the one that is struck. */
const waysTo: Readonly<Record<string, readonly string[]>> = {
  greeting: [],
  ehlo: ['EHLO laptop'],
  starttls: ['EHLO laptop', 'STARTTLS'],
  xclient: ['EHLO laptop', 'XCLIENT ADDR=192.0.2.7'],
  auth: ['EHLO laptop', `AUTH PLAIN ${login}`],
  mail: ['EHLO laptop', 'MAIL FROM:<a@b>'],
  rcpt: ['EHLO laptop', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>'],
  data: ['EHLO laptop', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA'],
  end: ['EHLO laptop', 'MAIL FROM:<a@b>', 'RCPT TO:<c@d>', 'DATA', 'Subject: x\r\n\r\nhello\r\n.'],
  quit: ['QUIT'],
};

const stages = Object.keys(waysTo) as readonly (keyof typeof waysTo & Stage)[];

const fault = (stage: Stage, act: FaultAct, more: Partial<UpstreamFault> = {}): UpstreamFault => ({
  upstream: 'eng',
  protocol: 'smtp',
  stage,
  act,
  scope: { type: 'always' },
  only: {},
  ...more,
});

/** A mock with these faults, a client of it, and what the client was told up to the stage. */
async function struck(stage: Stage, ...acts: readonly FaultAct[]) {
  let happened: () => void = () => undefined;
  const faults = createUpstreamFaults(() => happened());
  for (const act of acts) faults.arm(fault(stage, act));
  const hit = Promise.withResolvers<void>();
  happened = hit.resolve;
  const mock = await running({ faults, play, certificate });
  const client = new Dialogue(mock.port);
  /** Says what leads to the stage; the answer to the last line. */
  const go = async (): Promise<string> => {
    let answer = await client.reply();
    for (const line of waysTo[stage] ?? []) answer = await client.say(`${line}\r\n`);
    return answer;
  };
  return { ...mock, faults, client, go, hit: hit.promise };
}

const usual = async (stage: Stage): Promise<string> => (await struck(stage)).go();

describe.each(stages)('at %s', (stage) => {
  test('another answer is given, and nothing is done', async () => {
    const { go, client, messages, faults } = await struck(stage, { type: 'reply', text: '450 4.2.0 later' });
    expect(await go()).toBe('450 4.2.0 later\r\n');
    expect(messages).toEqual([]);
    expect(faults.list()).toMatchObject([{ met: 1, struck: 1 }]);
    expect(await client.say('NOOP\r\n')).toBe(stage === 'greeting' ? '503 Bad sequence of commands\r\n' : '250 OK\r\n');
  });

  test('another yes is given, and it is done', async () => {
    const yes = stage === 'data' ? '354 go on' : '250 all right';
    const { go, client, messages } = await struck(stage, { type: 'reply', text: yes });
    expect(await go()).toBe(`${yes}\r\n`);
    expect(messages).toHaveLength(stage === 'end' ? 1 : 0);
    const next = { data: 'x\r\n.', rcpt: 'DATA', mail: 'RCPT TO:<c@d>', auth: `AUTH PLAIN ${login}` }[stage as string];
    const after = { data: '250 OK: message queued', rcpt: '354', mail: '250 Accepted', auth: '503' }[stage as string];
    if (next !== undefined) expect(await client.say(`${next}\r\n`)).toMatch(new RegExp(`^${after}`));
  });

  test('421 is the last word', async () => {
    const { go, client } = await struck(stage, { type: 'reply', text: '421 4.3.2 closing' });
    expect(await go()).toBe('421 4.3.2 closing\r\n');
    expect(await client.reply()).toBe('');
  });

  test('a text that is no reply goes out as it is', async () => {
    const { go, client, hit } = await struck(stage, { type: 'reply', text: 'WHAT?\nnever 250 mind\n\n250 x' });
    void go();
    await hit;
    expect(await client.until('250 x')).toContain('WHAT?\r\nnever 250 mind\r\n\r\n250 x\r\n');
  });

  test.each(['close', 'reset'] as const)('%s ends it without an answer', async (type) => {
    const { go, client, messages } = await struck(stage, { type });
    expect(await go()).toBe('');
    expect(client.broken).toBe(type === 'reset');
    expect(messages).toEqual([]);
  });

  test('no answer ever comes, and the end of the client is noticed', async () => {
    const { go, client, stop, messages, faults, hit } = await struck(stage, { type: 'silent' });
    const answered = go();
    await hit;
    expect(faults.list()).toMatchObject([{ struck: 1 }]);
    client.socket.end();
    expect(await answered).toBe('');
    expect(messages).toEqual([]);
    await stop();
  });

  test('a late answer is the usual one', async () => {
    const { go, client } = await struck(stage, { type: 'delay', ms: 30 });
    const [slow, plain] = [await go(), await usual(stage)];
    expect(slow).toBe(plain);
    if (stage === 'starttls') expect(await secured(client)).toMatch(/^250/);
  });

  test('an answer that drips is the usual one, and what comes after it waits', async () => {
    const { go, client } = await struck(stage, { type: 'drip', ms: 1 });
    const [slow, plain] = [await go(), await usual(stage)];
    expect(slow).toBe(plain);
    if (stage === 'starttls') expect(await secured(client)).toMatch(/^250/);
    else if (stage === 'quit') expect(await client.reply()).toBe('');
  });
});

test('no faults, however many and whatever they say, crash it or keep it from stopping', async () => {
  const act: fc.Arbitrary<FaultAct> = fc.oneof(
    fc.record({
      type: fc.constant('reply' as const),
      text: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    }),
    fc.record({ type: fc.constantFrom('delay' as const, 'drip' as const), ms: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ type: fc.constantFrom('close' as const, 'reset' as const, 'silent' as const) }),
  );
  const armed = fc.array(fc.tuple(fc.constantFrom(...stages), act, fc.integer({ min: 1, max: 3 })), { maxLength: 6 });
  const said = fc.shuffledSubarray(Object.values(waysTo).flat(), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(armed, said, fc.boolean(), async (list, lines, abruptly) => {
      const faults = createUpstreamFaults();
      for (const [stage, one, times] of list) faults.arm(fault(stage, one, { scope: { type: 'next', times } }));
      const mock = createSmtpMock({ name: 'eng', play, certificate, faults, onMessage: () => undefined });
      const { port } = await mock.listen('127.0.0.1', 0);
      const client = new Dialogue(port);
      await new Promise((resolve) => client.socket.once('connect', resolve));
      const gone = new Promise((resolve) => client.socket.once('close', resolve));
      client.socket.write(lines.map((line) => `${line}\r\n`).join(''));
      if (abruptly) client.socket.resetAndDestroy();
      else client.socket.end();
      client.socket.resume();
      await gone;
      faults.clear();
      const other = new Dialogue(port);
      expect(await other.reply()).toMatch(/^220 /);
      await mock.stop();
    }),
    { numRuns: 60 },
  );
});
