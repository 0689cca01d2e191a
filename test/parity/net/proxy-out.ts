/** Who the upstream hears of: `proxy_protocol on`, IPv6 and unix sockets. */
import type { Dialogue } from '../harness/dialogue.ts';
import { asked, greeting, login, proxied, told } from './words.ts';

const conf = 'proxy_protocol on;';
const upstream = { proxied: true } as const;
const trusting = 'set_real_ip_from 127.0.0.0/8; set_real_ip_from ::1; set_real_ip_from unix:;';
const local = 'PROXY TCP4 127.0.0.1 127.0.0.1 $CLIENT $LISTEN⏎';
const localSix = 'PROXY TCP6 ::1 ::1 $CLIENT $LISTEN⏎';

/** The upstream learns of a client that a load balancer told of. */
function behind(name: string, host: Dialogue['host'], header: string, sent: string, address: string): Dialogue {
  return {
    name,
    ...(host === undefined ? {} : { host }),
    listen: 'proxy_protocol',
    conf: `${conf} ${trusting}`,
    upstream,
    greeting: null,
    turns: [[header, greeting], login],
    received: [sent + told(address)],
  };
}

const six = 'PROXY TCP6 2001:DB8::1 2001:db8::2 1234 25⏎';
const four = 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25⏎';

/** Every dialogue about what goes out. */
export const outgoing: readonly Dialogue[] = [
  {
    name: 'SMTP: the header comes before the banner',
    conf,
    upstream,
    turns: [login],
    received: [local + told('127.0.0.1')],
  },
  {
    name: 'IMAP: the header comes before the banner',
    protocol: 'imap',
    conf,
    upstream,
    turns: [['a LOGIN u p⏎', 'a OK logged in up⏎']],
    received: [`${local}a LOGIN {1}⏎u {1}⏎p⏎`],
  },
  {
    name: 'POP3: the header comes before the banner',
    protocol: 'pop3',
    conf,
    upstream,
    turns: [
      ['USER u⏎', '+OK⏎'],
      ['PASS p⏎', '+OK pass up⏎'],
    ],
    received: [`${local}USER u⏎PASS p⏎`],
  },
  {
    name: 'smtp_auth none: the header comes first, too',
    conf: `${conf} smtp_auth none; xclient off;`,
    upstream,
    turns: [['MAIL FROM:<a>⏎RCPT TO:<b>⏎', '250 2.0.0 OK⏎250 2.1.5 rcpt ok⏎']],
    received: [`${local}HELO mx.test⏎MAIL FROM:<a>⏎RCPT TO:<b>⏎`],
  },
  {
    name: 'an upstream that greets before the header comes',
    conf,
    upstream: { greeting: '220 up ESMTP⏎', replies: { PROXY: { pieces: [] } } },
    turns: [login],
    received: [local + told('127.0.0.1')],
  },
  { name: 'an IPv6 client', host: '[::1]', conf, upstream, turns: [login], received: [localSix + told('IPV6:::1')] },
  {
    name: 'a client over a unix socket',
    host: 'unix',
    conf,
    upstream,
    turns: [login],
    requests: [asked('unix:')],
    received: [`PROXY UNKNOWN⏎${told('unix:')}`],
  },
  behind(
    'a client behind a load balancer',
    undefined,
    four,
    'PROXY TCP4 192.0.2.1 127.0.0.1 1234 $LISTEN⏎',
    '192.0.2.1',
  ),
  behind(
    'an IPv6 client behind an IPv4 load balancer',
    undefined,
    six,
    'PROXY TCP6 2001:db8::1 127.0.0.1 1234 $LISTEN⏎',
    'IPV6:2001:db8::1',
  ),
  behind(
    'an IPv4 client behind an IPv6 load balancer',
    '[::1]',
    four,
    'PROXY TCP4 192.0.2.1 ::1 1234 $LISTEN⏎',
    '192.0.2.1',
  ),
  {
    name: 'a load balancer that is not trusted',
    listen: 'proxy_protocol',
    conf,
    upstream,
    greeting: null,
    turns: [[four, greeting], login],
    received: [local + told('127.0.0.1')],
  },
  {
    name: 'nothing of the client is known behind PROXY UNKNOWN',
    listen: 'proxy_protocol',
    conf: `${conf} ${trusting}`,
    upstream,
    greeting: null,
    turns: [['PROXY UNKNOWN⏎', greeting], login],
    received: [local + told('127.0.0.1')],
  },
  {
    name: 'an IPv6 client without proxy_protocol',
    host: '[::1]',
    turns: [login],
    requests: [asked('::1')],
    received: [told('IPV6:::1')],
  },
  {
    name: 'a client over a unix socket without proxy_protocol',
    host: 'unix',
    turns: [login],
    requests: [asked('unix:')],
    received: [told('unix:')],
  },
  {
    name: 'a load balancer on a unix socket',
    host: 'unix',
    listen: 'proxy_protocol',
    conf: trusting,
    greeting: null,
    turns: [[four, greeting], login],
    requests: [asked('192.0.2.1', { proxied: proxied('192.0.2.1', 1234, '198.51.100.2', 25) })],
    received: [told('192.0.2.1')],
  },
  behind(
    'a client behind a load balancer on a unix socket',
    'unix',
    four,
    'PROXY TCP4 192.0.2.1 unix:$DOOR 1234 0⏎',
    '192.0.2.1',
  ),
];
