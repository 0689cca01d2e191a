/** The load sender over real sockets, through the proxy to the played servers of the lab with three protocols. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LoadRequest, LoadView } from '../../../shared/contract/load.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

const text = readFileSync(join(import.meta.dirname, '../../../examples/three-protocols.lab.yaml'), 'utf8');

/** Engineering's server falls silent at DATA. */
const stuck = text.replace('pop3: 127.0.0.1:1105 }', 'pop3: 127.0.0.1:1105, faults: [{ stage: data, silent: true }] }');

async function started(labText = text): Promise<RunningLab> {
  const running = await startLab(labText);
  onTestFinished(() => running.stop());
  return running;
}

const doorOf = ({ lab }: RunningLab, protocol: string): string =>
  lab.listeners().find((one) => one.role === 'proxy' && one.protocol === protocol)?.id ?? '';

function planFor(running: RunningLab, change: Partial<LoadRequest> = {}): LoadRequest {
  const part = (protocol: string, weight: number) => ({
    ...{ listener: doorOf(running, protocol), weight, starttls: false, login: false, after: 'fetch' as const },
  });
  return {
    ...{ sessions: 500, rate: null, open: 50, patienceMs: 10_000, order: 'turn', seed: 1 },
    ...{ helo: 'load.test', from: 'ann@eng.abc.com', size: 700 },
    parts: [part('smtp', 3), part('imap', 1), part('pop3', 1)],
    recipients: [
      { address: 'ann@eng.abc.com', weight: 2 },
      { address: 'bob@hr.abc.com', weight: 1 },
      { address: 'nobody@nowhere.test', weight: 1 },
    ],
    accounts: [
      { user: 'ann@eng.abc.com', password: 'one' },
      { user: 'bob@hr.abc.com', password: 'two' },
    ],
    ...change,
  };
}

const over = (running: RunningLab, id = 1): Promise<LoadView> =>
  running.feed((feed) => feed.type === 'load' && feed.load.id === id && feed.load.state !== 'running' && feed.load);

const outcomes = ({ outcomes: all }: LoadView): Record<string, number> =>
  Object.fromEntries(
    all.map(({ protocol, ok, stage, answer, count }) => [`${protocol} ${ok} ${stage} ${answer}`, count]),
  );

describe('a load', () => {
  test('of 500 mixed sessions is 500 sessions in the journal, with the same counts', async () => {
    const running = await started();
    const { load } = await running.call('load.start', planFor(running, { open: 8 }));
    expect([load.state, load.sessions]).toEqual(['running', 500]);
    const last = await over(running);
    expect(last.state).toBe('done');
    expect([last.started, last.done, last.failed, last.open, last.recorded]).toEqual([500, 425, 75, 0, 500]);
    expect(outcomes(last)).toEqual({
      'smtp true done 250': 225,
      'smtp false rcpt 550 5.1.1 no such recipient here': 75,
      'imap true done OK': 100,
      'pop3 true done +OK': 100,
    });
    expect(last.latency.count).toBe(500);
    const listed = await running.call('sessions.list', { filter: last.filter ?? '', limit: 1000 });
    expect([listed.matching, listed.total]).toEqual([500, 500]);
    const count = async (filter: string) => (await running.call('sessions.list', { filter, limit: 1 })).matching;
    expect([await count('code:550'), await count('proto:imap'), await count('proto:pop3')]).toEqual([75, 100, 100]);
    for (const { name, count: many } of last.upstreams)
      if (name !== '') expect(await count(`upstream:${name}`)).toBe(many);
    expect(last.upstreams.reduce((sum, { count: many }) => sum + many, 0)).toBe(500);
    expect(running.lab.view().counts.open).toBe(0);
    expect((await running.call('load.get', {})).load).toEqual(last);
  });

  test('with a rate starts its sessions on time, however slow the answers are', async () => {
    const running = await started(text.replace('then: { route: eng }', 'then: { route: eng, delay: 600 }'));
    const smtp = planFor(running).parts.slice(0, 1);
    const recipients = [{ address: 'ann@eng.abc.com', weight: 1 }];
    await running.call('load.start', planFor(running, { parts: smtp, recipients, sessions: 40, rate: 100 }));
    const last = await over(running);
    expect([last.done, last.failed]).toEqual([40, 0]);
    // One after the other they would take 24 s.
    expect(last.ms).toBeLessThan(5000);
    expect(last.latency.min).toBeGreaterThan(590);
  });

  test('that is stopped ends within a second and leaves no socket', async () => {
    const running = await started(stuck);
    const smtp = planFor(running).parts.slice(0, 1);
    const recipients = [{ address: 'ann@eng.abc.com', weight: 1 }];
    await running.call('load.start', planFor(running, { parts: smtp, recipients, sessions: 1000, open: 30 }));
    await running.feed((feed) => feed.type === 'load' && feed.load.open === 30);
    const begun = performance.now();
    await running.call('load.stop', {});
    const last = await over(running);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect([last.state, last.started, last.open]).toEqual(['stopped', 30, 0]);
    expect(last.outcomes.map(({ answer }) => answer).join(' ')).toMatch(/^ABORTED( ABORTED)*$/);
    expect(last.failed).toBe(30);
    await running.feed((feed) => feed.type === 'sessions' && feed.counts.sessions === 30 && feed.counts.open === 0);
  });

  test('whose sessions take too long gives each of them up', async () => {
    const running = await started(stuck);
    const smtp = planFor(running).parts.slice(0, 1);
    const recipients = [{ address: 'ann@eng.abc.com', weight: 1 }];
    await running.call('load.start', planFor(running, { parts: smtp, recipients, sessions: 5, patienceMs: 150 }));
    expect(outcomes(await over(running))).toEqual({ 'smtp false data TIMEOUT': 5 });
  });

  test('lets others in meanwhile: a client by hand is greeted while hundreds are open', async () => {
    const running = await started();
    await running.call('load.start', planFor(running, { sessions: 2000, open: 300 }));
    await running.feed((feed) => feed.type === 'load' && feed.load.started > 300);
    const client = connect(running.lab.listeners().find(({ protocol }) => protocol === 'smtp')?.port ?? 0, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    const [greeting] = await once(client, 'data');
    expect(String(greeting)).toBe('220 mail.test.com ESMTP ready\r\n');
    await running.call('load.stop', {});
    const last = await over(running);
    expect(last.started).toBeLessThan(2000);
    // The one by hand is not of the load; who was stopped before he was connected is no session.
    const unborn = last.outcomes.filter(({ stage }) => stage === 'connect').reduce((sum, { count }) => sum + count, 0);
    await running.feed((feed) => feed.type === 'load' && feed.load.recorded + unborn === last.started);
  });

  test('is refused with a reason where it cannot be run', async () => {
    const running = await started();
    const refused = (change: Partial<LoadRequest>) =>
      running.call('load.start', planFor(running, change)).then(
        () => 'started',
        (error: Error) => error.message,
      );
    expect(await refused({ recipients: [] })).toBe('Say to whom the mails go: the load has no recipient yet.');
    expect(await refused({ accounts: [] })).toMatch(/^Say who logs in/);
    expect(await refused({ recipients: [{ address: 'a\r\nb', weight: 1 }] })).toBe(
      '"a\\r\\nb" cannot stand in a command line.',
    );
    expect(await refused({ parts: planFor(running).parts.map((one) => ({ ...one, listener: 'x' })) })).toMatch(
      /^There is no listener "x"/,
    );
    expect(await refused({ sessions: 100_001 })).not.toBe('started');
    expect(await refused({ rate: 5001 })).not.toBe('started');
    expect(await refused({ sessions: 10_000 })).toBe('started');
    expect(await refused({})).toMatch(/^A load is running already/);
    await running.call('load.stop', {});
    await over(running);
    expect((await running.call('load.stop', {})).load?.state).toBe('stopped');
  });

  test('ends with its window', async () => {
    const running = await started(stuck);
    const recipients = [{ address: 'ann@eng.abc.com', weight: 1 }];
    const smtp = planFor(running).parts.slice(0, 1);
    await running.call('load.start', planFor(running, { parts: smtp, recipients, sessions: 100, open: 10 }));
    await running.feed((feed) => feed.type === 'load' && feed.load.open === 10);
    running.close();
    await expect.poll(() => running.lab.view().counts, { timeout: 2000 }).toEqual({ sessions: 10, open: 0 });
  });
});
