/** `listen … proxy_protocol` and `set_real_ip_from`: what a load balancer says of its client. */
import type { Dialogue, Difference, Turn, TurnMore } from '../harness/dialogue.ts';
import { asked, greeting, login, proxied, told } from './words.ts';

const closes: TurnMore = { closes: true };
const listen = 'proxy_protocol';
const trusting = 'set_real_ip_from 127.0.0.0/8;';
const real = 'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25⏎';
const fourHeaders = proxied('192.0.2.1', 1234, '198.51.100.2', 25);

const signature = '\r\n\r\n\0\r\nQUIT\n';
/** A header of version 2: the bytes after the signature in hex. */
const v2 = (hex: string): string => signature + Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('latin1');
const four = 'c0000201 c6336402 04d2 0019';
const six = '20010db8000000000000000000000001 00000000000000000000000000000001 04d2 0019';
const mapped = `${'00'.repeat(10)}ffff c0000201`;

interface Expected {
  /** What the auth service is told of the client, and the upstream. */
  readonly ip?: string;
  readonly address?: string;
  readonly headers?: string;
  readonly conf?: string;
  readonly nginx?: Difference;
}

/** A header that is taken, and what is known then. */
function taken(name: string, header: string, expected: Expected = {}): Dialogue {
  const { ip = '127.0.0.1', address = ip, headers = '', conf = '', nginx } = expected;
  return {
    name,
    listen,
    conf,
    greeting: null,
    turns: [[header, greeting], login],
    requests: [asked(ip, { proxied: headers })],
    received: [told(address)],
    ...(nginx === undefined ? {} : { nginx }),
  };
}

/** A header that ends the connection without a byte. */
const broken = (name: string, ...turns: readonly Turn[]): Dialogue => ({ name, listen, greeting: null, turns });
const refused = (header: string): Dialogue => broken(`refused: ${JSON.stringify(header)}`, [header, '', closes]);

/** What 1.22.1 does with a header that it sees only the beginning of. */
const shorter = (turn: Turn): Difference => ({
  why: '1.22.1 looks at 107 bytes for a PROXY header, later versions at 4096.',
  turns: [turn],
  requests: [],
  received: [],
});

const spelled = (from: string, fromPort: number, to: string, toPort: number): string =>
  `PROXY TCP6 ${from} ${to} ${fromPort} ${toPort}⏎`;

const v1: readonly Dialogue[] = [
  taken('v1, nobody is trusted', real, { headers: fourHeaders }),
  taken('v1, the peer is trusted', real, { conf: trusting, ip: '192.0.2.1', headers: fourHeaders }),
  taken('v1, another network is trusted', real, { conf: 'set_real_ip_from 10.0.0.0/8;', headers: fourHeaders }),
  taken('v1, one address is trusted', real, {
    conf: 'set_real_ip_from 127.0.0.2; set_real_ip_from 127.0.0.1;',
    ip: '192.0.2.1',
    headers: fourHeaders,
  }),
  taken('v1, everybody is trusted', real, {
    conf: 'set_real_ip_from 0.0.0.0/0;',
    ip: '192.0.2.1',
    headers: fourHeaders,
  }),
  taken('v1, all of IPv6 is trusted', real, { conf: 'set_real_ip_from ::/0;', headers: fourHeaders }),
  taken('v1, unix sockets are trusted', real, { conf: 'set_real_ip_from unix:;', headers: fourHeaders }),
  taken('v1, IPv6 as the sender spelled it', spelled('2001:DB8:0::1', 0, '::0:1', 65_535), {
    conf: trusting,
    ip: '2001:db8::1',
    address: 'IPV6:2001:db8::1',
    headers: proxied('2001:DB8:0::1', 0, '::0:1', 65_535),
  }),
  taken('v1, an IPv4 address written as IPv6', spelled('::FFFF:192.0.2.1', 1, '::1', 2), {
    conf: trusting,
    ip: '::ffff:192.0.2.1',
    address: 'IPV6:::ffff:192.0.2.1',
    headers: proxied('::FFFF:192.0.2.1', 1, '::1', 2),
  }),
  taken('v1, the family is not looked at', spelled('192.0.2.1', 1, '::1', 2), {
    conf: trusting,
    ip: '192.0.2.1',
    headers: proxied('192.0.2.1', 1, '::1', 2),
  }),
  taken('v1, something that is no address', 'PROXY TCP4 abc ... 1 2⏎', {
    conf: trusting,
    headers: proxied('abc', 1, '...', 2),
  }),
  taken('v1, an address with octets left out', 'PROXY TCP4 192..2.1 ... 1 2⏎', {
    conf: trusting,
    ip: '192.0.2.1',
    headers: proxied('192..2.1', 1, '...', 2),
  }),
  taken('v1, no address at all', 'PROXY TCP4   1 2⏎', { conf: trusting, headers: proxied('', 1, '', 2) }),
  taken('v1, ports with zeros in front', 'PROXY TCP4 192.0.2.1 198.51.100.2 0001234 025⏎', { headers: fourHeaders }),
  taken('v1 UNKNOWN', 'PROXY UNKNOWN⏎', { conf: trusting }),
  taken('v1 UNKNOWN with more behind it', 'PROXY UNKNOWN 192.0.2.1 x y z⏎', { conf: trusting }),
  taken('v1 UNKNOWN runs on to the first CR LF', 'PROXY UNKNOWN␊NOOP\r QUIT⏎', { conf: trusting }),
  taken('v1 UNKNOWNED', 'PROXY UNKNOWNED⏎'),
  taken('v1 UNKNOWN of 107 bytes', `PROXY UNKNOWN ${'x'.repeat(91)}⏎`),
  taken('v1 UNKNOWN of 108 bytes', `PROXY UNKNOWN ${'x'.repeat(92)}⏎`, {
    nginx: shorter([`PROXY UNKNOWN ${'x'.repeat(92)}⏎`, '', closes]),
  }),
  {
    name: 'v1 with data behind it in the same segment',
    listen,
    greeting: null,
    turns: [[`${real}NOOP⏎EHLO me⏎`, `${greeting}250 2.0.0 OK⏎250-mx.test⏎250 AUTH PLAIN LOGIN⏎`]],
  },
  {
    name: 'v1, and then the rest of a command',
    listen,
    greeting: null,
    turns: [
      [`${real}NO`, greeting],
      ['OP⏎', '250 2.0.0 OK⏎'],
    ],
  },
];

const wrong: readonly Dialogue[] = [
  ...[
    'EHLO me⏎',
    '⏎',
    'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25␊',
    'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25',
    'PROXY TCP4 192.0.2.1 198.51.100.2 1234 25 ⏎',
    'PROXY TCP4 192.0.2.1 198.51.100.2 65536 25⏎',
    'PROXY TCP4 192.0.2.1 198.51.100.2 1234 99999999999999999999⏎',
    'PROXY TCP4 192.0.2.1 198.51.100.2 -1 25⏎',
    'PROXY TCP4 192.0.2.1 198.51.100.2 1234⏎',
    'PROXY TCP4 192.0.2.1 198.51.100.2  25⏎',
    'PROXY TCP4 192.0.2.g 198.51.100.2 1234 25⏎',
    'PROXY TCP4 192.0.2.1\t198.51.100.2 1234 25⏎',
    'PROXY TCP5 192.0.2.1 198.51.100.2 1234 25⏎',
    'PROXY UDP4 192.0.2.1 198.51.100.2 1234 25⏎',
    'PROXY tcp4 192.0.2.1 198.51.100.2 1234 25⏎',
    'proxy TCP4 192.0.2.1 198.51.100.2 1234 25⏎',
    'PROXY unknown⏎',
    'PROXY UNKNOWN␊',
    'PROXY UNKNOWN',
    ' PROXY UNKNOWN⏎',
    'PROXY⏎',
  ].map(refused),
  broken(
    'a header in two segments',
    ['PROXY TCP4 192.0.2.1', ''],
    [' 198.51.100.2 1 25⏎', '', { ...closes, after: 50 }],
  ),
  broken('the client leaves without a byte', ['', '', { finish: true, closes: true }]),
  { ...broken('nothing comes', ['', '', { ...closes, within: [350, 1500] }]), conf: 'timeout 400ms;' },
];

const binary: readonly Dialogue[] = [
  taken('v2 IPv4', v2(`2111 000c ${four}`), { conf: trusting, ip: '192.0.2.1', headers: fourHeaders }),
  taken('v2 IPv4, nobody is trusted', v2(`2111 000c ${four}`), { headers: fourHeaders }),
  taken('v2 IPv6', v2(`2121 0024 ${six}`), {
    conf: trusting,
    ip: '2001:db8::1',
    address: 'IPV6:2001:db8::1',
    headers: proxied('2001:db8::1', 1234, '::1', 25),
  }),
  taken('v2 IPv4-mapped', v2(`2121 0024 ${mapped} ${mapped} 04d2 0019`), {
    conf: trusting,
    ip: '::ffff:192.0.2.1',
    address: 'IPV6:::ffff:192.0.2.1',
    headers: proxied('::ffff:192.0.2.1', 1234, '::ffff:192.0.2.1', 25),
  }),
  taken('v2 with TLVs', v2(`2111 0017 ${four} 030004 01020304 040001 00`), { headers: fourHeaders }),
  taken('v2 of 107 bytes', v2(`2111 005b ${four} 04004c ${'00'.repeat(76)}`), { headers: fourHeaders }),
  taken('v2 of 108 bytes', v2(`2111 005c ${four} 04004d ${'00'.repeat(77)}`), {
    headers: fourHeaders,
    nginx: shorter([v2(`2111 005c ${four} 04004d ${'00'.repeat(77)}`), '', closes]),
  }),
  taken('v2 of 4,096 bytes', v2(`2111 0ff0 ${four} 040fe1 ${'00'.repeat(4065)}`), {
    headers: fourHeaders,
    nginx: shorter([v2(`2111 0ff0 ${four} 040fe1 ${'00'.repeat(4065)}`), '', closes]),
  }),
  broken('v2 of 4,097 bytes', [v2(`2111 0ff1 ${four} 040fe2 ${'00'.repeat(4066)}`), '', closes]),
  taken('v2 with bytes that are no TLV', v2(`2111 000e ${four} ffff`), { headers: fourHeaders }),
  taken('v2 LOCAL', v2('2000 0000'), { conf: trusting }),
  taken('v2 LOCAL with addresses', v2(`2011 000c ${four}`), { conf: trusting }),
  taken('v2, a command nobody knows', v2(`2511 000c ${four}`), { conf: trusting }),
  taken('v2, a datagram', v2(`2112 000c ${four}`), { conf: trusting }),
  taken('v2, no family', v2('2101 0000'), { conf: trusting }),
  taken('v2, a unix socket', v2(`2131 0004 00000000`), { conf: trusting }),
  ...[
    `1111 000c ${four}`,
    `3111 000c ${four}`,
    `2111 000d ${four}`,
    `2111 000b ${four.slice(0, -2)}`,
    `2121 000c ${four}`,
    '2111 00',
    '2111 0000',
  ].map((hex) => broken(`refused: v2 ${hex}`, [v2(hex), '', closes])),
];

const others: readonly Dialogue[] = [
  {
    name: 'IMAP behind a PROXY header',
    protocol: 'imap',
    listen,
    conf: trusting,
    greeting: null,
    turns: [
      [real, '* OK IMAP4 ready⏎'],
      ['a LOGIN u p⏎', 'a OK logged in up⏎'],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: u⏎Auth-Pass: p⏎Auth-Protocol: imap⏎' +
        `Auth-Login-Attempt: 1⏎Client-IP: 192.0.2.1⏎${fourHeaders}⏎`,
    ],
  },
  {
    name: 'POP3 behind a PROXY header',
    protocol: 'pop3',
    listen,
    greeting: null,
    turns: [
      [real, '+OK POP3 ready⏎'],
      ['USER u⏎', '+OK⏎'],
      ['PASS p⏎', '+OK pass up⏎'],
    ],
    requests: [
      'GET / HTTP/1.0⏎Host: 127.0.0.1⏎Auth-Method: plain⏎Auth-User: u⏎Auth-Pass: p⏎Auth-Protocol: pop3⏎' +
        `Auth-Login-Attempt: 1⏎Client-IP: 127.0.0.1⏎${fourHeaders}⏎`,
    ],
  },
  {
    name: 'a PROXY header to a listener that expects none',
    turns: [[real, '500 5.5.1 Invalid command⏎']],
  },
  {
    name: 'smtp_greeting_delay begins behind the PROXY header',
    listen,
    conf: 'smtp_greeting_delay 300ms;',
    greeting: null,
    turns: [[real, greeting, { within: [250, 1500] }]],
  },
  {
    name: 'smtp_greeting_delay: what came with the PROXY header is too early',
    listen,
    conf: 'smtp_greeting_delay 300ms;',
    greeting: null,
    turns: [[`${real}NOOP⏎`, '503 5.5.0 Improper use of SMTP command pipelining⏎', closes]],
  },
  {
    name: 'TLS comes behind the PROXY header',
    listen: 'proxy_protocol ssl',
    conf: `ssl_certificate $CERTS/server.crt; ssl_certificate_key $CERTS/server.key; ${trusting}`,
    greeting: null,
    turns: [
      [real, '', { secure: true }],
      ['', greeting],
      ['EHLO me⏎', '250-mx.test⏎250 AUTH PLAIN LOGIN⏎'],
    ],
  },
];

/** Every dialogue about what comes in. */
export const incoming: readonly Dialogue[] = [...v1, ...wrong, ...binary, ...others];
