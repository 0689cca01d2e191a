/** A real Dovecot behind the lab: it knows clients by the PROXY header that the lab sends. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Dialogue } from '../harness/dialogue.ts';
import { lab } from '../harness/lab.ts';
import { nginx } from '../harness/nginx.ts';
import { play } from '../harness/play.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { raise } from './raise.ts';

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(() => dovecot.stop());

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

const trusting = 'set_real_ip_from 127.0.0.0/8;';
const four = 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25⏎';
const six = 'PROXY TCP6 2001:db8::1 2001:db8::2 1234 25⏎';

const imap = (form: string, header: string, user: string): Dialogue => ({
  name: 'dovecot',
  protocol: 'imap',
  listen: 'proxy_protocol',
  conf: `proxy_protocol ${form}; ${trusting}`,
  auth: `HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: ${dovecot.imap}⏎⏎`,
  greeting: null,
  turns: [
    [header, '* OK IMAP4 ready⏎'],
    [`a LOGIN ${user} p⏎`, ''],
    ['b LOGOUT⏎', 'a⏎* BYE⏎b OK⏎', { closes: true }],
  ],
});

const systems = { nginx, lab } as const;

describe('proxy_protocol to Dovecot', () => {
  test.each([
    { name: 'nginx', form: 'on', header: four, rip: '192.0.2.1', lip: '127.0.0.1', user: 'u1' },
    { name: 'lab', form: 'on', header: four, rip: '192.0.2.1', lip: '127.0.0.1', user: 'u2' },
    { name: 'lab', form: 'v2', header: four, rip: '192.0.2.1', lip: '127.0.0.1', user: 'u3' },
    { name: 'lab', form: 'v2', header: six, rip: '2001:db8::1', lip: '::ffff:127.0.0.1', user: 'u4' },
  ] as const)('$name, $form: IMAP for $rip', async ({ name, form, header, rip, lip, user }) => {
    const dialogue = imap(form, header, user);
    const { stage, port } = await raise(systems[name], dialogue, cleanup);
    const seen = await play(stage, port, dialogue.turns);
    expect(seen.heard.at(-1)).toMatch(/^a OK .*⏎\* BYE .*⏎b OK .* close$/);
    expect(await dovecot.logins(user)).toContain(`rip=${rip}, rport=1234, lip=${lip}, lport=${port}`);
  });

  // Version 1 names the client's family, but Dovecot wants the other end to have it, too; nginx does not care.
  test.each(['nginx', 'lab'] as const)('%s: version 1 with two families is refused', async (name) => {
    const dialogue = imap('on', six, 'nobody');
    const { stage, port } = await raise(systems[name], dialogue, cleanup);
    const seen = await play(stage, port, dialogue.turns);
    expect(seen.heard).toEqual(['* OK IMAP4 ready⏎', '', '* BAD internal server error⏎ close']);
  });

  test.each([
    { with: 'TLS', listen: 'proxy_protocol ssl', user: 'secure', end: ', secured' },
    { with: 'clear text', listen: 'proxy_protocol', user: 'open', end: '' },
  ])('v2: Dovecot knows a client with $with', async ({ listen, user, end }) => {
    const dialogue: Dialogue = {
      ...imap('v2', '', user),
      listen,
      conf: `proxy_protocol v2; ${trusting} ssl_certificate $CERTS/server.crt; ssl_certificate_key $CERTS/server.key;`,
      turns: [
        [four, '', listen.includes('ssl') ? { secure: { serverName: 'mx.test' } } : {}],
        ['', '* OK IMAP4 ready⏎'],
        [`a LOGIN ${user} p⏎`, ''],
        ['b LOGOUT⏎', 'a⏎* BYE⏎b OK⏎', { closes: true }],
      ],
    };
    const { stage, port } = await raise(lab, dialogue, cleanup);
    const seen = await play(stage, port, dialogue.turns);
    expect(seen.heard.at(-1)).toMatch(/^a OK .*⏎\* BYE .*⏎b OK .* close$/);
    expect(await dovecot.logins(user)).toMatch(
      new RegExp(`rip=192.0.2.1, rport=1234, lip=127.0.0.1, lport=${port}${end}$`),
    );
  });

  test('v2: POP3', async () => {
    const dialogue: Dialogue = {
      name: 'dovecot',
      protocol: 'pop3',
      conf: 'proxy_protocol v2;',
      auth: `HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: ${dovecot.pop3}⏎⏎`,
      turns: [
        ['USER pop⏎', '+OK⏎'],
        ['PASS p⏎', '+OK Logged in.⏎'],
        ['QUIT⏎', '+OK Logging out.⏎', { closes: true }],
      ],
    };
    const { stage, port } = await raise(lab, dialogue, cleanup);
    const seen = await play(stage, port, dialogue.turns);
    expect(seen.heard.slice(1)).toEqual(['+OK⏎', '+OK Logged in.⏎', '+OK Logging out.⏎ close']);
    expect(await dovecot.logins('pop')).toMatch(new RegExp(`rip=127.0.0.1, rport=\\d+, lip=127.0.0.1, lport=${port}`));
  });
});
