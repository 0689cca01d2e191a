import { describe, expect, test } from 'vitest';
import { greetsAsNginx, patienceOf, speaksAsNginx, type WaitingSession } from '../../../shared/journal/patience.ts';

const at = (minutes: number) => minutes * 60_000;
const session = (more: Partial<WaitingSession> = {}): WaitingSession => ({
  protocol: 'smtp',
  relayed: false,
  word: '',
  client: { who: 'other', since: 0 },
  upstream: null,
  ...more,
});

describe('the client of a held session gives up', () => {
  test.each([
    ['', 5, 'RFC 5321 4.5.3.2.1'],
    ['MAIL', 5, 'RFC 5321 4.5.3.2.2'],
    ['RCPT', 5, 'RFC 5321 4.5.3.2.3'],
    ['DATA', 2, 'RFC 5321 4.5.3.2.4'],
    ['.', 10, 'RFC 5321 4.5.3.2.6'],
    ['EHLO', 5, 'RFC 5321 4.5.3.2'],
  ])('behind %j after %d minutes (%s)', (word, minutes, source) => {
    expect(patienceOf(session({ word }))).toEqual({ side: 'client', at: at(minutes), source });
  });

  test.each([
    ['imap', 30, 'RFC 3501 5.4'],
    ['pop3', 10, 'RFC 1939 3'],
  ] as const)('in %s after %d minutes (%s)', (protocol, minutes, source) => {
    expect(patienceOf(session({ protocol }))).toEqual({ side: 'client', at: at(minutes), source });
  });

  test('never, where it is the lab itself', () => {
    expect(patienceOf(session({ client: { who: 'own', since: 0 } }))).toBeNull();
  });

  test('by the clocks of nginx, where it is one', () => {
    const client = { who: 'nginx', since: 5 } as const;
    expect(patienceOf(session({ client }))).toEqual({ side: 'client', at: at(1) + 5, source: 'nginx timeout' });
    expect(patienceOf(session({ client, relayed: true }))?.source).toBe('nginx proxy_timeout');
  });
});

describe('who gives up first', () => {
  const own = { who: 'own', since: 0 } as const;
  test.each([
    ['smtp', 5, 'RFC 5321 4.5.3.2.7'],
    ['imap', 30, 'RFC 3501 5.4'],
    ['pop3', 10, 'RFC 1939 3'],
  ] as const)('a %s server of somebody else, after %d minutes (%s)', (protocol, minutes, source) => {
    const upstream = { who: 'other', since: 0 } as const;
    expect(patienceOf(session({ protocol, client: own, upstream }))).toEqual({
      side: 'upstream',
      at: at(minutes),
      source,
    });
  });

  test('is the one whose time is over first', () => {
    const client = { who: 'other', since: 1000 } as const;
    expect(patienceOf(session({ client, upstream: { who: 'other', since: 0 } }))?.side).toBe('upstream');
    expect(patienceOf(session({ client, upstream: { who: 'other', since: 2000 } }))?.side).toBe('client');
    expect(patienceOf(session({ client, upstream: { who: 'nginx', since: 2000 } }))).toEqual({
      side: 'upstream',
      at: 62_000,
      source: 'nginx timeout',
    });
    expect(patienceOf(session({ client, upstream: own }))?.side).toBe('client');
    expect(patienceOf(session({ client: own, upstream: own }))).toBeNull();
  });
});

test('nginx is known by its greeting, and by XCLIENT', () => {
  expect(greetsAsNginx('smtp', '220 mail.test.com ESMTP ready\r\n')).toBe(true);
  expect(greetsAsNginx('smtp', '220 mail.test.com ESMTP Postfix\r\n')).toBe(false);
  expect(greetsAsNginx('imap', '* OK IMAP4 ready\r\n')).toBe(true);
  expect(greetsAsNginx('imap', '* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n')).toBe(false);
  expect(greetsAsNginx('pop3', '+OK POP3 ready <1.2@x>\r\n')).toBe(true);
  expect(greetsAsNginx('pop3', '+OK Dovecot ready.\r\n')).toBe(false);
  expect(speaksAsNginx('XCLIENT')).toBe(true);
  expect(speaksAsNginx('EHLO')).toBe(false);
});
