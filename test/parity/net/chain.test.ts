/** The lab in front of real nginx: what the lab says of its clients in a PROXY header, nginx understands. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Dialogue } from '../harness/dialogue.ts';
import { lab } from '../harness/lab.ts';
import { nginx } from '../harness/nginx.ts';
import { play } from '../harness/play.ts';
import { raise } from './raise.ts';
import { proxied } from './words.ts';

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const act of cleanup.splice(0).reverse()) await act();
});

const trusting = 'set_real_ip_from 127.0.0.0/8; set_real_ip_from ::1; set_real_ip_from unix:;';

const behind: Dialogue = {
  name: 'behind',
  protocol: 'imap',
  listen: 'proxy_protocol',
  conf: trusting,
  turns: [],
};

interface Case {
  readonly what: string;
  readonly host?: Dialogue['host'];
  /** What a load balancer in front of the lab says. */
  readonly header?: string;
  /** The client as the second proxy sees it, and the destination in the header; `$CLIENT` and `$LISTEN` are the ports. */
  readonly client: string;
  readonly headers: string;
}

const cases: readonly Case[] = [
  { what: 'IPv4', client: '127.0.0.1', headers: proxied('127.0.0.1', '$CLIENT', '127.0.0.1', '$LISTEN') },
  { what: 'IPv6', host: '[::1]', client: '::1', headers: proxied('::1', '$CLIENT', '::1', '$LISTEN') },
  {
    what: 'a unix socket',
    host: 'unix',
    client: '127.0.0.1',
    headers: '',
  },
  {
    what: 'behind a load balancer',
    header: 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25⏎',
    client: '192.0.2.1',
    headers: proxied('192.0.2.1', '1234', '127.0.0.1', '$LISTEN'),
  },
];

/** Both ends of one header in different families: version 1 spells each as it is, version 2 knows one family. */
const mixed = {
  what: 'IPv6 behind an IPv4 load balancer',
  header: 'PROXY TCP6 2001:db8::1 2001:db8::2 1234 25⏎',
  client: '2001:db8::1',
};

const rows = [
  ...cases.flatMap((one) => [
    { form: 'on', ...one },
    { form: 'v2', ...one },
  ]),
  { form: 'on', ...mixed, headers: proxied('2001:db8::1', '1234', '127.0.0.1', '$LISTEN') },
  { form: 'v2', ...mixed, headers: proxied('2001:db8::1', '1234', '::ffff:127.0.0.1', '$LISTEN') },
];

describe('proxy_protocol to nginx', () => {
  test.each(rows)('$form: $what', async ({ form, host, header, client, headers }) => {
    const back = await raise(nginx, behind, cleanup);
    const front = await raise(
      lab,
      {
        ...behind,
        name: 'front',
        ...(host === undefined ? {} : { host }),
        listen: header === undefined ? '' : 'proxy_protocol',
        conf: `proxy_protocol ${form}; ${trusting}`,
        auth: `HTTP/1.0 200 OK⏎Auth-Status: OK⏎Auth-Server: 127.0.0.1⏎Auth-Port: ${back.port}⏎⏎`,
        greeting: null,
        turns: [
          [header ?? '', '* OK IMAP4 ready⏎'],
          ['a LOGIN u p⏎', 'a OK logged in up⏎'],
          ['b NOOP⏎', 'b OK up:b NOOP⏎'],
        ],
      },
      cleanup,
    );
    const seen = await play(front.stage, front.port, front.stage.dialogue.turns);
    expect(seen.heard).toEqual([
      '* OK IMAP4 ready⏎',
      'a OK logged in up⏎',
      'b OK up:b NOOP⏎',
      'zz OK up:zz NOOP⏎* BYE up⏎zz OK bye-up⏎ close',
    ]);
    const [asked = ''] = back.stage.auth.requests.map((request) => request.replaceAll('\r\n', '⏎'));
    const [from = ''] = /Client-IP: .*/.exec(asked) ?? [];
    const told = from.replace(/(?<=Proxy-Protocol-Port: )\d{5}/, '$CLIENT').replace(`${front.port}`, '$LISTEN');
    expect(told).toBe(`Client-IP: ${client}⏎${headers}⏎`);
  });
});
