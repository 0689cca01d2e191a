/** The window's calls about gates, on a whole lab with the servers it plays. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GatesView, Held } from '../../../shared/contract/gates.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { Client } from '../../fakes/rig.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

async function started(text = tutorialText): Promise<RunningLab> {
  const running = await startLab(text);
  onTestFinished(() => running.stop());
  return running;
}

const proxyOf = ({ lab }: RunningLab) => lab.listeners().find(({ role }) => role === 'proxy');
const portOf = ({ lab }: RunningLab, name: string) => lab.listeners().find((one) => one.name === name)?.port ?? 0;

/** The first view of the feed that shows something held at a gate. */
const heldIn = ({ feed }: RunningLab, gate: Held['gate']): Promise<Held> =>
  feed((one) => one.type === 'gates' && one.gates.held.find((held) => held.gate === gate));

const mail = { helo: 'me', from: 'dev@test.com', to: ['user@eng.abc.com'], subject: 'for eng', body: 'hello' };

describe.each(['in-process', 'http'])('the tutorial, asked %s', (transport) => {
  const text = tutorialText.replace('transport: in-process ', `transport: ${transport} `);

  it('held before the question and with its answer changed, the mail arrives at the other upstream', async () => {
    const running = await started(text);
    const { call } = running;
    await call('gates.arm', { gate: 'P>A', on: true });
    await call('gates.arm', { gate: 'A>P', on: true });
    const sending = call('send', { listener: proxyOf(running)?.id ?? '', ...mail });
    const asked = await heldIn(running, 'P>A');
    expect(asked).toMatchObject({ kind: 'request', leg: 'auth', session: 1, editable: true, patience: null });
    expect(asked.text).toMatch(/^GET \/ HTTP\/1\.0\r\n[\s\S]*Auth-SMTP-To: RCPT TO:<user@eng\.abc\.com>\r\n\r\n$/);
    expect(await call('held.release', { id: asked.id })).toEqual({ ok: true });
    const answered = await heldIn(running, 'A>P');
    const hr = portOf(running, 'hr');
    expect(answered.text).toContain(`Auth-Port: ${portOf(running, 'eng')}\r\n`);
    const changed = answered.text.replace(/Auth-Port: \d+/, `Auth-Port: ${hr}`);
    expect(await call('held.release', { id: answered.id, text: changed })).toEqual({ ok: true });
    expect(await sending).toMatchObject({ ok: true, session: 1 });
    await running.feed((feed) => feed.type === 'messages' && feed.upstream === 'hr');
    const { messages } = await call('messages.list', {});
    expect(messages.map(({ upstream, subject }) => [upstream, subject])).toEqual([['hr', 'for eng']]);
    const told = await call('session.get', { id: 1 });
    expect(told?.summary).toMatchObject({ upstream: 'hr', rule: 'engineering', outcome: 'relayed' });
    const entries = told?.entries ?? [];
    expect(entries.filter(({ why }) => why === 'session.held').map(({ params }) => params?.gate)).toEqual([
      'P>A',
      'A>P',
    ]);
    expect(entries.filter(({ edited }) => edited)).toEqual([
      expect.objectContaining({ leg: 'auth', direction: 'in', bytes: changed, edited: { was: answered.text } }),
    ]);
    expect(entries.find(({ kind }) => kind === 'dial')).toMatchObject({ params: { name: 'hr' } });
  });

  it('with its question changed, the service decides about the changed one', async () => {
    const running = await started(text);
    const { call } = running;
    await call('breakpoint.set', { gate: 'P>A', address: 'user@eng*', once: true });
    const sending = call('send', { listener: proxyOf(running)?.id ?? '', ...mail });
    const asked = await heldIn(running, 'P>A');
    await call('held.release', { id: asked.id, text: asked.text.replace('@eng.', '@hr.').replaceAll('\r\n', '\n') });
    expect(await sending).toMatchObject({ ok: true });
    const told = await call('session.get', { id: 1 });
    expect(told?.summary).toMatchObject({ upstream: 'hr', rule: 'human resources' });
    expect(told?.entries.find(({ edited }) => edited)).toMatchObject({ direction: 'out', edited: { was: asked.text } });
    expect((await call('gates.get', {})).breakpoints).toEqual([]);
  });
});

describe('what the window is told', () => {
  it('hears of what is armed and held, a few times a second at most, and of nothing while nothing happens', async () => {
    const running = await started();
    const { call, feeds } = running;
    const client = new Client(proxyOf(running)?.port ?? 0);
    onTestFinished(() => void client.socket.destroy());
    await client.greeting();
    expect(await client.ask('NOOP\r\n')).toBe('250 2.0.0 OK\r\n');
    const view = await call('gates.arm', { gate: 'C>P', on: true });
    expect(view).toEqual({
      everywhere: ['C>P'],
      sessions: [],
      breakpoints: [],
      held: [],
      heldCount: 0,
      slowMs: 0,
    } satisfies GatesView);
    client.send('NOOP\r\n');
    const held = await heldIn(running, 'C>P');
    expect(held.patience).toEqual({ side: 'client', at: expect.any(Number), source: 'RFC 5321 4.5.3.2' });
    expect((held.patience?.at ?? 0) - held.since).toBeGreaterThan(290_000);
    expect((held.patience?.at ?? 0) - held.since).toBeLessThanOrEqual(300_000);
    expect(feeds.filter(({ type }) => type === 'gates').length).toBeLessThanOrEqual(3);
    expect(await call('held.answer', { id: held.id, text: '421 4.3.2 come back later' })).toEqual({ ok: true });
    expect(await client.end()).toMatch(/421 4\.3\.2 come back later\r\n$/);
    await running.feed(
      (feed) => feed.type === 'gates' && feed.gates.heldCount === 0 && feed.gates.everywhere.length === 1,
    );
    expect(await call('held.drop', { id: held.id })).toEqual({ ok: false });
  });

  it('knows that its own client waits as long as it takes', async () => {
    const running = await started();
    const { call } = running;
    await call('gates.arm', { gate: 'P>C', on: true });
    const { connection } = await call('telnet.open', { listener: proxyOf(running)?.id ?? '' });
    const held = await heldIn(running, 'P>C');
    expect((await call('gates.get', {})).held).toMatchObject([{ id: held.id, patience: null }]);
    expect(await call('session.kill', { id: held.session })).toEqual({ ok: true });
    await running.feed((feed) => feed.type === 'telnet-closed' && feed.connection === connection);
    expect((await call('gates.get', {})).heldCount).toBe(0);
    expect(await call('session.kill', { id: held.session })).toEqual({ ok: false });
  });

  it('says what is wrong with what it asks for', async () => {
    const { call } = await started();
    await expect(call('gates.arm', { gate: 'C>P', on: true, session: 9 })).rejects.toThrow('Session 9 is not open');
    await expect(call('gates.step', { session: 9, on: true })).rejects.toThrow('Session 9 is not open');
    await expect(call('breakpoint.set', { session: 9 })).rejects.toThrow('Session 9 is not open');
    await expect(call('breakpoint.set', { word: '' })).rejects.toThrow('breakpoint.set cannot use this: word');
    await expect(call('gates.slow', { ms: 60_001 })).rejects.toThrow('gates.slow cannot use this: ms');
    for (let nth = 0; nth < 200; nth++) await call('breakpoint.set', { word: `W${nth}` });
    await expect(call('breakpoint.set', { word: 'one more' })).rejects.toThrow('There are 200 breakpoints');
    expect((await call('breakpoint.clear', {})).breakpoints).toEqual([]);
  });
});

describe('slow motion', () => {
  it('holds at every gate for a while, and lets go at once when it is switched off', async () => {
    const running = await started();
    const { call } = running;
    expect((await call('gates.slow', { ms: 30_000 })).slowMs).toBe(30_000);
    const sending = call('send', { listener: proxyOf(running)?.id ?? '', ...mail });
    const held = await heldIn(running, 'P>C');
    expect(held.until).toBe(held.since + 30_000);
    await call('gates.slow', { ms: 2 });
    expect(await sending).toMatchObject({ ok: true });
    const told = await call('session.get', { id: 1 });
    expect(told?.entries.filter(({ kind }) => kind === 'hold')).toEqual([]);
    await call('gates.slow', { ms: 30_000 });
    const again = call('send', { listener: proxyOf(running)?.id ?? '', ...mail });
    await vi.waitUntil(async () => (await call('gates.get', {})).heldCount === 1);
    await call('gates.slow', { ms: 0 });
    expect(await again).toMatchObject({ ok: true });
  });
});
