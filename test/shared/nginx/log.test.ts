import { describe, expect, it } from 'vitest';
import { imapReasons } from '../../../shared/imap/reasons.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { sessionReasons } from '../../../shared/journal/reasons.ts';
import { loggedReasons, SessionLog, sessionLog } from '../../../shared/nginx/log.ts';
import { errnoText } from '../../../shared/nginx/log-errno.ts';
import { type LogLevel, mostTalkative } from '../../../shared/nginx/log-levels.ts';
import { pop3Reasons } from '../../../shared/pop3/reasons.ts';
import { smtpReasons } from '../../../shared/smtp/reasons.ts';

const entry = (why: string, more: Partial<Entry> = {}): Entry => ({
  seq: 0,
  at: 0,
  leg: 'client',
  direction: 'in',
  kind: 'line',
  bytes: '',
  why,
  ...more,
});
const accepted = (params: Entry['params'] = {}): Entry =>
  entry('session.accepted', {
    kind: 'open',
    params: { client: '192.0.2.7:51514', listener: '127.0.0.1:25', ...params },
  });
const numbered = (entries: readonly Entry[]): readonly Entry[] => entries.map((one, seq) => ({ ...one, seq }));
/** The last line that the entries make nginx write. */
const last = (...entries: readonly Entry[]): string | undefined =>
  sessionLog(numbered([accepted(), ...entries]))
    .slice(1)
    .at(-1)?.text;
const where = ', client: 192.0.2.7, server: 127.0.0.1:25';
const dial = entry('smtp.routed', {
  leg: 'upstream',
  direction: 'out',
  kind: 'dial',
  params: { upstream: '127.0.0.01:0025', name: 'eng' },
});
const toUpstream = (why: string, bytes = ''): Entry => entry(why, { leg: 'upstream', direction: 'out', bytes });
const fromUpstream = (why: string, bytes: string, more: Partial<Entry> = {}): Entry =>
  entry(why, { leg: 'upstream', bytes, ...more });

describe('the rules', () => {
  it('are about reasons that there are', () => {
    const all = new Set(Object.keys({ ...sessionReasons, ...smtpReasons, ...imapReasons, ...pop3Reasons }));
    expect([...loggedReasons.keys()].filter((why) => !all.has(why))).toEqual([]);
    expect(loggedReasons.size).toBeGreaterThan(60);
  });
});

describe('the context', () => {
  it('names client and listener, without ports where nginx has none', () => {
    const [line] = sessionLog([accepted({ client: '[2001:db8::1]:7', inNginx: '0.0.0.0:25' })]);
    expect(line).toEqual({
      level: 'info',
      text: 'client [2001:db8::1]:7 connected to 0.0.0.0:25',
      seq: 0,
    });
    const late = entry('smtp.timeout', { kind: 'decision', direction: 'none' });
    expect(last(late)).toBe(`client timed out (110: Connection timed out) while in auth state${where}`);
    const six = sessionLog([accepted({ client: '[::1]:7', listener: '[::1]:25' }), late]);
    expect(six[1]?.text).toContain(', client: ::1, server: [::1]:25');
    const unix = sessionLog([accepted({ client: 'unix:', listener: 'unix:/run/m.sock' }), late]);
    expect(unix[1]?.text).toContain(', client: unix:, server: unix:/run/m.sock');
  });

  it('takes the address that set_real_ip_from believes, but for the first line', () => {
    const real = entry('session.real-ip', {
      kind: 'decision',
      params: { client: '198.51.100.9:1', peer: '192.0.2.7:51514' },
    });
    expect(last(real, entry('smtp.timeout', { kind: 'decision' }))).toContain(', client: 198.51.100.9, server: ');
  });

  it('has the login raw as soon as there is one, and forgets it with the proxy', () => {
    const user = (name: string | null) => entry('smtp.auth.ask', { state: { user: name } });
    const late = entry('smtp.timeout', { kind: 'decision' });
    expect(last(user('a"\r\nb\xe9'), late)).toBe(
      `client timed out (110: Connection timed out) while in auth state${where}, login: "a"\r\nb\xe9"`,
    );
    expect(last(user('u'), user(null), late)).toMatch(/25$/);
    expect(last(user(''), late)).toMatch(/25$/);
  });

  it('has the upstream as the auth service spelled it, with or without a login (since 1.29.1)', () => {
    expect(last(dial, entry('session.handed-over', { kind: 'relay' }))).toBe(
      `client logged in${where}, upstream: 127.0.0.01:0025`,
    );
  });

  it('says starttls from the grant on', () => {
    const fails = entry('session.secure-failed', {
      kind: 'tls',
      params: { mode: 'starttls', error: 'error:0A00010B:SSL routines::wrong version number' },
    });
    expect(last(entry('imap.starttls'), fails)).toBe(
      'SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while in starttls state' +
        ', client: 192.0.2.7 using starttls, server: 127.0.0.1:25',
    );
  });
});

describe('what nginx never logs', () => {
  it.each([
    entry('smtp.quit'),
    entry('smtp.closed', { kind: 'close' }),
    entry('session.secure-timed-out', { kind: 'tls' }),
    entry('session.verdict.closed', { leg: 'auth', kind: 'http', params: { server: '127.0.0.1:8000' } }),
    entry('session.verdict.too-large', { leg: 'auth', kind: 'http', params: { server: '127.0.0.1:8000' } }),
    entry('session.answered', { leg: 'auth', kind: 'http', params: { verdict: 'wait' } }),
    entry('session.proxied.broken', { kind: 'decision', params: { error: 'short', line: '' } }),
    entry('smtp.back.closed', { leg: 'upstream', kind: 'close', params: { upstream: 'x' } }),
    entry('session.named', { kind: 'decision', params: { host: 'a.test' } }),
    entry('session.stopped', { kind: 'close', direction: 'out' }),
    entry('smtp.overlong', { direction: 'out' }),
  ])('$why', (one) => {
    expect(last(one)).toBeUndefined();
  });
});

describe('quotations', () => {
  const heard = (bytes: string) => entry('smtp.noop', { bytes });

  it('are of the whole buffer: what was read before in it, and what lies behind', () => {
    const refused = entry('smtp.mail.auth-required', {
      bytes: 'MAIL FROM:<a>\r\n',
      params: { before: 6, behind: 'RSET\r\n' },
    });
    expect(last(heard('EHLO me\r\n'), heard('NOOP\r\n'), refused)).toContain(
      'client was rejected: "NOOP__MAIL FROM:<a>__RSET__" while in auth state, ',
    );
    const long = entry('smtp.overlong', { bytes: 'xxxx', params: { before: 6, behind: '' } });
    expect(last(heard('NOOP\r\n'), long)).toContain(
      'client sent too long command "NOOP\r\nxxxx" while in auth state, ',
    );
  });

  it('of an upstream end where C ends a text, unless the reply is passed on', () => {
    const reply = (disposition: Entry['disposition']) =>
      fromUpstream('smtp.back.unexpected', '554 a\0b\r\n', disposition === undefined ? {} : { disposition });
    expect(last(dial, reply('changed'))).toContain('upstream sent invalid response: "554 a" while reading response');
    expect(last(dial, reply('passed'))).toContain('upstream sent invalid response: "554 a\0b" while reading response');
    expect(last(dial, fromUpstream('smtp.back.overlong', '220 xxxx'))).toContain('response line: "220 xxx" while');
    // Full at a line's end, of a reply that goes on: nginx reads into no room, and says nothing.
    expect(last(dial, fromUpstream('smtp.back.overlong', '220-xx\r\n'))).toBeUndefined();
  });

  it('of an IMAP refusal begin behind the tag', () => {
    const said = [toUpstream('imap.back.login', 'a1 LOGIN {1}\r\n'), toUpstream('imap.back.password', 'p\r\n')];
    const refusal = fromUpstream('imap.back.unexpected', '* X\r\na1 NO bad\r\n', { disposition: 'changed' });
    expect(last(dial, ...said, refusal)).toContain('invalid response: "NO bad" while');
    expect(last(dial, ...said.slice(0, 1), refusal)).toContain('invalid response: "* X\r\na1 NO bad" while');
  });
});

describe('what nginx is at with the upstream', () => {
  const late = (begun?: number) =>
    entry('smtp.back.timeout', {
      leg: 'upstream',
      kind: 'decision',
      params: { clock: 'upstream', ...(begun === undefined ? {} : { begun }) },
    });
  it.each([
    [[], undefined, 'connecting to upstream'],
    [[toUpstream('session.proxy-header')], undefined, 'sending PROXY protocol header to upstream'],
    [[toUpstream('smtp.back.hello')], undefined, 'sending HELO/EHLO to upstream'],
    [[toUpstream('smtp.back.hello'), toUpstream('smtp.back.xclient')], undefined, 'sending XCLIENT to upstream'],
    [[toUpstream('smtp.back.mail')], 3, 'reading response from upstream'],
  ] as const)('%#', (said, begun, doing) => {
    expect(last(dial, ...said, late(begun))).toContain(
      `upstream timed out (110: Connection timed out) while ${doing},`,
    );
  });
});

describe('the end of a relay', () => {
  const over = entry('session.handed-over', { kind: 'relay' });
  const done = entry('session.done', { kind: 'close', direction: 'out' });
  const texts = (...entries: readonly Entry[]) =>
    sessionLog(numbered([accepted(), dial, over, ...entries]))
      .slice(2)
      .map(({ level, text }) => `${level} ${text.split(',', 1)}`);
  const broken = (leg: 'client' | 'upstream', error: string) =>
    entry('session.broken', { leg, kind: 'close', params: { error } });
  it('is told once', () => {
    expect(texts(entry('session.client-closed', { kind: 'close' }), done)).toEqual(['info proxied session done']);
    expect(texts(entry('session.idle', { kind: 'decision' }), done, done)).toEqual([
      'info client timed out (110: Connection timed out) while proxying',
    ]);
    expect(texts(entry('session.shutdown-timeout', { kind: 'decision' }), done, done)).toEqual([
      'info shutdown timeout while proxying',
    ]);
  });
  it('by a broken connection is the side’s own line first', () => {
    expect(texts(broken('upstream', 'ECONNRESET'), done)).toEqual([
      'error recv() failed (104: Connection reset by peer) while proxying and reading from upstream',
      'info proxied session done',
    ]);
    expect(texts(broken('client', 'EPIPE'), done)).toEqual([
      'info send() failed (32: Broken pipe) while proxying and sending to client',
    ]);
  });
});

describe('connections that cannot be had', () => {
  const refused = (server: string, error: string) =>
    sessionLog([
      accepted(),
      entry('session.verdict.refused', { leg: 'auth', kind: 'http', params: { server, error, verdict: 'error' } }),
    ]).map(({ level, text }) => `${level} ${text.split(',', 1)}`)[1];
  it.each([
    ['127.0.0.1:1', 'ECONNREFUSED', 'error recv() failed (111: Connection refused) while in http auth state'],
    [
      '127.0.0.1:1',
      'ENETUNREACH',
      'error connect() to 127.0.0.1:1 failed (101: Network is unreachable) while in http auth state',
    ],
    ['unix:/a', 'ENOENT', 'crit connect() to unix:/a failed (2: No such file or directory) while in http auth state'],
    ['unix:/a', 'ECONNREFUSED', 'error connect() to unix:/a failed (111: Connection refused) while in http auth state'],
  ])('%s %s', (server, error, line) => expect(refused(server, error)).toBe(line));

  it('has words for every code, and shows one that it does not know', () => {
    expect(errnoText('NOT_ALLOWED')).toBe('111: Connection refused');
    expect(errnoText('EWHATEVER')).toBe('-1: EWHATEVER');
  });
});

describe('levels', () => {
  const story = [
    accepted(),
    entry('session.answered', { leg: 'auth', kind: 'http', params: { verdict: 'reject', message: 'no' } }),
    entry('session.verdict.bad-header', { leg: 'auth', kind: 'http', params: { server: 'S' } }),
  ];
  it.each([
    ['debug', 3],
    ['info', 3],
    ['notice', 1],
    ['error', 1],
    ['crit', 0],
  ] as const)('%s makes %i lines', (level: LogLevel, count) => {
    expect(sessionLog(story, level)).toHaveLength(count);
  });
  it('of several logs count together', () => {
    expect(mostTalkative([{ level: 'error' }, { level: 'info' }, { level: 'crit' }])).toBe('info');
    expect(mostTalkative([{ level: 'emerg' }])).toBe('emerg');
    expect(mostTalkative([])).toBe('error');
  });
  it('do not change what a line says', () => {
    const log = new SessionLog('error');
    const told = numbered([accepted(), entry('smtp.auth.ask', { state: { user: 'u' } }), ...story.slice(2)]);
    expect(told.flatMap((one) => log.line(one) ?? [])).toEqual(sessionLog(told).slice(1));
  });
});
