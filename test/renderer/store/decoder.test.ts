/**
 * One line to the client stands for many causes (pitfall D8): for each of them and each protocol, a session through a
 * real proxy, what is said to be behind it, and the line that nginx logs (reference 5 to 7; test/parity/log holds these
 * lines against nginx itself).
 */
import { describe, expect, test } from 'vitest';
import { failureAt } from '../../../renderer/store/failure.ts';
import { lineAt, nginxLog } from '../../../renderer/store/log.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { play, type Scene } from '../../shared/journal/sessions.ts';

const protocols = ['smtp', 'imap', 'pop3'] as const;
const service = 'auth http server 127.0.0.1:8000';
const fine = { 'Auth-Status': 'OK', 'Auth-Server': '127.0.0.1', 'Auth-Port': '$PORT' };
const raw = (headers: Readonly<Record<string, string>>): Partial<Scene> => ({
  answer: { raw: { status: 200, headers } },
});

/** What every client hears. */
const saw: Readonly<Record<Protocol, string>> = {
  smtp: '451 4.3.2 Internal server error',
  imap: '* BAD internal server error',
  pop3: '-ERR internal server error',
};

/** A session up to the moment at which an upstream is needed. */
const turns: Readonly<Record<Protocol, Scene['turns']>> = {
  smtp: [
    ['', '220'],
    ['MAIL FROM:<a@x.test>⏎', '250'],
    ['RCPT TO:<b@x.test>⏎', '⏎'],
  ],
  imap: [
    ['', '* OK'],
    ['a LOGIN u p⏎', '⏎'],
  ],
  pop3: [
    ['', '+OK'],
    ['USER u⏎', '+OK'],
    ['PASS p⏎', '⏎'],
  ],
};

/** A greeting that says no, and a login that is refused: the command whose reply it is. */
const no: Readonly<Record<Protocol, string>> = { smtp: '554 5.3.2 no', imap: '* BYE no', pop3: '-ERR no' };
const denied: Readonly<Record<Protocol, readonly [command: string, reply: string, logged: string]>> = {
  smtp: ['MAIL', '550 5.7.1 no', '550 5.7.1 no'],
  imap: ['LOGIN', '$TAG NO no', 'NO no'],
  pop3: ['USER', '-ERR no', '-ERR no'],
};

/** Words of the server block that the protocol needs besides. */
const own: Readonly<Record<Protocol, string>> = { smtp: 'smtp_auth none; xclient off;', imap: '', pop3: '' };

interface Cause {
  readonly name: string;
  readonly scene: (protocol: Protocol) => Partial<Scene>;
  readonly why: (protocol: Protocol) => string;
  /** How the sentence about the cause begins in the catalogue; null where its reason says it. */
  readonly what?: string;
  /** Level and text up to the context; null: nginx logs nothing. */
  readonly log: ((protocol: Protocol) => string) | null;
}

const verdict = (name: string) => () => `session.verdict.${name}`;
const back = (name: string) => (protocol: Protocol) => `${protocol}.back.${name}`;

const causes: readonly Cause[] = [
  {
    name: 'no server named',
    scene: () => raw({ 'Auth-Status': 'OK' }),
    why: verdict('no-server-or-port'),
    log: () => `[error] ${service} did not send server or port while in http auth state`,
  },
  {
    name: 'a host name for a server',
    scene: () => raw({ ...fine, 'Auth-Server': 'mail.internal' }),
    why: verdict('bad-address'),
    log: () => `[error] ${service} sent invalid server address:"mail.internal" while in http auth state`,
  },
  {
    name: 'a word for a port',
    scene: () => raw({ ...fine, 'Auth-Port': 'smtp' }),
    why: verdict('bad-port'),
    log: () => `[error] ${service} sent invalid server port:"smtp" while in http auth state`,
  },
  {
    name: 'a header with an underscore',
    scene: () => raw({ ...fine, X_Trace_Id: '1' }),
    why: verdict('bad-header'),
    log: () => `[error] ${service} sent invalid header in response while in http auth state`,
  },
  {
    name: 'an answer that is too long',
    scene: () => raw({ ...fine, 'Set-Cookie': 'x'.repeat(1000) }),
    why: verdict('too-large'),
    log: null,
  },
  {
    name: 'an answer that breaks off',
    scene: () => ({ answer: { route: 'up', fault: 'cut' } }),
    why: verdict('closed'),
    log: null,
  },
  {
    name: 'no answer in time',
    scene: (protocol) => ({
      answer: { route: 'up', delay: 5000 },
      conf: `${own[protocol]} auth_http_timeout 50ms;`,
    }),
    why: verdict('timed-out'),
    log: () => `[error] ${service} timed out (110: Connection timed out) while in http auth state`,
  },
  {
    name: 'WAIT without end',
    scene: () => raw({ 'Auth-Status': 'WAIT' }),
    why: verdict('wait-loop'),
    log: null,
  },
  {
    name: 'nobody listens upstream',
    scene: () => ({ answer: { route: '127.0.0.1:1' } }),
    why: back('refused'),
    what: 'failure.deaf',
    log: () => '[error] recv() failed (111: Connection refused) while reading response from upstream',
  },
  {
    name: 'a greeting that says no',
    scene: (protocol) => ({ upstream: { greeting: `${no[protocol]}⏎` } }),
    why: back('unexpected'),
    what: 'failure.greeted',
    log: (protocol) => `[error] upstream sent invalid response: "${no[protocol]}" while reading response from upstream`,
  },
  {
    name: 'a login that is refused',
    scene: (protocol) => ({ upstream: { replies: { [denied[protocol][0]]: `${denied[protocol][1]}⏎` } } }),
    why: back('unexpected'),
    what: 'failure.answered',
    log: (protocol) =>
      `[error] upstream sent invalid response: "${denied[protocol][2]}" while reading response from upstream`,
  },
  {
    name: 'an upstream that hangs up',
    scene: () => ({ upstream: { greeting: { pieces: [], then: 'close' } } }),
    why: back('closed'),
    log: null,
  },
  {
    name: 'an upstream that says nothing',
    scene: (protocol) => ({ conf: `${own[protocol]} timeout 200ms;`, upstream: { greeting: { pieces: [] } } }),
    why: back('timeout'),
    log: () => '[info] upstream timed out (110: Connection timed out) while connecting to upstream',
  },
  {
    name: 'a reply that is too long',
    scene: (protocol) => ({
      conf: `${own[protocol]} proxy_buffer 32;`,
      upstream: { greeting: `${{ smtp: '220', imap: '* OK', pop3: '+OK' }[protocol]} ${'x'.repeat(100)}⏎` },
    }),
    why: back('overlong'),
    log: (protocol) =>
      `[error] upstream sent too long response line: "${`${{ smtp: '220', imap: '* OK', pop3: '+OK' }[protocol]} ${'x'.repeat(100)}`.slice(0, 31)}" while reading response from upstream`,
  },
];

/** Up to what stands behind a line of every cause: who was connected with whom. */
const head = (text: string): string => text.replace(/, client: .*$/s, '');

describe.each(protocols)('one line of %s for many causes', (protocol) => {
  test.each(causes.map((cause) => [cause.name, cause] as const))('%s', async (_name, { scene, why, what, log }) => {
    const { entries } = await play({ protocol, turns: turns[protocol], conf: own[protocol], ...scene(protocol) });
    const failure = failureAt(entries, entries.length - 1);
    expect(failure).toMatchObject({ saw: saw[protocol], why: why(protocol) });
    expect(failure?.what?.key ?? null).toBe(what ?? null);
    const line = lineAt(nginxLog(entries), failure?.cause ?? -1);
    expect(line === undefined ? null : `[${line.level}] ${head(line.text)}`).toBe(log === null ? null : log(protocol));
  });
});

test('with CRAM-MD5 and without Auth-Pass', async () => {
  const { entries } = await play({
    protocol: 'imap',
    conf: 'imap_auth cram-md5;',
    turns: [
      ['', '* OK'],
      ['a AUTHENTICATE CRAM-MD5⏎', '+ '],
      [`${btoa(`u ${'0'.repeat(32)}`)}⏎`, '⏎'],
    ],
  });
  const failure = failureAt(entries, entries.length - 1);
  expect(failure).toMatchObject({ saw: saw.imap, why: 'session.verdict.no-password' });
  expect(head(lineAt(nginxLog(entries), failure?.cause ?? -1)?.text ?? '')).toBe(
    `${service} did not send password while in http auth state`,
  );
});

test('with proxy_smtp_auth and no password to log in with', async () => {
  const { entries } = await play({
    conf: 'xclient off; proxy_smtp_auth on; smtp_auth cram-md5;',
    turns: [
      ['', '220'],
      ['EHLO me⏎', '250 AUTH'],
      ['AUTH CRAM-MD5⏎', '334'],
      [`${btoa(`u ${'0'.repeat(32)}`)}⏎`, '⏎'],
    ],
  });
  const failure = failureAt(entries, entries.length - 1);
  expect(failure).toMatchObject({ saw: saw.smtp, why: 'smtp.back.no-password', what: null });
  expect(head(lineAt(nginxLog(entries), failure?.cause ?? -1)?.text ?? '')).toBe(
    'no password available while sending AUTH to upstream',
  );
});

test.each([
  ['smtp', 'no header before a greeting', { listen: 'proxy_protocol', turns: [['EHLO me⏎', 'nothing']] }],
  ['smtp', 'too slow for the whole dialogue', { conf: 'smtp_auth none; timeout 50ms;', turns: [['', 'nothing']] }],
  ['imap', 'too slow for the whole dialogue', { conf: 'timeout 50ms;', turns: [['', 'nothing']] }],
  ['pop3', 'too slow for the whole dialogue', { conf: 'timeout 50ms;', turns: [['', 'nothing']] }],
] as const)('%s: silence is decoded too: %s', async (protocol, _name, scene) => {
  const { entries } = await play({ protocol, ...scene });
  expect(failureAt(entries, entries.length - 1)?.saw).toBeNull();
});
