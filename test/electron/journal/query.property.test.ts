import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DiagnosticKey, FindingCount } from '../../../shared/journal/diagnostics.ts';
import type { Outcome, SessionSummary } from '../../../shared/journal/entry.ts';
import { filterKeys, matches, parseFilter } from '../../../shared/journal/filter.ts';
import type { Protocol } from '../../../shared/machine/machine.ts';
import { summary } from '../../fakes/tutorial-session.ts';
import { opened } from './recording.ts';

const word = fc
  .array(fc.constantFrom('a', 'B', 'b', '@', '.', '%', '_', '\\', "'", 'é', 'É', '😀', '\0', '\n', '\ud800', 'K'), {
    maxLength: 4,
  })
  .map((characters) => characters.join(''));
const maybe = fc.option(word);
const outcome = fc.constantFrom<Outcome | null>('relayed', 'rejected', 'failed', 'quit', 'closed', null);

const session = fc.record({
  protocol: fc.constantFrom<Protocol>('smtp', 'imap', 'pop3'),
  client: fc.constantFrom('127.0.0.1:1', '[::1]:40000', '10.1.2.3:65535', '127.0.0.1'),
  startedAt: fc.constantFrom(Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 12), Date.UTC(2026, 0, 2)),
  place: word,
  user: maybe,
  from: maybe,
  to: fc.array(word, { maxLength: 3 }),
  rule: maybe,
  upstream: maybe,
  outcome,
  reply: fc.option(fc.constantFrom(250, 251, 354, 421, 450, 499, 550)),
  error: maybe,
  stage: fc.constantFrom('ehlo', 'rcpt', 'end'),
  tls: fc.constantFrom('TLSv1.3 TLS_AES_256_GCM_SHA384', 'TLSv1.2 X', ''),
  faults: fc.uniqueArray(fc.oneof(word, fc.constantFrom('reply', 'rcpt', 'eng')), { maxLength: 3 }),
  findings: fc
    .uniqueArray(fc.constantFrom<DiagnosticKey>('C1', 'G2.mixed', 'B8', 'D4', 'B1.page', 'A7.raw'), { maxLength: 3 })
    .map((keys): FindingCount => ({ count: keys.length, worst: keys.length > 0 ? 'error' : null, keys })),
});

const nothing: FindingCount = { count: 0, worst: null, keys: [] };

const pattern = fc
  .array(fc.constantFrom('*', '?', 'a', 'b', '@', '.', '%', '_', '\\', "'", 'é', '😀', 'k', ':'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((characters) => characters.join(''));
const textKey = fc.constantFrom(
  'to',
  'from',
  'user',
  'upstream',
  'rule',
  'client',
  'ip',
  'fault',
  'error',
  'place',
  'imported',
  'text',
);
const term = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(textKey, pattern).map(([key, value]) => `${key}:"${value}"`) },
  { weight: 3, arbitrary: pattern.map((value) => `"${value}"`) },
  fc.constantFrom('code:250', 'code:4xx', 'code:45x', 'proto:imap', 'outcome:relayed', 'outcome:quit', 'outcome:open'),
  fc.constantFrom('diag:C1', 'diag:g2', 'diag:*', 'diag:*.*', 'diag:?1*', 'diag:B?', 'diag:"a*w"', 'not diag:d4'),
  fc.constantFrom('stage:rcpt', 'stage:*e*', 'tls:yes', 'tls:no', 'tls:TLSv1.3', 'tls:*1.2*', 'not tls:no'),
  fc.constantFrom('fault:*', 'fault:reply', 'not fault:*', 'held:yes', 'held:no', 'held:U>P'),
  fc.constantFrom('severity:error', 'severity:warn', 'severity:note', 'severity:chat', 'not severity:error'),
  fc.constantFrom(
    'id:3',
    'id:#1',
    'id:2..5',
    'id:4..#2',
    'client:127.*',
    'client:::1',
    'client:[::1]',
    'user:*',
    'not rule:*',
  ),
  fc.constantFrom('after:2026-01-01T12:00Z', 'before:2026-01-01T12:00Z', 'after:2026-01-01T06:00Z'),
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    term,
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} ${b})`),
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} or ${b})`),
    tie('filter').map((inner) => `not ${inner}`),
    tie('filter').map((inner) => `-(${inner})`),
  ),
}));

test('the database finds what the filter passes, no more and no less', () => {
  const journal = opened();
  let sessions: SessionSummary[] = [];
  const refill = (all: readonly Partial<SessionSummary>[]) => {
    journal.clear();
    sessions = all.map(({ tls, ...changes }) => {
      const spoken = tls ? { tls } : {};
      return { ...summary, ...changes, ...spoken, id: journal.allocate(), ms: 5 };
    });
    for (const one of sessions) {
      journal.began(one);
      journal.ended(one);
    }
    journal.flush();
    journal.findings.keep(sessions.map(({ id, findings = nothing }) => ({ id, findings })));
  };
  fc.assert(
    fc.property(
      fc.array(session, { maxLength: 12 }),
      fc.array(filter, { minLength: 1, maxLength: 8 }),
      (all, texts) => {
        refill(all);
        for (const text of texts) {
          const parsed = parseFilter(text);
          if ('problem' in parsed) {
            expect(parsed.problem).toMatch(/conditions|parentheses/);
            continue;
          }
          const wanted = sessions.filter((one) => matches(parsed.filter, one)).map(({ id }) => id);
          const { sessions: found, matching } = journal.list({ filter: text, limit: 100 });
          expect({ text, found: found.map(({ id }) => id).reverse() }).toEqual({ text, found: wanted });
          expect(matching).toBe(wanted.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('every key can be asked of the database', () => {
  const journal = opened();
  const values: Record<string, string> = {
    ...{ code: '2xx', proto: 'smtp', outcome: 'quit', id: '1', severity: 'warn', stage: 'rcpt', held: 'yes' },
  };
  for (const key of filterKeys) {
    const value = values[key] ?? (key === 'before' || key === 'after' ? '2026-01-01' : 'x');
    expect(journal.list({ filter: `${key}:${value}`, limit: 1 }).problem).toBeNull();
    expect(journal.problem()).toBeNull();
  }
});
