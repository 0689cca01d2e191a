/** A session for each diagnostic, with what has to be armed before it. */
import type { CallInput } from '../../../../shared/contract/contract.ts';
import type { DiagnosticKey } from '../../../../shared/journal/diagnostics.ts';

/** A fault of a played server, armed for the one session. */
type UpstreamFault = Omit<CallInput<'upstream.fault.arm'>, 'scope' | 'only' | 'upstream'>;

/** What the client says at a door, each line once what came before it was answered. */
export interface Case {
  readonly key: DiagnosticKey;
  readonly door: string;
  readonly says: readonly string[];
  /** Armed on the upstream `plain`. */
  readonly fault?: UpstreamFault;
  /** Armed on the auth service. */
  readonly authFault?: CallInput<'fault.arm'>;
  /** Other findings that must be there too. */
  readonly also?: readonly DiagnosticKey[];
  /** Nothing is said before the client speaks. */
  readonly mute?: true;
  /** The client says nothing and goes. */
  readonly leaves?: true;
}

const from = 'MAIL FROM:<ann@home.test>';
const mail = (domain: string, more = ''): readonly string[] => ['EHLO me', from, `RCPT TO:<bob@${domain}.test>${more}`];
const plain = (user: string): string => `AUTH PLAIN ${btoa(`\0${user}\0secret`)}`;
const login = (user: string): readonly string[] => ['EHLO me', plain(user)];
const cram = (user: string): string => btoa(`${user} ${'0'.repeat(32)}`);

const smtpFault = (stage: 'rcpt' | 'mail' | 'greeting' | 'connect', text: string): UpstreamFault => ({
  protocol: 'smtp',
  stage,
  act: { type: 'reply', text },
});

/** One mail by a door, to a domain. */
const by = (key: DiagnosticKey, door: string, domain: string, also: readonly DiagnosticKey[] = []): Case => ({
  key,
  door,
  says: mail(domain),
  also,
});

/** A parameter that the upstream does not know. */
const unknown = (key: DiagnosticKey, door: string): Case => ({
  key,
  door,
  says: ['EHLO me', `${from} SMTPUTF8`, 'RCPT TO:<bob@plain.test>'],
  fault: smtpFault('mail', '555 5.5.4 Unsupported option: SMTPUTF8'),
});

const general: readonly DiagnosticKey[] = ['D8'];

const aboutAnswers: readonly Case[] = [
  { key: 'A7.escaped', door: 'login', says: login('a b@refused.test') },
  { key: 'A7.plus', door: 'login', says: login('a+b@refused.test') },
  { key: 'A7.raw', door: 'login', says: login('\xc3\xa9@refused.test') },
  { key: 'A8', door: 'route', says: mail('refused', ' NOTIFY=NEVER') },
  by('B1.page', 'route', 'page', general),
  by('B1.page', 'route', 'nothing', general),
  by('B1.half', 'route', 'no-port', general),
  by('B1.half', 'route', 'no-server', general),
  by('B1.down', 'down', 'plain', general),
  by('B1.cut', 'route', 'cut', general),
  by('B1.cut', 'route', 'close', general),
  by('B1.noise', 'route', 'garbage', general),
  by('B2', 'route', 'host-name', general),
  by('B3', 'route', 'named-port', general),
  by('B4', 'route', 'status'),
  by('B5', 'route', 'no-status'),
  by('B6', 'route', 'lower-case'),
  by('B7', 'route', 'refused', ['B8']),
  by('B8', 'route', 'coded'),
  by('B9', 'route', 'underscore', general),
  by('B10', 'route', 'oversize', general),
  by('B11', 'route', 'twice'),
  {
    ...by('B12.again', 'route', 'plain', ['LAB.fault']),
    authFault: { kind: 'wait', scope: { type: 'next', times: 2 } },
  },
  by('B12.loop', 'route', 'wait-loop', general),
  { key: 'B13', door: 'imap', says: ['a AUTHENTICATE CRAM-MD5', cram('bob@plain.test')] },
  by('B14.late', 'impatient', 'slow', general),
  by('B14.late', 'impatient', 'silent', general),
  by('B14.slow', 'route', 'slow'),
];

const aboutRoutes: readonly Case[] = [
  { key: 'C1', door: 'route', says: [...mail('plain'), 'RCPT TO:<eve@other.test>'] },
  { key: 'C2.strayed', door: 'route', says: [...mail('plain'), 'RSET', from, 'RCPT TO:<eve@other.test>'] },
  { ...by('C3', 'route', 'plain', ['C7', 'LAB.fault']), fault: smtpFault('rcpt', '550 5.1.1 Who is that?') },
  { ...by('C7', 'route', 'plain'), fault: smtpFault('rcpt', '452 4.2.2 Mailbox full') },
  { key: 'D1.trusted', door: 'login', says: login('bob@plain.test') },
  by('D1.refused', 'route', 'wants-login', general),
  { key: 'D2', door: 'loginUp', says: login('bob@no-login.test'), also: general },
  { key: 'D2.password', door: 'loginUp', says: ['EHLO me', 'AUTH CRAM-MD5', cram('bob@plain.test')], also: general },
  by('D4', 'xclient', 'unknowing', general),
  by('D5', 'xclient', 'choosy', general),
  { key: 'D6', door: 'route', says: ['EHLO me', from, 'RCPT TO:<nameless@strict.test>'] },
  { ...by('D7', 'route', 'plain', general), fault: smtpFault('mail', '550 5.7.1 Sender refused') },
  { ...by('D8', 'route', 'plain'), fault: smtpFault('greeting', '554 5.3.2 Not today') },
  { key: 'E6', door: 'imap', says: ['a LOGIN bob@cleartext.test secret'], also: general },
  unknown('F1', 'promising'),
  unknown('F1.unoffered', 'route'),
  { key: 'G1', door: 'route', says: ['EHLO me', from, 'RCPT TO:<grey@strict.test>'] },
  by('G2.upstream', 'sender', 'plain', general),
  by('G2.silent', 'hurried', 'expecting', ['H5.slow']),
  by('H5.refused', 'route', 'deaf', general),
  by('H5.left', 'route', 'leaving', ['G2.silent']),
  by('H5.slow', 'hurried', 'mute', general),
  by('Q33', 'small', 'plain', general),
  by('LAB.itself', 'route', 'itself', general),
  by('LAB.off-box', 'route', 'away', general),
];

const aboutClients: readonly Case[] = [
  { key: 'E4.hello', door: 'route', says: ['\x16\x03\x01\x02\x00\x01\x00'] },
  { key: 'E4.plain', door: 'tls', says: ['EHLO me'], mute: true },
  { key: 'E4.silent', door: 'tls', says: [], mute: true, leaves: true },
  { key: 'E4.silent', door: 'pop3Tls', says: [], mute: true, leaves: true },
  { key: 'E4.starttls', door: 'route', says: ['EHLO me', 'STARTTLS'] },
  { key: 'E4.starttls', door: 'imap', says: ['a STARTTLS'] },
  { key: 'E4.web', door: 'route', says: ['GET / HTTP/1.1'] },
  { key: 'E4.web', door: 'pop3', says: ['GET / HTTP/1.1'] },
  { key: 'F2', door: 'route', says: ['EHLO me', 'BDAT 5 LAST'] },
  { key: 'F3', door: 'imap', says: ['a ID ("name" "phone")'] },
  { key: 'F5.early', door: 'route', says: ['VRFY bob'] },
  { key: 'F5.last', door: 'hurried', says: ['FOO', 'BAR'] },
  { key: 'F5.login', door: 'imap', says: ['a SELECT INBOX'] },
  { key: 'F5.login', door: 'pop3', says: ['LIST'] },
  { key: 'F6.preauth', door: 'imap', says: ['a LOGIN bob@preauth.test secret'], also: general },
  {
    key: 'F6.untagged',
    door: 'imap',
    says: ['a LOGIN bob@plain.test secret'],
    fault: { protocol: 'imap', stage: 'login', act: { type: 'reply', text: '* one\n* two\nOK in' } },
  },
  { key: 'F8', door: 'login', says: ['EHLO me', 'AUTH XOAUTH2 abc'] },
  { key: 'F9.none', door: 'route', says: ['EHLO me', 'AUTH CRAM-MD5'] },
  { key: 'F9.none', door: 'pop3', says: ['AUTH CRAM-MD5'] },
  { key: 'F9.tls', door: 'starttls', says: login('bob@plain.test') },
  { key: 'F9.tls', door: 'imapStart', says: ['a LOGIN bob@plain.test secret'] },
  { key: 'G1.header', door: 'proxiedDeaf', says: ['PROXY TCP4 192.0.2.7 192.0.2.8 4711 25', 'QUIT'], mute: true },
  { key: 'G2.missing', door: 'proxied', says: ['EHLO me'], mute: true },
  { key: 'G2.unexpected', door: 'route', says: ['PROXY TCP4 192.0.2.7 192.0.2.8 4711 25'] },
  { key: 'Q17', door: 'hurried', says: [] },
  { key: 'Q19', door: 'pop3', says: [`AUTH PLAIN ${'A'.repeat(200)}`] },
  { key: 'Q26', door: 'mixed', says: ['EHLO me', from, plain('bob@plain.test')] },
];

/** Every one of them. */
export const cases: readonly Case[] = [...aboutAnswers, ...aboutRoutes, ...aboutClients];
