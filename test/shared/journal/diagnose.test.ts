import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleBook } from '../../../shared/auth/rule.ts';
import { diagnose } from '../../../shared/journal/diagnose.ts';
import { diagnostics } from '../../../shared/journal/diagnostics.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { summary, entries as tutorial } from '../../fakes/tutorial-session.ts';
import { scenes } from './scenes.ts';
import { type Played, play } from './sessions.ts';

const book: RuleBook = {
  rules: [{ name: 'hr', when: { rcpt: '*@hr.abc.com' }, then: { route: 'hr' } }],
  otherwise: { route: 'eng' },
  accounts: [],
  upstreams: { eng: { smtp: '127.0.0.1:2525' }, hr: { smtp: '127.0.0.1:2526' } },
};

const keysOf = ({ summary: row, entries, book: rules }: Played) =>
  diagnose(row, entries, { book: rules }).map(({ key }) => key);

describe('each diagnostic', () => {
  it.each(scenes)('%s is found in its session, and not in its neighbour', async (key, has, hasNot) => {
    const played = await play(has);
    const found = diagnose(played.summary, played.entries, { book: played.book });
    const one = found.find((each) => each.key === key);
    expect(found.map((each) => each.key)).toContain(key);
    expect(one?.severity).toBe(diagnostics[key]);
    expect(one?.seqs.every((seq) => played.entries[seq]?.seq === seq)).toBe(true);
    expect(keysOf(await play(hasNot))).not.toContain(key);
  });

  it('has a session here', () => {
    const shown = new Set<string>(scenes.map(([key]) => key));
    // Waiting, slowness, foreign services and broken handshakes are tested below, what the lab does in electron/lab.
    const below = ['B12.again', 'B14.slow', 'C2.unjudged', 'E4.plain', 'E4.silent'];
    const lab = [
      'B1.down',
      'F9.tls',
      'LAB.edited',
      'LAB.held',
      'LAB.dropped',
      'LAB.killed',
      'LAB.itself',
      'LAB.off-box',
    ];
    expect(
      Object.keys(diagnostics)
        .filter((key) => !shown.has(key))
        .sort(),
    ).toEqual([...below, ...lab].sort());
  });
});

describe('the tutorial', () => {
  it('has nothing to tell', () => {
    expect(diagnose(summary, tutorial, { book })).toEqual([]);
  });

  it('has a slow service where the answer comes late', () => {
    const late = tutorial.map((entry) => (entry.seq < 8 ? entry : { ...entry, at: entry.at + 4_000_000 }));
    expect(diagnose(summary, late, { book }).map(({ key }) => key)).toContain('B14.slow');
  });

  it('has none where a person held the answer', () => {
    const answer = tutorial.findIndex(({ kind, direction }) => kind === 'http' && direction === 'in');
    const held = tutorial.map((entry) => (entry.seq < answer ? entry : { ...entry, at: entry.at + 4_000_000 }));
    const [asked] = held.slice(answer - 1);
    if (!asked) throw new Error('the tutorial asks nobody');
    const hold = { ...asked, kind: 'hold', direction: 'none', why: 'session.held', bytes: '' } as const;
    const entries = [...held.slice(0, answer), hold, ...held.slice(answer)].map((entry, seq) => ({ ...entry, seq }));
    expect(diagnose(summary, entries, { book }).map(({ key }) => key)).not.toContain('B14.slow');
  });

  it('has a client in clear text where OpenSSL says so', () => {
    const failed = (error: string, mode = 'ssl') =>
      tutorial
        .slice(0, 2)
        .map((entry) =>
          entry.seq === 1 ? { ...entry, why: 'session.secure-failed', params: { error, mode } } : entry,
        );
    const keys = (error: string, mode?: string) =>
      diagnose(summary, failed(error, mode), { book }).map(({ key }) => key);
    expect(keys('error:0A00010B:SSL routines::wrong version number')).toEqual(['E4.plain']);
    expect(keys('error:0A000418:SSL routines::tlsv1 alert unknown ca')).toEqual([]);
    expect(keys('')).toEqual(['E4.silent']);
    expect(keys('', 'starttls')).toEqual([]);
  });

  it('has a service that says WAIT more than once', () => {
    const wait = (entry: Entry, bytes: string): Entry => ({ ...entry, bytes, params: { verdict: 'wait' } });
    const [asked, answered] = [tutorial[7], tutorial[8]] as [Entry, Entry];
    const waits = wait(answered, 'HTTP/1.0 200 OK\r\nAuth-Status: WAIT\r\nAuth-Wait: 1\r\n\r\n');
    const session = (...more: readonly Entry[]) =>
      [...tutorial.slice(0, 7), ...more, ...tutorial.slice(7)].map((entry, seq) => ({ ...entry, seq }));
    const twice = diagnose(summary, session(asked, waits, asked, waits), { book });
    expect(twice.find(({ key }) => key === 'B12.again')).toMatchObject({ seqs: [8, 10], params: { times: 2 } });
    const once = diagnose(summary, session(asked, waits), { book });
    expect(once.map(({ key }) => key)).not.toContain('B12.again');
  });

  /** The tutorial's session with another recipient after the first one. */
  const withMore = (...recipients: readonly string[]): readonly Entry[] => {
    const more = recipients.map((one) => ({ ...tutorial[20], bytes: `RCPT TO:<${one}>\r\n` }) as Entry);
    return [...tutorial.slice(0, 20), ...more, ...tutorial.slice(20)].map((entry, seq) => ({ ...entry, seq }));
  };

  it('counts the recipients that went where the rules would not send them', () => {
    const found = diagnose(summary, withMore('a@eng.abc.com', 'b@hr.abc.com', 'c@hr.abc.com'), { book });
    expect(found[0]).toMatchObject({
      key: 'C1',
      id: 'C1',
      seqs: [21, 22],
      params: { count: 2, total: 4, upstream: 'eng' },
    });
  });

  it('does not judge recipients by rules that were not asked', () => {
    const entries = withMore('b@hr.abc.com');
    expect(diagnose(summary, entries, { book: null }).map(({ key }) => key)).toEqual(['C2.unjudged']);
    const foreign = entries.map(({ trail: _trail, ...entry }) => entry);
    expect(diagnose(summary, foreign, { book }).map(({ key }) => key)).toEqual(['C2.unjudged']);
  });
});

describe('whatever the journal holds', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 40 }),
    fc.constantFrom(
      'RCPT TO:<a@b>\r\n',
      'MAIL FROM:<>\r\n',
      'HTTP/1.0 200 OK\r\nAuth-Status: OK\r\n\r\n',
      '* PREAUTH\r\n',
      'EHLO\r\n',
    ),
  );
  const changed = fc.record({
    at: fc.nat(tutorial.length - 1),
    bytes: text,
    why: fc.constantFrom(
      ...tutorial.map(({ why }) => why),
      'smtp.upstream-failed',
      'smtp.verdict.unusable',
      'smtp.back.unexpected',
      'smtp.rejected',
    ),
    cause: fc.integer({ min: -2, max: 60 }),
    leg: fc.constantFrom('client' as const, 'auth' as const, 'upstream' as const),
    direction: fc.constantFrom('in' as const, 'out' as const, 'none' as const),
  });

  it('nothing is thrown, and every finding is about entries that are there', () => {
    fc.assert(
      fc.property(fc.array(changed, { maxLength: 12 }), fc.nat(tutorial.length), (changes, length) => {
        const entries = tutorial
          .slice(0, length)
          .map((entry, seq) => ({ ...entry, ...changes.find(({ at }) => at === seq), at: entry.at, seq }));
        for (const protocol of ['smtp', 'imap', 'pop3'] as const) {
          for (const { seqs } of diagnose({ ...summary, protocol }, entries, { book })) {
            expect(seqs.every((seq) => entries[seq] !== undefined)).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
