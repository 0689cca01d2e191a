import { connect } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

const labs: RunningLab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop();
});

async function labOf(listen: string, more = ''): Promise<RunningLab> {
  const text = tutorialText.replace(/listen\s+3333;/, `listen 3333 ${listen}; ${more}`);
  expect(text).not.toBe(tutorialText);
  const lab = await startLab(text);
  labs.push(lab);
  return lab;
}
const mail = { helo: 'me', from: 'a@test.com', to: ['user@eng.abc.com'], subject: 'hello', body: 'hi' };
const proxies = (lab: RunningLab) => lab.lab.listeners().filter(({ role }) => role === 'proxy');

test.each([
  ['ssl', { ssl: true }],
  ['proxy_protocol', { proxyProtocol: true }],
  ['ssl proxy_protocol', { ssl: true, proxyProtocol: true }],
])('a listener with %s says so, and a mail is sent through it as it wants to be spoken to', async (listen, flags) => {
  const lab = await labOf(listen);
  const [first] = proxies(lab);
  expect(first).toMatchObject(flags);
  const sent = await lab.call('send', { listener: first?.id ?? '', ...mail });
  expect(sent).toMatchObject({ ok: true, error: null });
  expect(sent.session).not.toBeNull();
});

test('two handshakes are shown the same certificate, which names the server', async () => {
  const lab = await labOf('ssl');
  const fingerprints = await Promise.all(
    proxies(lab).map(
      ({ address, port }) =>
        new Promise<string>((done, fail) => {
          const client = connect({ host: address, port, rejectUnauthorized: false });
          client.once('error', fail);
          client.once('secureConnect', () => {
            const { subject, fingerprint256 } = client.getPeerCertificate();
            client.destroy();
            done(`${subject.CN} ${fingerprint256}`);
          });
        }),
    ),
  );
  expect(fingerprints[0]).toMatch(/^mail\.test\.com [0-9A-F:]+$/);
  expect(new Set(fingerprints).size).toBe(1);
});

test('a unix socket cannot be what Send connects to, and that is said', async () => {
  const lab = await labOf('', `listen unix:/tmp/${process.pid}.sock;`);
  const unix = proxies(lab).find(({ port }) => port === 0);
  await expect(lab.call('send', { listener: unix?.id ?? '', ...mail })).rejects.toThrow(
    `The lab's own client connects to ports only, and smtp unix:/tmp/${process.pid}.sock is none.`,
  );
});
