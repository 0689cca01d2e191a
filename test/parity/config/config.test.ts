import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlan } from '../../../electron/lab/plan.ts';
import { CASES } from './cases.ts';
import { type NginxCheck, openNginx, type Prepared, type Verdict } from './nginx.ts';

let nginx: NginxCheck;

beforeAll(async () => {
  nginx = await openNginx();
});

afterAll(async () => {
  await nginx?.close();
});

/** The lab's verdict in the same form; nginx names no more than the first error. */
async function ours(prepared: Prepared): Promise<Verdict> {
  const consent = { allowLan: true, allow: new Set<string>() };
  const { plan, problems } = await readPlan(prepared, { hostname: 'host', consent, prefix: null });
  const first = problems.find((problem) => problem.severity === 'error') ?? null;
  expect(plan === null).toBe(first !== null);
  return { error: first?.message ?? null, place: first && `${first.file}:${first.line}` };
}

/** Without what OpenSSL says. */
function withoutReason(verdict: Verdict): Verdict {
  return { ...verdict, error: verdict.error?.replace(/ \(SSL: .*/s, '') ?? null };
}

describe.each(Object.entries(CASES))('%s', (_topic, cases) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const prepared = await nginx.prepare(one);
    const theirs = await nginx.check(prepared);
    const lab = await ours(prepared);
    if (one.differs === undefined) {
      const place = theirs.place === null ? null : lab.place;
      const [mine, yours] = one.loosely ? [withoutReason(lab), withoutReason(theirs)] : [lab, theirs];
      expect({ ...mine, place }).toEqual(yours);
      return;
    }
    expect(lab.error, one.differs.because).toBe(one.differs.ours);
    // A newer nginx may say what the lab says; the list is that of Debian 12.
    if (!nginx.version.startsWith('1.22.')) return;
    expect(theirs.error, 'this difference is gone: compare it as all others').not.toBe(one.differs.ours);
  });
});

describe('texts put together by chance', () => {
  const piece = fc.constantFrom(
    ...['mail', 'server', 'events', 'timeout', 'server_name', 'listen', 'protocol', 'smtp', 'smtp_auth', 'auth_http'],
    ...['3s', 'plain', 'none', '127.0.0.1:3333', 'é', 'a#b', '#c', '"', "'", '\\', '\\\\', '\\n', '$', '${', ')'],
    ...[';', ';', ';', '{', '{', '}', '}', ' ', ' ', ' ', '\n', '\n', '\t', '\r\n', '\\"', '""', "'a b'"],
  );

  it('are good or bad for the same reason on the same line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 14 }), fc.boolean(), async (pieces, inMail) => {
        const text = inMail ? `mail {\n${pieces.join('')}` : pieces.join('');
        const prepared = await nginx.prepare({ text });
        const theirs = await nginx.check(prepared);
        const lab = await ours(prepared);
        // nginx prints one byte of a wide letter where the lab prints the letter.
        expect({ ...lab, error: lab.error?.replace('unexpected "é"', 'unexpected "\ufffd"') ?? null }).toEqual(theirs);
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });
});
