import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SessionSummary } from '../../../shared/journal/entry.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

let lab: RunningLab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.stop());
beforeEach(() => lab.call('upstream.fault.clear', {}));

/** Sends a mail to engineering through the proxy, by hand: the answers, and the session. */
async function send(
  to = 'user@eng.abc.com',
): Promise<{ readonly answers: string[]; readonly session: SessionSummary }> {
  const { host, port } = lab.listener('proxy');
  const socket = connect(port, host).setEncoding('latin1');
  const says = ['HELO me', 'MAIL FROM:<dev@test.com>', `RCPT TO:<${to}>`, 'DATA', 'hello\r\n.', 'QUIT'];
  const answers: string[] = [];
  let clientPort = 0;
  await new Promise<void>((resolve) => {
    socket.once('connect', () => {
      clientPort = socket.localPort ?? 0;
    });
    socket.on('data', (text) => {
      answers.push(String(text).trimEnd());
      const next = says.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
    });
    socket.on('error', () => undefined).on('close', () => resolve());
  });
  return { answers, session: await lab.ended(clientPort) };
}

const rcptFault = {
  upstream: 'eng',
  protocol: 'smtp',
  stage: 'rcpt',
  act: { type: 'reply', text: '450 4.2.0 Greylisted' },
  scope: { type: 'next', times: 1 },
  only: {},
} as const;

describe('armed from the window', () => {
  test('it is in the view of every window, strikes, and is gone when it is spent', async () => {
    const { id } = await lab.call('upstream.fault.arm', rcptFault);
    expect(lab.lab.view().upstreamFaults).toMatchObject([{ id, upstream: 'eng', stage: 'rcpt', struck: 0 }]);
    await lab.feed((feed) => feed.type === 'lab' && feed.lab.upstreamFaults.some((fault) => fault.id === id));
    expect((await send()).answers[3]).toBe('450 4.2.0 Greylisted');
    expect((await send()).answers[3]).toBe('250 Accepted');
    expect(lab.lab.view().upstreamFaults).toEqual([]);
    await lab.feed((feed) => feed.type === 'lab' && feed.lab.upstreamFaults.length === 0);
  });

  test('a message that was refused at its end is not kept, and the next one is', async () => {
    const count = async () =>
      (await lab.call('upstreams.get', {})).upstreams.find(({ name }) => name === 'eng')?.messages;
    const before = (await count()) ?? 0;
    const act = { type: 'reply', text: '554 5.7.1 no' } as const;
    await lab.call('upstream.fault.arm', { ...rcptFault, stage: 'end', act });
    expect((await send()).answers[5]).toBe('554 5.7.1 no');
    expect(await count()).toBe(before);
    expect((await send()).answers[5]).toBe('250 OK: message queued');
    expect(await count()).toBe(before + 1);
  });

  test('a preset arms what it is made of, and one button clears all', async () => {
    const { ids } = await lab.call('upstream.fault.preset', { upstream: 'hr', protocol: 'smtp', preset: 'slow' });
    await lab.call('upstream.fault.arm', rcptFault);
    expect(lab.lab.view().upstreamFaults.map(({ preset }) => preset ?? null)).toEqual(['slow', 'slow', 'slow', null]);
    expect(await lab.call('upstream.fault.clear', { id: ids[0] ?? 0 })).toEqual({ armed: 3 });
    expect(await lab.call('upstream.fault.clear', {})).toEqual({ armed: 0 });
  });

  test.each([
    [{ upstream: 'nowhere' }, 'The running lab has no upstream "nowhere".'],
    [{ protocol: 'imap', stage: 'select' }, 'eng has no imap address in the lab file, so nothing can strike there.'],
    [{ stage: 'select' }, /^This fault cannot be armed: smtp has no stage select; expected one of connect, greeting/],
    [{ only: { client: 'here' } }, /^This fault cannot be armed: client: "here" is no address or network/],
  ] as const)('%j is refused in words', async (more, words) => {
    await expect(lab.call('upstream.fault.arm', { ...rcptFault, ...more })).rejects.toThrow(words);
    expect(lab.lab.view().upstreamFaults).toEqual([]);
  });

  test('a preset that there is not', async () => {
    const asked = { upstream: 'eng', protocol: 'smtp', preset: 'greylist' } as const;
    await expect(lab.call('upstream.fault.preset', asked)).rejects.toThrow(
      /^There is no preset "greylist" for smtp; there are greylisting, mailbox-full, /,
    );
  });
});

describe('another answer next time', () => {
  test('from the line of a recorded session', async () => {
    const { session } = await send();
    const found = await lab.call('session.get', { id: session.id });
    const answer = found?.entries.find(
      ({ leg, direction, bytes }) => leg === 'upstream' && direction === 'in' && bytes.startsWith('250 OK'),
    );
    const asked = { session: session.id, seq: answer?.seq ?? -1, text: '452 4.3.1 no room' };
    const { id } = await lab.call('upstream.fault.answer', asked);
    expect(lab.lab.view().upstreamFaults).toMatchObject([{ id, stage: 'end', scope: { type: 'next', times: 1 } }]);
    expect((await send()).answers[5]).toBe('452 4.3.1 no room');
    expect((await send()).answers[5]).toBe('250 OK: message queued');
  });

  test('not from one that no upstream answered', async () => {
    const { session } = await send();
    const asked = (seq: number, id = session.id) =>
      lab.call('upstream.fault.answer', { session: id, seq, text: '250 x' });
    await expect(asked(0)).rejects.toThrow(
      /^Line 0 of session \d+ is nothing that an upstream could answer otherwise\.$/,
    );
    await expect(asked(0, 999_999)).rejects.toThrow('There is no session 999999 in the journal.');
  });
});

describe('down: its port is closed', () => {
  const stateOf = (name: string) => lab.lab.listeners().find((one) => one.name === name)?.state;
  const INTERNAL = '451 4.3.2 Internal server error';

  test('who connects is refused for as long as it is armed, and the session says who did it', async () => {
    const { ids } = await lab.call('upstream.fault.preset', { upstream: 'eng', protocol: 'smtp', preset: 'down' });
    expect(lab.lab.view().upstreamFaults).toMatchObject([
      { stage: 'connect', act: { type: 'refuse' }, preset: 'down' },
    ]);
    expect([stateOf('eng'), stateOf('hr')]).toEqual(['refusing', 'listening']);
    const { answers, session } = await send();
    expect(answers[3]).toBe(INTERNAL);
    const found = await lab.call('session.get', { id: session.id });
    const refused = found?.entries.find(({ why }) => why === 'smtp.back.refused');
    expect(refused?.params).toMatchObject({ error: 'ECONNREFUSED', fault: 'refuse', faultId: ids[0] });
    expect(lab.lab.view().upstreamFaults).toMatchObject([{ met: 1, struck: 1 }]);
    expect((await send('user@hr.abc.com')).answers[3]).toBe('250 Accepted');
    await lab.call('upstream.fault.clear', { id: ids[0] ?? 0 });
    expect(stateOf('eng')).toBe('listening');
    expect((await send()).answers[3]).toBe('250 Accepted');
  });

  test('two that close the same port: it opens with the last of them', async () => {
    const down = { upstream: 'eng', protocol: 'smtp', preset: 'down' } as const;
    const [one, two] = [await lab.call('upstream.fault.preset', down), await lab.call('upstream.fault.preset', down)];
    await lab.call('upstream.fault.clear', { id: one.ids[0] ?? 0 });
    expect((await send()).answers[3]).toBe(INTERNAL);
    await lab.call('upstream.fault.clear', { id: two.ids[0] ?? 0 });
    expect((await send()).answers[3]).toBe('250 Accepted');
  });

  test('it stays closed when another text is applied, also where that makes another server of it', async () => {
    await lab.call('upstream.fault.preset', { upstream: 'eng', protocol: 'smtp', preset: 'down' });
    const small = lab.text.replace(/^( *)eng: \{ (smtp: [^ ]+) \}/m, '$1eng: { $2, play: { smtp: { size: 5 } } }');
    expect(small).not.toBe(lab.text);
    for (const text of [`${lab.text}\n# the same`, small]) {
      expect(await lab.call('lab.apply', { text })).toMatchObject({ ok: true });
      expect(stateOf('eng')).toBe('refusing');
      expect((await send()).answers[3]).toBe(INTERNAL);
    }
    await lab.call('upstream.fault.clear', {});
    expect((await send()).answers[3]).toBe('250 Accepted');
    await lab.call('lab.apply', { text: lab.text });
  });

  test('the port was taken meanwhile: the listener says so, and can be tried again', async () => {
    await lab.call('upstream.fault.preset', { upstream: 'eng', protocol: 'smtp', preset: 'down' });
    const { host, port } = lab.listener('eng');
    const other = createServer().listen(port, host);
    await once(other, 'listening');
    await lab.call('upstream.fault.clear', {});
    const failed = lab.lab.listeners().find(({ name }) => name === 'eng');
    expect(failed).toMatchObject({ state: 'failed', error: 'EADDRINUSE', port });
    const id = failed?.id ?? '';
    expect(await lab.call('listener.retry', { id })).toEqual({ ok: false });
    other.close();
    await once(other, 'close');
    expect(await lab.call('listener.retry', { id })).toEqual({ ok: true });
    expect((await send()).answers[3]).toBe('250 Accepted');
  });

  test('who is there goes on, and the next is refused', async () => {
    const { host, port } = lab.listener('eng');
    const there = connect(port, host).setEncoding('latin1');
    const heard = async () => String((await once(there, 'data'))[0]);
    expect(await heard()).toMatch(/^220 /);
    await lab.call('upstream.fault.preset', { upstream: 'eng', protocol: 'smtp', preset: 'down' });
    there.write('NOOP\r\n');
    expect(await heard()).toMatch(/^250 /);
    await expect(once(connect(port, host), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    there.write('QUIT\r\n');
    expect(await heard()).toMatch(/^221 /);
    await once(there, 'close');
  });

  test.each([
    ['next: 1', /a closed port refuses everybody, every time; expected no next, every, percent or client/],
    ['client: 192.0.2.0/24', /a closed port refuses everybody, every time/],
  ])('{ stage: connect, refuse: true, %s } is told so in words', async (more, words) => {
    const faults = `faults: [{ stage: connect, refuse: true, ${more} }]`;
    const text = lab.text.replace(/^( *)eng: \{ (smtp: [^ ]+) \}/m, `$1eng: { $2, ${faults} }`);
    const { problems } = await lab.call('lab.check', { text });
    expect(problems.map(({ message }) => message).join()).toMatch(words);
  });
});

describe('in the lab file', () => {
  const withFault = (text: string): string =>
    lab.text.replace(/^( *)eng: \{ (smtp: [^ ]+) \}/m, `$1eng: { $2, ${text} }`);

  test('armed when it is applied, cleared for this run, and armed anew when it changes', async () => {
    const rcpt = withFault('faults: [{ stage: rcpt, reply: "450 4.2.0 wait" }]');
    expect(rcpt).not.toBe(lab.text);
    expect(await lab.call('lab.apply', { text: rcpt })).toMatchObject({ ok: true });
    expect(lab.lab.view().upstreamFaults).toMatchObject([{ upstream: 'eng', stage: 'rcpt', written: true }]);
    expect((await send()).answers[3]).toBe('450 4.2.0 wait');
    await lab.call('upstream.fault.clear', {});
    await lab.call('lab.apply', { text: `${rcpt}\n# the same` });
    expect(lab.lab.view().upstreamFaults).toEqual([]);
    await lab.call('lab.apply', { text: withFault('faults: [{ stage: rcpt, reply: "452 4.2.2 full" }]') });
    expect((await send()).answers[3]).toBe('452 4.2.2 full');
    await lab.call('lab.apply', { text: lab.text });
    expect(lab.lab.view().upstreamFaults).toEqual([]);
    expect((await send()).answers[3]).toBe('250 Accepted');
  });

  test('another way of playing makes another server of it, and the same does not', async () => {
    const size = async (text: string) => {
      await lab.call('lab.apply', { text });
      const { upstreams } = await lab.call('upstreams.get', {});
      return upstreams.find(({ name }) => name === 'eng')?.play?.smtp.size;
    };
    const small = withFault('play: { smtp: { size: 5 } }');
    expect(await size(small)).toBe(5);
    expect((await send()).answers[5]).toMatch(/^552 /);
    expect(await size(lab.text)).toBe(64 * 1024 * 1024);
    expect((await send()).answers[5]).toMatch(/^250 /);
  });

  test('a client that no mail server waits for is told so in words', async () => {
    const { problems } = await lab.call('lab.check', {
      text: withFault('faults: [{ stage: rcpt, close: true, client: here }]'),
    });
    expect(problems.map(({ message }) => message).join()).toContain('"here" is no address or network');
  });
});

test('upstreams are told with how they are played, and where mail leaves this machine', async () => {
  const { upstreams } = await lab.call('upstreams.get', {});
  expect(upstreams.map(({ name, external, offBox, play }) => [name, external, offBox, play?.smtp.auth])).toEqual([
    ['eng', false, false, 'offered'],
    ['hr', false, false, 'offered'],
  ]);
});
