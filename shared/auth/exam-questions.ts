/** The exam's lookups: about sixty, each with what it is after; the same ones for the same facts. */
import type { Bytes } from '../machine/machine.ts';
import type { ExamKnown, ExamQuestion } from './exam.ts';
import { loginQuestions, strangerQuestions } from './exam-logins.ts';
import type { Lookup } from './lookup.ts';

/** Nobody can have a mailbox here (RFC 2606). */
const NOWHERE = 'nobody@nowhere.invalid';

/** Where the service must read slowly given bytes: the answer waits in the socket for so long, in ms. */
const SLOW_MS = 400;

/** A recipient's lookup, as nginx makes it under `smtp_auth none`. */
const rcptLookup = (to: Bytes, change: Partial<Lookup> = {}): Lookup => ({
  method: 'none',
  user: '',
  password: '',
  protocol: 'smtp',
  attempt: 1,
  clientIp: '127.0.0.1',
  clientHost: '[UNAVAILABLE]',
  helo: 'client.example.test',
  from: 'MAIL FROM:<sender@example.test>',
  to,
  headers: [],
  ...change,
});

/** Other ways to write one recipient: all of them must get the answer of the plain one. */
function spellings(address: Bytes, like: string): readonly ExamQuestion[] {
  const at = address.lastIndexOf('@');
  const upper = at < 0 ? address : address.slice(0, at) + address.slice(at).toUpperCase();
  const each: readonly (readonly [string, string, Lookup])[] = [
    ['parameters', 'with parameters', rcptLookup(`RCPT TO:<${address}> NOTIFY=NEVER`)],
    [
      'other-address',
      'with another address in a parameter',
      rcptLookup(`RCPT TO:<${address}> ORCPT=rfc822;other@example.test`),
    ],
    ['lower-case', 'the command in lower case', rcptLookup(`rcpt to:<${address}>`)],
    ['space', 'a space after the colon', rcptLookup(`RCPT TO: <${address}>`)],
    ['upper-domain', 'the domain in upper case', rcptLookup(`RCPT TO:<${upper}>`)],
  ];
  return each.map(([id, about, lookup]) => ({
    id: `rcpt.${id}`,
    group: 'recipient',
    about,
    lookup,
    expect: 'same',
    like,
    trap: 'A8.differs',
  }));
}

/** What a service may use to decide, but what must not break it; of an answer only that it is one is asked. */
function odd(domain: Bytes): readonly ExamQuestion[] {
  const each: readonly (readonly [string, string, Bytes])[] = [
    ['quoted', 'a quoted local part', `RCPT TO:<"john doe"@${domain}>`],
    ['quoted-at', 'an @ inside quotes', `RCPT TO:<"a@b"@${domain}>`],
    ['no-domain', 'no domain', 'RCPT TO:<postmaster>'],
    ['empty', 'an empty path', 'RCPT TO:<>'],
    ['utf8', 'a local part in UTF-8', `RCPT TO:<jos\xc3\xa9@${domain}> SMTPUTF8`],
    ['latin1', 'a byte that is no UTF-8', `RCPT TO:<jos\xe9@${domain}>`],
    ['long', 'a very long local part', `RCPT TO:<${'a'.repeat(400)}@${domain}>`],
    ['source-route', 'a source route', `RCPT TO:<@relay.example.test:user@${domain}>`],
    ['no-brackets', 'no angle brackets', `RCPT TO:user@${domain}`],
    ['tab', 'a TAB before the parameters', `RCPT TO:<user@${domain}>\tNOTIFY=NEVER`],
    ['percent', 'a percent sign', `RCPT TO:<user%40example.test@${domain}>`],
    ['literal', 'an address literal', 'RCPT TO:<user@[192.0.2.1]>'],
  ];
  return each.map(([id, about, to]) => ({
    id: `odd.${id}`,
    group: 'odd recipient',
    about,
    lookup: rcptLookup(to),
    expect: 'answer',
    trap: 'A8.breaks',
  }));
}

const tls: NonNullable<Lookup['tls']> = {
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  verify: 'SUCCESS',
  certificate: {
    subject: 'CN=client,O=Exam\\, Inc',
    issuer: 'CN=Exam CA',
    serial: '0A1B2C',
    fingerprint: '0123456789abcdef0123456789abcdef01234567',
  },
};

/** Everything around the recipient that a session can bring along: the answer stays the same. */
function sessions(to: Bytes, like: string): readonly ExamQuestion[] {
  const proxied: Lookup['proxied'] = {
    source: { address: '192.0.2.7', port: 40_000 },
    destination: { address: '192.0.2.1', port: 25 },
  };
  const each: readonly (readonly [string, string, Partial<Lookup>])[] = [
    ['null-sender', 'the null sender', { from: 'MAIL FROM:<>' }],
    ['sender-size', 'a sender with parameters', { from: 'MAIL FROM:<sender@example.test> SIZE=1000 BODY=8BITMIME' }],
    ['no-helo', 'no HELO', { helo: '' }],
    ['helo-literal', 'a HELO that is an address', { helo: '[192.0.2.7]' }],
    ['temp-unavailable', 'a name that could not be asked for', { clientHost: '[TEMPUNAVAIL]' }],
    ['ipv6', 'a client with an IPv6 address', { clientIp: '2001:db8::7' }],
    ['unix', 'a client on a unix socket', { clientIp: 'unix:' }],
    ['tls', 'TLS with a certificate', { tls }],
    ['proxied', 'a PROXY header', { proxied }],
    ['own-header', 'a header of auth_http_header', { headers: [['X-Auth-Exam', 'one, two']] }],
  ];
  return each.map(([id, about, change]) => ({
    id: `session.${id}`,
    group: 'session',
    about,
    lookup: rcptLookup(to, change),
    expect: 'same',
    like,
    trap: 'A2.context',
  }));
}

/** The same again: later attempts, slowly read, many at a time. */
function repeats(to: Bytes, like: string): readonly ExamQuestion[] {
  const again = (id: string, about: string, more: Partial<ExamQuestion> & Pick<ExamQuestion, 'lookup' | 'trap'>) => ({
    id: `load.${id}`,
    group: 'load' as const,
    about,
    expect: 'same' as const,
    like,
    ...more,
  });
  const lookup = rcptLookup(to);
  const attempt = (n: number) => rcptLookup(to, { attempt: n });
  const crowd = Array.from({ length: 8 }, (_, i) =>
    again(`together-${i + 1}`, 'one of eight at the same moment', { lookup, trap: 'B14.load', together: true }),
  );
  return [
    again('again', 'the same question again', { lookup, trap: 'A1.changes' }),
    again('second', 'the second attempt', { lookup: attempt(2), trap: 'A1.changes' }),
    again('third', 'the third attempt', { lookup: attempt(3), trap: 'A1.changes' }),
    again('slow', 'a proxy that reads slowly', { lookup, trap: 'A1.changes', readAfterMs: SLOW_MS }),
    ...crowd,
  ];
}

/** The whole exam: some sixty questions, a dozen more where a login is known. The first one is to be asked alone. */
export function examQuestions(known: ExamKnown): readonly ExamQuestion[] {
  const stranger: ExamQuestion = {
    id: 'rcpt.nowhere',
    group: 'recipient',
    about: 'a recipient in a domain that cannot exist',
    lookup: rcptLookup(`RCPT TO:<${NOWHERE}>`),
    expect: 'out',
    trap: 'A1.open',
  };
  const friend: ExamQuestion | null =
    known.rcpt === undefined
      ? null
      : {
          id: 'rcpt.known',
          group: 'recipient',
          about: 'a recipient that you say is right',
          lookup: rcptLookup(`RCPT TO:<${known.rcpt}>`),
          expect: 'in',
          trap: 'A1.right',
        };
  const address = known.rcpt ?? NOWHERE;
  const { id: like } = friend ?? stranger;
  const to = `RCPT TO:<${address}>`;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return [
    stranger,
    ...(friend ? [friend] : []),
    ...spellings(address, like),
    ...odd(domain),
    ...sessions(to, like),
    ...strangerQuestions,
    ...loginQuestions(known),
    ...repeats(to, like),
  ];
}
