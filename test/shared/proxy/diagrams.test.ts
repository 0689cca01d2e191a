/** The state diagrams: complete for whatever is said, bounded, and as the configuration has it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clocksAfter } from '../../../shared/machine/explore.ts';
import type { Clock, Event, Protocol } from '../../../shared/machine/machine.ts';
import type { MailServer } from '../../../shared/nginx/mail.ts';
import { backDiagram, frontDiagram, frontName } from '../../../shared/proxy/diagrams.ts';
import { certificates, failures, plainTls } from '../../../shared/proxy/happenings.ts';
import { type FrontState, type Service, serviceOf } from '../../../shared/proxy/service.ts';
import { encodeBase64 } from '../../../shared/wire/base64.ts';
import { tutorialServer } from '../../fakes/rig.ts';

const protocols = ['smtp', 'imap', 'pop3'] as const;
const all: Partial<MailServer> = {
  starttls: 'on',
  smtpAuth: ['plain', 'login', 'cram-md5', 'external', 'none'],
  imapAuth: ['plain', 'login', 'cram-md5', 'external'],
  pop3Auth: ['plain', 'apop', 'cram-md5', 'external'],
};
const serverOf = (protocol: Protocol, change: Partial<MailServer> = {}): MailServer => ({
  ...tutorialServer,
  ...all,
  protocol,
  ...change,
});

/** Words of which clients make lines, sensible or not. */
const words: Readonly<Record<Protocol, readonly string[]>> = {
  smtp: [
    ...['EHLO', 'helo', 'MAIL', 'RCPT', 'RSET', 'NOOP', 'QUIT', 'STARTTLS', 'VRFY', 'AUTH', 'DATA', 'X', ''],
    ...['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', 'FROM:<a@b>', 'TO:<c@d>', '\r'],
  ],
  imap: [
    ...['a', 'a1', 'NOOP', 'LOGIN', 'LOGOUT', 'STARTTLS', 'CAPABILITY', 'AUTHENTICATE', 'SELECT', '*', '"', ''],
    ...['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', '{1}', '{5}', '{4+}', '{x}', '"u\\"', '\\', 'user', '\r'],
  ],
  pop3: [
    ...['USER', 'pass', 'APOP', 'QUIT', 'CAPA', 'AUTH', 'NOOP', 'STLS', 'STAT', 'X', ''],
    ...['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', 'user', '0123456789abcdef', '\r'],
  ],
};
const proofs = ['\0u\0p', 'u', `u ${'d'.repeat(32)}`, ''].map(encodeBase64);

const line = (protocol: Protocol): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...words[protocol], ...proofs, '!!!!'), { maxLength: 5 })
    .map((parts) => `${parts.join(' ')}\r\n`);

const others: readonly Event[] = [
  { type: 'opened', client: { address: '127.0.0.1', port: 1 }, clientHost: '', nonce: { random: 1, seconds: 1 } },
  ...Object.values(certificates).map((certificate): Event => ({ type: 'secured', tls: { ...plainTls, certificate } })),
  { type: 'secured', tls: plainTls },
  { type: 'verdict', verdict: { type: 'route', server: '127.0.0.1', port: 1, name: '127.0.0.1:1' } },
  { type: 'verdict', verdict: { type: 'reject', message: 'no', waitMs: 0 } },
  { type: 'verdict', verdict: { type: 'reject', message: 'no', waitMs: 1 } },
  { type: 'verdict', verdict: { type: 'wait', waitMs: 0 } },
  { type: 'verdict', verdict: { type: 'wait', waitMs: 1 } },
  { type: 'verdict', verdict: { type: 'error', error: 'no-password', waitMs: 1 } },
  { type: 'verdict', verdict: { type: 'error', error: 'closed' } },
  { type: 'loggedIn', reply: '250 ok\r\n' },
  ...failures.map((failure): Event => ({ type: 'failed', failure })),
  ...(['dialogue', 'wait'] as const).map((clock): Event => ({ type: 'timeout', clock })),
  { type: 'closed' },
];

type Front = Service['front'];

/** A text as the unit that the front cuts off it; null where it reads none. */
function eventOf(front: Front, state: FrontState, one: string | Event): Event | null {
  if (typeof one !== 'string') return one;
  const length = front.read(state, one);
  return length > 0 ? { type: 'line', text: one.slice(0, length) } : null;
}

/** Clocks that stand do not ring, and a client that is not looked at is not seen to leave. */
function canHappen(front: Front, state: FrontState, running: ReadonlySet<Clock>, event: Event): boolean {
  if (event.type === 'timeout') return running.has(event.clock) && state.place !== 'handshake';
  return event.type !== 'closed' || front.read(state, '') >= 0 || state.place === 'handshake';
}

describe.each(protocols)('the front of %s', (protocol) => {
  const server = serverOf(protocol, { maxErrors: 3 });
  const { front } = serviceOf(server);
  const { places, ways } = frontDiagram(server);
  const known = new Set(ways.map(({ from, on, why, to }) => `${from} ${on} ${why} ${to}`));

  test('has a way for every step of any dialogue', () => {
    const said = fc.oneof(
      { weight: 3, arbitrary: line(protocol) },
      { weight: 2, arbitrary: fc.constantFrom(...others) },
    );
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 40 }), (happenings) => {
        let state = front.step(front.initial, others[0] as Event).state;
        let running: ReadonlySet<Clock> = new Set<Clock>(['dialogue']);
        for (const one of happenings) {
          const event = eventOf(front, state, one);
          if (event === null || !canHappen(front, state, running, event)) continue;
          const step = front.step(state, event);
          const way = `${state.place} ${frontName(protocol, state, event)} ${step.why} ${step.state.place}`;
          if (!step.why.endsWith('.unexpected')) expect(known, JSON.stringify(event)).toContain(way);
          running = clocksAfter(running, step.effects);
          state = step.state;
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('leads from its beginning to every place, and each way begins and ends at one', () => {
    const reached = new Set(['greet']);
    for (const _ of places) for (const { from, to } of ways) if (reached.has(from)) reached.add(to);
    expect([...places].sort()).toEqual([...reached].sort());
    expect(ways.every(({ from, to }) => places.includes(from) && places.includes(to))).toBe(true);
    expect(ways.filter(({ from }) => from === 'ended' || from === 'relay')).toEqual([]);
  });

  test('gives an example of each way that is one', () => {
    for (const way of ways) expect(way.why).not.toMatch(/\.unexpected$/);
    const asks = ways.filter(({ effects }) => effects.some(({ type }) => type === 'ask'));
    expect(new Set(asks.map(({ to }) => to))).toEqual(new Set(['verdict']));
  });
});

describe('what the configuration has its part in', () => {
  const places = (change: Partial<MailServer>, protocol: Protocol = 'smtp') =>
    frontDiagram({ ...tutorialServer, protocol, ...change }).places;

  test('no handshake without STARTTLS', () => {
    for (const protocol of protocols) {
      expect(places({ starttls: 'off' }, protocol)).not.toContain('handshake');
      expect(places({ starttls: 'only' }, protocol)).toContain('handshake');
    }
  });

  test('mechanisms that are not offered have no place of their own', () => {
    expect(places({ smtpAuth: ['none'] })).not.toContain('cram-md5');
    expect(places({ smtpAuth: ['cram-md5'] })).toContain('cram-md5');
    // nginx takes PLAIN and LOGIN all the same.
    expect(places({ smtpAuth: ['none'] })).toContain('plain');
  });

  test('smtp_greeting_delay is a place', () => {
    expect(places({})).not.toContain('delay');
    expect(places({ smtpGreetingDelayMs: 100 })).toContain('delay');
  });

  test('xclient and proxy_smtp_auth change the way to the upstream', () => {
    const back = (change: Partial<MailServer>) => backDiagram({ ...tutorialServer, ...change }).places;
    expect(back({})).toEqual(['connect', 'greeting', 'ended', 'hello', 'mail', 'rcpt']);
    expect(back({ xclient: true, proxySmtpAuth: true })).toEqual(
      expect.arrayContaining(['xclient', 'client-hello', 'auth']),
    );
  });
});
