/** TLS in the three fronts: what is offered, what is refused, and what a client's certificate leads to. */
import { describe, expect, test } from 'vitest';
import { imapFront } from '../../../shared/imap/front.ts';
import type { Bytes, ClientCertificate, ClientTls, Event, Machine } from '../../../shared/machine/machine.ts';
import { certificateFault, verifyText } from '../../../shared/machine/secure.ts';
import { pop3Front } from '../../../shared/pop3/front.ts';
import { smtpFront } from '../../../shared/smtp/front.ts';
import { line, opened, run, said } from '../run.ts';

const common = {
  serverName: 'mx.test',
  timeoutMs: 60_000,
  maxErrors: 5,
  passErrorMessage: false,
  starttls: 'on',
  verifyClient: 'off',
} as const;
const smtpConfig = {
  ...common,
  greetingDelayMs: 0,
  auth: ['plain', 'login'],
  capabilities: [],
  logsInfo: false,
  xclient: true,
  proxySmtpAuth: false,
} as const;
const imapConfig = { ...common, auth: ['plain'], capabilities: ['IMAP4', 'IMAP4rev1', 'UIDPLUS'] } as const;
const pop3Config = { ...common, auth: ['plain'], capabilities: ['TOP', 'USER', 'UIDL'] } as const;

const certificate = (code: number, shown = true): ClientCertificate => ({
  result: { code, text: code === 0 ? 'ok' : 'self-signed certificate' },
  shown: shown
    ? { subject: 'CN=a', issuer: 'CN=b', serial: '0A', fingerprint: 'ab'.repeat(20), pem: 'PEM\n', commonName: 'a' }
    : null,
});
const tls = (of: ClientCertificate | null = null): ClientTls => ({
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  serverName: '',
  alpn: '',
  certificate: of,
  own: { signature: 'RSA-SHA256', key: 'RSA2048' },
});
const secured: Event = { type: 'secured', tls: tls() };
const overTls = (of: ClientCertificate | null = null): Event => ({ ...opened, tls: tls(of) }) as Event;

/** What each event was answered with, the greeting first. */
const answers = <S>(machine: Machine<S, string>, events: readonly Event[]): readonly Bytes[] =>
  run(machine, events).steps.map((step) => said([step]).join(''));
const lines = (text: string) => text.replaceAll('⏎', '\r\n');

describe('starttls on', () => {
  test('SMTP: offered after AUTH, forgets who the client said it was, and is not offered again', () => {
    const events = [opened, line('EHLO me'), line('STARTTLS foo'), secured, line('EHLO me'), line('STARTTLS')];
    const machine = smtpFront(smtpConfig);
    expect(answers(machine, events)).toEqual([
      lines('220 mx.test ESMTP ready⏎'),
      lines('250-mx.test⏎250-AUTH PLAIN LOGIN⏎250 STARTTLS⏎'),
      lines('220 2.0.0 Start TLS⏎'),
      '',
      lines('250-mx.test⏎250 AUTH PLAIN LOGIN⏎'),
      lines('500 5.5.1 Invalid command⏎'),
    ]);
    const { steps } = run(machine, events);
    expect(steps[2]?.effects.at(-1)).toEqual({ type: 'secure' });
    expect(steps.at(-1)).toMatchObject({ why: 'smtp.starttls.again', state: { errors: 0 } });
  });

  test('SMTP: HELO, MAIL and RCPT are forgotten; esmtp, errors and the challenge are kept', () => {
    const machine = smtpFront({ ...smtpConfig, auth: ['none', 'cram-md5'] });
    const { state } = run(machine, [
      opened,
      line('EHLO me'),
      line('FOO'),
      line('AUTH CRAM-MD5'),
      line('*'),
      line('MAIL FROM:<a>'),
      line('STARTTLS'),
      secured,
    ]);
    expect(state).toMatchObject({
      place: 'command',
      helo: null,
      from: null,
      to: null,
      esmtp: true,
      errors: 1,
      salt: '<1.2@mx.test>',
      tls: { protocol: 'TLSv1.3' },
    });
  });

  test('SMTP: without AUTH it is STARTTLS that ends the list', () => {
    const machine = smtpFront({ ...smtpConfig, auth: ['none'], capabilities: ['PIPELINING'] });
    expect(answers(machine, [opened, line('EHLO me')])[1]).toBe(lines('250-mx.test⏎250-PIPELINING⏎250 STARTTLS⏎'));
  });

  test('IMAP', () => {
    const events = [
      opened,
      line('a CAPABILITY'),
      line('b STARTTLS'),
      secured,
      line('c CAPABILITY'),
      line('d STARTTLS'),
    ];
    expect(answers(imapFront(imapConfig), events)).toEqual([
      lines('* OK IMAP4 ready⏎'),
      lines('* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS AUTH=PLAIN STARTTLS⏎a OK completed⏎'),
      lines('b OK completed⏎'),
      '',
      lines('* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS AUTH=PLAIN⏎c OK completed⏎'),
      lines('d BAD invalid command⏎'),
    ]);
  });

  test('POP3: only at the start; after USER it is neither offered nor taken', () => {
    const events = [line('CAPA'), line('USER u'), line('CAPA'), line('STLS'), line('STLS'), secured, line('STLS')];
    const list = '+OK Capability list follows⏎TOP⏎USER⏎UIDL⏎SASL PLAIN LOGIN⏎';
    expect(answers(pop3Front(pop3Config), [opened, ...events]).slice(1)).toEqual(
      [`${list}STLS⏎.⏎`, '+OK⏎', `${list}.⏎`, '-ERR invalid command⏎', '+OK⏎', '', '-ERR invalid command⏎'].map(lines),
    );
  });
});

describe('starttls only', () => {
  const only = { starttls: 'only' } as const;

  test('SMTP: no AUTH before TLS, in any form; the ordinary list after it', () => {
    const events = [opened, line('EHLO me'), line('AUTH'), line('AUTH PLAIN AHUAcA=='), line('MAIL FROM:<a>')];
    const { steps } = run(smtpFront({ ...smtpConfig, ...only }), events);
    expect(said(steps).slice(1)).toEqual(
      [
        '250-mx.test⏎250 STARTTLS⏎',
        '500 5.5.1 Invalid command⏎',
        '500 5.5.1 Invalid command⏎',
        '530 5.7.1 Authentication required⏎',
      ].map(lines),
    );
    expect(steps[3]).toMatchObject({ why: 'smtp.auth.needs-tls', state: { errors: 0, attempt: 0 } });
    const after = [opened, line('STARTTLS'), secured, line('EHLO me'), line('AUTH PLAIN AHUAcA==')];
    const { steps: later } = run(smtpFront({ ...smtpConfig, ...only }), after);
    expect(said(later).at(-1)).toBe(lines('250-mx.test⏎250 AUTH PLAIN LOGIN⏎'));
    expect(later.at(-1)?.why).toBe('smtp.auth.ask');
  });

  test('SMTP: smtp_auth none is not protected', () => {
    const machine = smtpFront({ ...smtpConfig, ...only, auth: ['none'] });
    expect(run(machine, [opened, line('MAIL FROM:<a>'), line('RCPT TO:<b>')]).steps.at(-1)?.why).toBe('smtp.rcpt.ask');
  });

  test('IMAP: LOGINDISABLED instead of the mechanisms', () => {
    const events = [opened, line('a CAPABILITY'), line('b LOGIN u p'), line('c AUTHENTICATE PLAIN'), line('d LOGIN')];
    const { steps } = run(imapFront({ ...imapConfig, ...only }), events);
    expect(said(steps).slice(1)).toEqual(
      [
        '* CAPABILITY IMAP4 IMAP4rev1 UIDPLUS STARTTLS LOGINDISABLED⏎a OK completed⏎',
        'b BAD invalid command⏎',
        'c BAD invalid command⏎',
        'd BAD invalid command⏎',
      ].map(lines),
    );
    expect(steps.map((step) => step.why)).toContain('imap.login.needs-tls');
    expect(steps.map((step) => step.why)).toContain('imap.auth.needs-tls');
  });

  test('POP3: neither SASL nor USER, whatever its case', () => {
    const machine = pop3Front({ ...pop3Config, ...only, capabilities: ['TOP', 'user', 'UIDL', 'USERS'] });
    const events = [line('CAPA'), line('USER u'), line('AUTH'), line('AUTH PLAIN'), line('APOP u d')];
    const invalid = '-ERR invalid command⏎';
    expect(answers(machine, [opened, ...events]).slice(1)).toEqual(
      ['+OK Capability list follows⏎TOP⏎UIDL⏎USERS⏎STLS⏎.⏎', invalid, invalid, invalid, invalid].map(lines),
    );
  });
});

describe('the handshake after STARTTLS', () => {
  const fronts: readonly (readonly [string, string, Machine<{ place: string }, string>])[] = [
    ['smtp', 'STARTTLS', smtpFront(smtpConfig)],
    ['imap', 'a STARTTLS', imapFront(imapConfig)],
    ['pop3', 'STLS', pop3Front(pop3Config)],
  ];

  test.each(fronts)(
    '%s: nothing is read meanwhile, and the time for the dialogue runs on',
    (protocol, ask, machine) => {
      const { state, steps } = run(machine, [opened, line(ask)]);
      expect(machine.read(state, 'NOOP\r\n')).toBe(-1);
      expect(steps[1]?.effects.filter((effect) => effect.type === 'clock')).toEqual([]);
      const rest = { ...machine, initial: state };
      expect(run(rest, [line('NOOP'), { type: 'overlong', text: 'x' }]).steps.flatMap((step) => step.effects)).toEqual(
        [],
      );
      const late = run(rest, [{ type: 'timeout', clock: 'dialogue' }]).steps[0];
      expect(late).toMatchObject({ why: `${protocol}.timeout`, effects: [{ type: 'close' }] });
      const left = run(rest, [{ type: 'closed' }]).steps[0];
      expect(left).toMatchObject({ why: `${protocol}.closed`, state: { place: 'ended' } });
    },
  );

  test.each(fronts)('%s: without one, no handshake is ever done', (_protocol, _ask, machine) => {
    expect(run(machine, [opened, secured]).steps[1]).toMatchObject({ effects: [], state: { tls: null } });
  });

  test.each(fronts)('%s: a connection that is TLS from the start has nothing to start', (protocol, ask, machine) => {
    const { steps } = run(machine, [overTls(), line(ask)]);
    expect(said(steps)[1]).toMatch(/^(500 5\.5\.1|a BAD|-ERR) [Ii]nvalid command\r\n$/);
    expect(steps[1]?.why).toBe(`${protocol}.${protocol === 'pop3' ? 'stls' : 'starttls'}.again`);
  });
});

describe('the certificate of the client', () => {
  const refusals = {
    smtp: ['421 4.7.1 SSL certificate error\r\n', '421 4.7.1 No required SSL certificate\r\n'],
    imap: ['* BYE SSL certificate error\r\n', '* BYE No required SSL certificate\r\n'],
    pop3: ['-ERR SSL certificate error\r\n', '-ERR No required SSL certificate\r\n'],
  } as const;
  const verifyClient = 'on';
  const fronts: readonly (readonly ['smtp' | 'imap' | 'pop3', string, Machine<unknown, string>])[] = [
    ['smtp', 'STARTTLS', smtpFront({ ...smtpConfig, verifyClient, greetingDelayMs: 9 })],
    ['smtp', 'STARTTLS', smtpFront({ ...smtpConfig, verifyClient })],
    ['imap', 'a STARTTLS', imapFront({ ...imapConfig, verifyClient })],
    ['pop3', 'STLS', pop3Front({ ...pop3Config, verifyClient })],
  ];

  test.each(fronts)('%s: decided before the greeting where TLS comes first', (protocol, _ask, machine) => {
    const [bad, missing] = refusals[protocol];
    const refused = run(machine, [overTls(certificate(18))]).steps[0];
    expect(refused).toMatchObject({
      why: `${protocol}.certificate.bad`,
      params: { code: 18, text: 'self-signed certificate' },
      effects: [{ type: 'say', text: bad }, { type: 'close' }],
      state: { place: 'ended' },
    });
    const without = run(machine, [overTls(certificate(0, false))]).steps[0];
    expect(without).toMatchObject({
      why: `${protocol}.certificate.missing`,
      effects: [{ type: 'say', text: missing }, { type: 'close' }],
    });
    expect(run(machine, [overTls(certificate(0))]).state).not.toMatchObject({ place: 'ended' });
  });

  test.each(fronts.slice(1))('%s: decided before the next command after STARTTLS', (protocol, ask, machine) => {
    const [bad] = refusals[protocol];
    const events = [opened, line(ask), { type: 'secured', tls: tls(certificate(10)) } as const, line('NOOP')];
    expect(answers(machine, events).slice(2)).toEqual([bad, '']);
  });

  // What OpenSSL found, by its numbers: 10 expired, 18 to 21 and 27 nothing to trace it to.
  const tolerable = [18, 19, 20, 21, 27];
  test.each([
    { verify: 'on', code: 0, shown: false, fault: 'certificate.missing' },
    { verify: 'optional', code: 0, shown: false, fault: null },
    { verify: 'optional_no_ca', code: 0, shown: false, fault: null },
    { verify: 'on', code: 0, shown: true, fault: null },
    { verify: 'optional', code: 0, shown: true, fault: null },
    { verify: 'optional', code: 20, shown: true, fault: 'certificate.bad' },
    { verify: 'optional_no_ca', code: 10, shown: true, fault: 'certificate.bad' },
    { verify: 'optional_no_ca', code: 22, shown: true, fault: 'certificate.bad' },
    { verify: 'off', code: 10, shown: true, fault: null },
    ...tolerable.map((code) => ({ verify: 'optional_no_ca', code, shown: true, fault: null }) as const),
    ...tolerable.map((code) => ({ verify: 'on', code, shown: true, fault: 'certificate.bad' }) as const),
  ] as const)('ssl_verify_client $verify, result $code, shown $shown: $fault', ({ verify, code, shown, fault }) => {
    expect(certificateFault(verify, certificate(code, shown))).toBe(fault);
  });

  test('Auth-SSL-Verify', () => {
    expect(verifyText(certificate(0))).toBe('SUCCESS');
    expect(verifyText(certificate(0, false))).toBe('NONE');
    expect(verifyText(certificate(18))).toBe('FAILED:self-signed certificate');
  });
});
