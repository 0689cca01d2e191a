/** A session for each diagnostic, and one that is so near to it that it must not have it. */
import type { DiagnosticKey } from '../../../shared/journal/diagnostics.ts';
import type { Scene } from './sessions.ts';

const login = 'xclient off;';
const mail = 'MAIL FROM:<a@x.test>⏎';
const plain = (user: string, password: string) => `AUTH PLAIN ${btoa(`\0${user}\0${password}`)}⏎`;
const raw = (headers: Readonly<Record<string, string>>, status = 200): Scene['answer'] => ({
  raw: { status, headers },
});
const ok = { 'Auth-Status': 'OK', 'Auth-Server': '127.0.0.1', 'Auth-Port': '$PORT' };

/** One mail by recipient, which gets the answer given. */
const rcpt = (answer?: Scene['answer'], more: Partial<Scene> = {}): Scene => ({
  ...(answer === undefined ? {} : { answer }),
  turns: [
    ['', '220'],
    [mail, '250'],
    ['RCPT TO:<b@x.test>⏎', '⏎'],
  ],
  ...more,
});

/** One login. */
const auth = (user: string, password: string, more: Partial<Scene> = {}): Scene => ({
  conf: login,
  turns: [
    ['', '220'],
    ['EHLO me⏎', '250 AUTH'],
    [plain(user, password), '⏎'],
  ],
  ...more,
});

const imap = (more: Partial<Scene> = {}): Scene => ({
  protocol: 'imap',
  turns: [
    ['', '* OK'],
    ['a LOGIN u p⏎', '⏎'],
  ],
  ...more,
});

const pop3 = (line: string): Scene => ({
  protocol: 'pop3',
  turns: [
    ['', '+OK'],
    [line, '⏎'],
  ],
});

/** One mail by way of a load balancer, and an upstream that is told of the client. */
const behind = (header: string, upstream: Scene['upstream'] = {}): Scene => ({
  listen: 'proxy_protocol',
  conf: 'smtp_auth none; xclient off; proxy_protocol on; set_real_ip_from 127.0.0.0/8;',
  upstream,
  turns: [
    [header, '220'],
    [mail, '250'],
    ['RCPT TO:<b@x.test>⏎', '⏎'],
  ],
});

/** One line of an IMAP client before its login. */
const imapSaid = (line: string, conf?: string): Scene => ({
  protocol: 'imap',
  ...(conf === undefined ? {} : { conf }),
  turns: [
    ['', '* OK'],
    [line, '⏎'],
  ],
});

/** A parameter that the upstream does not know, behind an EHLO that nginx answers with these capabilities. */
const parameter = (capabilities: string, mail: string, hello = 'EHLO me⏎'): Scene =>
  rcpt(undefined, {
    conf: `smtp_auth none; xclient off; ${capabilities}`,
    upstream: { replies: { MAIL: '555 5.5.4 what is that?⏎' } },
    turns: [
      ['', '220'],
      [hello, '250'],
      [`MAIL FROM:<a@x.test> ${mail}⏎`, '250'],
      ['RCPT TO:<b@x.test>⏎', '⏎'],
    ],
  });

/** Lines to the proxy before anything else. */
const said = (...lines: readonly string[]): Scene => ({
  turns: [['', '220'], ...lines.map((line) => [line, '⏎'] as const)],
});

const relayed = (...lines: readonly string[]): Scene =>
  rcpt(undefined, {
    rules: [{ name: 'elsewhere', when: { rcpt: '*@other.test' }, then: { route: 'other' } }],
    turns: [['', '220'], [mail, '250'], ['RCPT TO:<b@x.test>⏎', '250'], ...lines.map((line) => [line, '⏎'] as const)],
  });

const no: Partial<Scene> = { answer: { reject: 'no' } };

const parameters: Scene['turns'] = [
  ['', '220'],
  [mail, '250'],
  ['RCPT TO:<b@x.test> NOTIFY=NEVER⏎', '⏎'],
];

/** The upstream offers logins. */
const offersAuth = { replies: { EHLO: '250-up⏎250-XCLIENT NAME⏎250 AUTH PLAIN⏎' } };

/** What the upstream says to the recipient. */
const said550 = (text: string): Partial<Scene> => ({ upstream: { replies: { RCPT: `${text}⏎` } } });

/** Key, a session that has it, and a neighbour that has not. */
export const scenes: readonly (readonly [key: DiagnosticKey, has: Scene, hasNot: Scene])[] = [
  ['A7.escaped', auth('a b', 'p', no), auth('a b', 'p')],
  ['A7.plus', auth('a+b', 'p', no), auth('a-b', 'p', no)],
  ['A7.raw', auth('\xc3\xa9', 'p', no), auth('e', 'p', no)],
  ['A8', { ...rcpt({ reject: 'no' }), turns: parameters }, { ...rcpt(), turns: parameters }],
  ['B1.cut', rcpt({ route: 'up', fault: 'cut' }), rcpt()],
  ['B1.noise', rcpt({ route: 'up', fault: 'garbage' }), rcpt()],
  ['B1.page', rcpt(raw({ 'Content-Type': 'text/html' }, 502)), rcpt(raw({ 'Auth-Status': 'OK' }))],
  [
    'B1.half',
    rcpt(raw({ 'Auth-Status': 'OK', 'Auth-Server': '127.0.0.1' })),
    rcpt(raw({ 'Content-Type': 'text/html' })),
  ],
  ['B2', rcpt(raw({ ...ok, 'Auth-Server': 'mail.internal' })), rcpt(raw({ ...ok, 'Auth-Port': 'smtp' }))],
  ['B3', rcpt(raw({ ...ok, 'Auth-Port': 'smtp' })), rcpt(raw({ ...ok, 'Auth-Server': 'mail.internal' }))],
  ['B4', rcpt(raw(ok, 500)), rcpt(raw({ 'Auth-Status': 'no' }, 500))],
  ['B5', rcpt(raw({ 'Auth-Server': '127.0.0.1', 'Auth-Port': '$PORT' })), rcpt(raw(ok))],
  ['B6', rcpt(raw({ ...ok, 'Auth-Status': 'ok' })), rcpt(raw({ ...ok, 'Auth-Status': 'okay, but no' }))],
  ['B7', rcpt({ reject: 'no such user' }), rcpt({ reject: '550 5.1.1 no such user' })],
  ['B8', rcpt({ reject: '550 5.1.1 no' }), rcpt({ reject: '550 5.1.1 no', wait: 1 })],
  ['B9', rcpt(raw({ ...ok, X_Trace_Id: '1' })), rcpt(raw({ ...ok, 'X-Trace-Id': '1' }))],
  ['B10', rcpt(raw({ ...ok, 'Set-Cookie': 'x'.repeat(1000) })), rcpt(raw({ ...ok, 'Set-Cookie': 'x'.repeat(900) }))],
  ['B11', rcpt(raw({ ...ok, 'auth-port': '25' })), rcpt(raw({ ...ok, 'X-Auth-Port': '25' }))],
  ['B12.loop', rcpt(raw({ 'Auth-Status': 'WAIT' })), rcpt({ reject: 'no' })],
  [
    'B13',
    imap({
      conf: 'imap_auth cram-md5;',
      turns: [
        ['', '* OK'],
        ['a AUTHENTICATE CRAM-MD5⏎', '+ '],
        [`${btoa(`u ${'0'.repeat(32)}`)}⏎`, '⏎'],
      ],
    }),
    imap(),
  ],
  ['B14.late', rcpt({ route: 'up', delay: 5000 }, { conf: 'smtp_auth none; auth_http_timeout 50ms;' }), rcpt()],
  ['C1', relayed('RCPT TO:<c@other.test>⏎'), relayed('RCPT TO:<c@x.test>⏎')],
  [
    'C2.strayed',
    relayed('RSET⏎', 'MAIL FROM:<c@x.test>⏎', 'RCPT TO:<c@other.test>⏎'),
    relayed('RSET⏎', 'MAIL FROM:<c@x.test>⏎', 'RCPT TO:<c@x.test>⏎'),
  ],
  ['C3', rcpt(undefined, { upstream: { replies: { RCPT: '550 5.1.1 who?⏎' } } }), rcpt()],
  ['C7', rcpt(undefined, said550('550 5.1.1 who?')), rcpt()],
  [
    'D1.trusted',
    auth('u', 'p', { conf: 'xclient on;', upstream: offersAuth }),
    auth('u', 'p', { conf: 'xclient on; proxy_smtp_auth on;', upstream: offersAuth }),
  ],
  [
    'D1.refused',
    rcpt(undefined, { upstream: { replies: { MAIL: '530 5.7.0 Authentication required⏎' } } }),
    rcpt(undefined, { upstream: { replies: { MAIL: '550 5.7.1 no⏎' } } }),
  ],
  [
    'D2.password',
    auth('u', 'p', {
      conf: `${login} proxy_smtp_auth on; smtp_auth cram-md5;`,
      turns: [
        ['', '220'],
        ['EHLO me⏎', '250 AUTH'],
        ['AUTH CRAM-MD5⏎', '334'],
        [`${btoa(`u ${'0'.repeat(32)}`)}⏎`, '⏎'],
      ],
    }),
    auth('u', 'p', { conf: `${login} proxy_smtp_auth on;` }),
  ],
  [
    'D2',
    auth('u', 'p', { conf: `${login} proxy_smtp_auth on;`, upstream: { replies: { AUTH: '504 5.7.4 no⏎' } } }),
    auth('u', 'p', { conf: `${login} proxy_smtp_auth on;` }),
  ],
  [
    'D4',
    rcpt(undefined, { conf: 'smtp_auth none;', upstream: { replies: { EHLO: '250 up⏎', XCLIENT: '502 what⏎' } } }),
    rcpt(undefined, { conf: 'smtp_auth none;' }),
  ],
  [
    'D5',
    rcpt(undefined, { conf: 'smtp_auth none;', upstream: { replies: { XCLIENT: '550 5.7.0 no⏎' } } }),
    rcpt(undefined, { conf: 'smtp_auth none;' }),
  ],
  [
    'D6',
    {
      ...rcpt(undefined, said550('550 5.7.25 HELO host has no reverse DNS')),
      turns: [
        ['', '220'],
        ['HELO me⏎', '250'],
        [mail, '250'],
        ['RCPT TO:<b@x.test>⏎', '⏎'],
      ],
    },
    rcpt(undefined, said550('550 5.1.1 who?')),
  ],
  [
    'D7',
    rcpt(undefined, { upstream: { replies: { MAIL: '550 5.7.1 no⏎' } } }),
    rcpt(undefined, {
      conf: 'smtp_auth none; xclient off; proxy_pass_error_message on;',
      upstream: { replies: { MAIL: '550 5.7.1 no⏎' } },
    }),
  ],
  ['D8', rcpt(raw({})), rcpt({ reject: 'no' })],
  ['E4.hello', said('\x16\x03\x01\x00\x05hello⏎'), said('\x16⏎')],
  ['E4.web', said('GET / HTTP/1.1⏎'), said('GET it⏎')],
  ['E4.web', pop3('POST /mail HTTP/1.0⏎'), pop3('POST⏎')],
  ['E4.web', imapSaid('OPTIONS * HTTP/1.1⏎'), imapSaid('OPTIONS x y⏎')],
  ['E4.starttls', said('STARTTLS⏎'), said('NOOP⏎')],
  ['E4.starttls', imapSaid('a STARTTLS⏎'), imapSaid('a NOOP⏎')],
  ['E4.starttls', pop3('STLS⏎'), pop3('NOOP⏎')],
  [
    'E6',
    imap({ upstream: { replies: { LOGIN: '$TAG NO [PRIVACYREQUIRED] Plaintext authentication disallowed⏎' } } }),
    imap({ upstream: { replies: { LOGIN: '$TAG NO [AUTHENTICATIONFAILED] no⏎' } } }),
  ],
  ['F1', parameter('smtp_capabilities SMTPUTF8;', 'SMTPUTF8'), parameter('smtp_capabilities SIZE;', 'SMTPUTF8')],
  ['F1', parameter('smtp_capabilities "SIZE 1000" 8BITMIME;', 'BODY=8BITMIME'), parameter('', 'BODY=8BITMIME')],
  ['F1.unoffered', parameter('', 'SMTPUTF8'), parameter('smtp_capabilities SMTPUTF8;', 'SMTPUTF8')],
  [
    'F1.unoffered',
    parameter('smtp_capabilities DSN;', 'RET=HDRS', 'HELO me⏎'),
    parameter('smtp_capabilities DSN;', 'RET=HDRS'),
  ],
  ['F2', said('BDAT 10 LAST⏎'), said('DATA⏎')],
  [
    'F3',
    {
      protocol: 'imap',
      turns: [
        ['', '* OK'],
        ['a ID ("name" "x")⏎', 'BAD'],
      ],
    },
    {
      protocol: 'imap',
      turns: [
        ['', '* OK'],
        ['a ENABLE X⏎', 'BAD'],
      ],
    },
  ],
  ['F5.early', said('VRFY bob⏎'), said('NOOP⏎')],
  ['F5.login', imapSaid('a SELECT INBOX⏎'), imapSaid('a FROBNICATE⏎')],
  ['F5.login', pop3('LIST⏎'), pop3('LISTEN⏎')],
  ['F5.last', { ...said('FOO⏎'), conf: 'smtp_auth none; max_errors 1;' }, said('FOO⏎')],
  ['F6.preauth', imap({ upstream: { greeting: '* PREAUTH hi⏎' } }), imap({ upstream: { greeting: '* BYE hi⏎' } })],
  [
    'F6.untagged',
    imap({ upstream: { replies: { password: '* A⏎* B⏎$TAG OK in⏎' } } }),
    imap({ upstream: { replies: { password: '* A⏎$TAG OK in⏎' } } }),
  ],
  ['F8', { ...said('AUTH XOAUTH2 abc⏎'), conf: login }, { ...said('AUTH GSSAPI⏎'), conf: login }],
  ['F9.none', said('AUTH CRAM-MD5⏎'), { ...said('AUTH CRAM-MD5⏎'), conf: 'smtp_auth none cram-md5;' }],
  ['F9.none', pop3('AUTH CRAM-MD5⏎'), pop3('AUTH NTLM⏎')],
  ['F9.none', pop3(`APOP u ${'0'.repeat(32)}⏎`), { ...pop3(`APOP u ${'0'.repeat(32)}⏎`), conf: 'pop3_auth apop;' }],
  ['F9.none', imapSaid('a AUTHENTICATE CRAM-MD5⏎'), imapSaid('a AUTHENTICATE CRAM-MD5⏎', 'imap_auth plain cram-md5;')],
  ['G1', rcpt(undefined, said550('450 4.2.0 Greylisted')), rcpt(undefined, said550('450 4.2.1 Full'))],
  [
    'G1.header',
    { listen: 'proxy_protocol', turns: [['PROXY TCP4 192.0.2.1 192.0.2.2 1 25⏎', '220']] },
    {
      listen: 'proxy_protocol',
      conf: 'smtp_auth none; set_real_ip_from 127.0.0.0/8;',
      turns: [['PROXY TCP4 192.0.2.1 192.0.2.2 1 25⏎', '220']],
    },
  ],
  [
    'G2.silent',
    rcpt(undefined, { upstream: { greeting: { pieces: [], then: 'close' } } }),
    rcpt(undefined, { upstream: { greeting: { pieces: ['421 busy⏎'], then: 'close' } } }),
  ],
  ['LAB.fault', rcpt({ route: 'up', fault: 'no-port' }), rcpt()],
  [
    'G2.missing',
    { listen: 'proxy_protocol', turns: [['EHLO me⏎', 'nothing']] },
    { listen: 'proxy_protocol', turns: [['PROXY UNKNOWN⏎', '220']] },
  ],
  ['G2.unexpected', said('PROXY TCP4 192.0.2.1 192.0.2.2 1 25⏎'), said('PROXIES⏎')],
  [
    'G2.upstream',
    rcpt(undefined, { conf: 'smtp_auth none; xclient off; proxy_protocol on;', upstream: { greeting: '500 what?⏎' } }),
    rcpt(undefined, { conf: 'smtp_auth none; xclient off; proxy_protocol on;', upstream: { proxied: true } }),
  ],
  [
    'G2.mixed',
    behind('PROXY TCP6 2001:db8::1 ::1 1 25⏎', { greeting: '421 4.3.0 Server local error⏎' }),
    behind('PROXY TCP4 192.0.2.1 192.0.2.2 1 25⏎', { greeting: '421 4.3.0 Server local error⏎' }),
  ],
  [
    'G2.mixed',
    behind('PROXY TCP6 2001:db8::1 ::1 1 25⏎', { greeting: { pieces: [], then: 'close' } }),
    behind('PROXY TCP6 2001:db8::1 ::1 1 25⏎', { proxied: true }),
  ],
  [
    'G2.upstream',
    rcpt(undefined, {
      conf: 'smtp_auth none; xclient off; proxy_protocol on;',
      upstream: { replies: { PROXY: '502 5.5.2 Error: command not recognized⏎' } },
    }),
    rcpt(undefined, {
      conf: 'smtp_auth none; xclient off; proxy_protocol on;',
      upstream: { proxied: true, replies: { HELO: '550 5.7.1 Go away⏎' } },
    }),
  ],
  ['H3', { ...said('NOOP⏎'), conf: 'smtp_auth none; resolver 127.0.0.1;' }, said('NOOP⏎')],
  ['H5.refused', rcpt({ route: '127.0.0.1:1' }), rcpt()],
  ['H5.left', rcpt(undefined, { upstream: { greeting: { pieces: [], then: 'close' } } }), rcpt()],
  [
    'H5.slow',
    rcpt(undefined, { conf: 'smtp_auth none; timeout 200ms;', upstream: { greeting: { pieces: [] } } }),
    rcpt(),
  ],
  [
    'Q17',
    {
      conf: 'smtp_auth none; timeout 50ms;',
      turns: [
        ['', '220'],
        ['', 'nothing'],
      ],
    },
    said('QUIT⏎'),
  ],
  ['Q19', pop3(`AUTH PLAIN ${'A'.repeat(200)}⏎`), pop3('AUTH PLAIN AAAA⏎')],
  [
    'Q20',
    { ...said(`${mail}NOOP⏎`), conf: `${login} error_log logs/a.log info;` },
    { ...said(`${mail}NOOP⏎`), conf: `${login} error_log logs/a.log notice;` },
  ],
  [
    'Q26',
    auth('u', 'p', {
      conf: `${login} smtp_auth none plain;`,
      turns: [
        ['', '220'],
        [mail, '250'],
        [plain('u', 'p'), '235'],
      ],
    }),
    auth('u', 'p', {
      conf: `${login} smtp_auth none plain;`,
      turns: [
        ['', '220'],
        [mail, '250'],
        ['RSET⏎', '250'],
        [plain('u', 'p'), '235'],
      ],
    }),
  ],
  [
    'Q33',
    rcpt(undefined, {
      conf: 'smtp_auth none; xclient off; proxy_buffer 32;',
      upstream: { greeting: `220 ${'x'.repeat(100)}⏎` },
    }),
    rcpt(),
  ],
];
