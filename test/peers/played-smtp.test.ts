/** The played SMTP server as swaks sees it: logins, TLS, faults, and addresses that carry them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUpstreamFaults } from '../../electron/upstream/faults.ts';
import { type AcceptedMessage, createSmtpMock, type SmtpMock } from '../../electron/upstream/smtp.ts';
import { plainPlay } from '../../shared/upstream/play.ts';
import { certificate } from '../electron/upstream/tls.ts';
import { run } from './run.ts';

const kept: AcceptedMessage[] = [];
const faults = createUpstreamFaults();
let mock: SmtpMock;
let server: string;

beforeAll(async () => {
  mock = createSmtpMock({
    name: 'eng',
    play: { ...plainPlay, starttls: true, smtp: { ...plainPlay.smtp, auth: 'required' } },
    accounts: [{ user: 'ann', password: 'secret' }],
    faults,
    certificate,
    onMessage: (message) => void kept.push(message),
  });
  const { port } = await mock.listen('127.0.0.1', 0);
  server = `127.0.0.1:${port}`;
});
afterAll(() => mock.stop());

/** A mail as ann; the exit code, and what the server answered. */
async function swaks(to: string, ...more: readonly string[]) {
  const login = ['--auth-user', 'ann', '--auth-password', 'secret'];
  return run('swaks', ['--server', server, '--from', 'a@b.test', '--to', to, ...login, ...more]);
}

test.each([
  ['PLAIN', []],
  ['LOGIN', ['-tls']],
  ['CRAM-MD5', ['-tls']],
])('logs in with %s %j, and its mail is kept', async (method, more) => {
  kept.length = 0;
  expect(await swaks('c@d.test', '--auth', method, ...more)).toMatchObject({ code: 0 });
  expect(kept.map(({ to }) => to)).toEqual([['c@d.test']]);
});

/** swaks' own exit codes. */
const [REFUSED_RCPT, REFUSED_DATA, REFUSED_AUTH] = [24, 26, 28];

test('is refused with a wrong password', async () => {
  expect(await swaks('c@d.test', '--auth', 'PLAIN', '--auth-password', 'no')).toMatchObject({ code: REFUSED_AUTH });
});

test('hears what an address says', async () => {
  const { code, output } = await swaks('550-5.1.1@fault.test', '--auth', 'PLAIN');
  expect(code).toBe(REFUSED_RCPT);
  expect(output).toContain('550 5.1.1 asked for by the address');
});

test('hears an armed fault of several lines, and its mail is not kept', async () => {
  kept.length = 0;
  const act = { type: 'reply', text: '554 5.7.1 no\nreally not' } as const;
  const once = { type: 'next', times: 1 } as const;
  faults.arm({ upstream: 'eng', protocol: 'smtp', stage: 'end', act, scope: once, only: {} });
  const { code, output } = await swaks('c@d.test', '--auth', 'PLAIN', '-tls');
  expect(code).toBe(REFUSED_DATA);
  expect(output).toMatch(/554-5\.7\.1 no\n[^\n]*554 5\.7\.1 really not/);
  expect(kept).toEqual([]);
  expect(await swaks('c@d.test', '--auth', 'PLAIN', '-tls')).toMatchObject({ code: 0 });
  expect(kept).toHaveLength(1);
});
