/** Mail leaves this machine only where somebody agreed to it, and never comes back into the lab itself. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { type Elsewhere, startElsewhere } from '../../fakes/elsewhere.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

let lab: RunningLab | undefined;
let elsewhere: Elsewhere;
beforeEach(async () => {
  elsewhere = await startElsewhere();
});
afterEach(async () => {
  await lab?.stop();
  lab = undefined;
  await elsewhere.stop();
});

/** The tutorial whose eng is a server elsewhere; the ports of the others become free ones. */
async function started(eng: (at: string) => string): Promise<RunningLab> {
  const at = `${elsewhere.host}:${elsewhere.port}`;
  const one = await startLab();
  const text = one.text.replace(/eng: \{ smtp: [^}]+\}/, eng(at));
  await one.call('lab.apply', { text });
  lab = one;
  return one;
}

/** What a client is told at RCPT, and the session it was. */
async function mailTo(one: RunningLab, rcpt: string) {
  const client = await dialogue(one.listener('proxy'));
  await client.until(REPLY);
  await client.say('HELO laptop');
  await client.say('MAIL FROM:<a@test.com>');
  const said = await client.say(`RCPT TO:<${rcpt}>`);
  client.end();
  const { id } = await one.ended(client.localPort);
  const session = await one.call('session.get', { id });
  return { said, session };
}

describe('an external upstream on another machine', () => {
  const external = (at: string) => `eng: { external: true, smtp: ${at} }`;

  test('waits for somebody to confirm it, and the rest of the lab runs meanwhile', async () => {
    const one = await started(external);
    const view = await one.call('lab.get', {});
    const at = `${elsewhere.host}:${elsewhere.port}`;
    expect(view.problems).toMatchObject([{ severity: 'warning', confirm: [at] }]);
    expect(view.problems[0]?.message).toBe(
      `Upstream "eng" at ${at} is another machine, and nothing is sent to it until you agree; ` +
        'if that is wanted, confirm the address',
    );
    expect((await mailTo(one, 'x@hr.abc.com')).said).toMatch(/^250 /);
    const refused = await mailTo(one, 'x@eng.abc.com');
    expect(refused.said).toBe('451 4.3.2 Internal server error\r\n');
    expect(refused.session?.summary).toMatchObject({ upstream: 'eng', error: 'session.dial.off-box' });
    expect(elsewhere.calls()).toBe(0);
  });

  test('is reached once it is confirmed, until that is taken back', async () => {
    const one = await started(external);
    const at = `${elsewhere.host}:${elsewhere.port}`;
    expect(await one.call('consent.give', { address: at })).toEqual({ allowLan: false, allowed: [at] });
    const view = await one.call('lab.get', {});
    expect(view.problems).toEqual([]);
    expect(view.consent).toEqual({ allowLan: false, allowed: [at] });
    expect((await mailTo(one, 'x@eng.abc.com')).said).toBe('250 elsewhere\r\n');
    expect(elsewhere.calls()).toBe(1);
    await one.call('consent.withdraw', { address: at });
    expect((await one.call('lab.get', {})).problems).toHaveLength(1);
    expect((await mailTo(one, 'x@eng.abc.com')).said).toMatch(/^451 /);
    expect(elsewhere.calls()).toBe(1);
  });

  test.each([
    ['127.0.0.1:25', 'this machine: nothing has to be confirmed'],
    ['[::ffff:127.0.0.1]:25', 'this machine: nothing has to be confirmed'],
    ['192.0.2.1', 'no address of a server; it is written HOST:PORT'],
    ['192.0.2.1:0', 'no address of a server'],
    ['192.0.2.1:99999', 'no address of a server'],
  ])('cannot be confirmed as %s', async (address, sentence) => {
    lab = await startLab();
    await expect(lab.call('consent.give', { address })).rejects.toThrow(sentence);
    await expect(lab.call('consent.withdraw', { address: '192.0.2.7:25' })).rejects.toThrow('was not confirmed');
  });
});

test("somebody else's auth service keeps the configuration from running until it is confirmed", async () => {
  const one = await startLab();
  lab = one;
  const text = one.text.replace(/auth_http\s+http:\S+;/, 'auth_http http://192.0.2.9/auth;');
  const applied = await one.call('lab.apply', { text });
  expect(applied).toMatchObject({ ok: false, problems: [{ severity: 'error', confirm: ['192.0.2.9:80'] }] });
  await one.call('consent.give', { address: '192.0.2.9:80' });
  expect(await one.call('lab.apply', { text })).toMatchObject({ ok: true, problems: [] });
});

describe('a rule that names the lab itself', () => {
  const asRule = (one: RunningLab, role: 'proxy' | 'auth', host: string) =>
    one.text.replace('route: eng', `route: "${host}:${one.listener(role).port}"`);

  test.each(['proxy', 'auth'] as const)('leads nowhere: %s', async (role) => {
    for (const host of ['127.0.0.1', '0.0.0.0', '[::ffff:127.0.0.1]']) {
      const one = await startLab();
      lab = one;
      expect(await one.call('lab.apply', { text: asRule(one, role, host) })).toMatchObject({ ok: true });
      const { said, session } = await mailTo(one, 'x@eng.abc.com');
      expect(said).toBe('451 4.3.2 Internal server error\r\n');
      expect(session?.summary).toMatchObject({ outcome: 'failed', error: 'session.dial.own' });
      expect((await one.call('lab.get', {})).counts.sessions).toBe(1);
      await one.stop();
      lab = undefined;
    }
  });

  test("nor the page of the browser host, but a mock is anybody's", async () => {
    const one = await startLab();
    lab = one;
    const page = one.listener('hr');
    const text = one.text.replace('route: eng', `route: "127.0.0.1:${page.port}"`);
    await one.call('lab.apply', { text });
    expect((await mailTo(one, 'x@eng.abc.com')).said).toMatch(/^250 /);
    one.lab.reserve({ host: '127.0.0.1', port: page.port });
    expect((await mailTo(one, 'x@eng.abc.com')).session?.summary.error).toBe('session.dial.own');
  });
});

test('headless there is nobody to ask: the lab does not run, and says how it would', async () => {
  const at = `${elsewhere.host}:${elsewhere.port}`;
  const text = tutorialText.replace(/eng: \{ smtp: [^}]+\}/, `eng: { external: true, smtp: ${at} }`);
  lab = await startLab(text, { headless: true });
  const { problems } = lab.lab.view();
  expect(problems).toMatchObject([{ severity: 'error' }]);
  expect(problems[0]?.message).toContain(`start the lab with --allow ${at}`);
  await lab.stop();
  // However the same address is written.
  const [a, b, c, d] = elsewhere.host.split('.');
  lab = await startLab(text, { headless: true, allow: [`${a}.${b}.${c}.${d?.padStart(3, '0')}:${elsewhere.port}`] });
  expect(lab.lab.view().problems).toEqual([]);
});
