import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ours, withoutReason } from './lab.ts';
import { type NginxCheck, openNginx } from './nginx.ts';
import { configuration, PIECES } from './random.ts';

const seed = Number(process.env.PARITY_SEED ?? 2026);
const count = Number(process.env.PARITY_COUNT ?? 300);

let nginx: NginxCheck;

beforeAll(async () => {
  nginx = await openNginx();
});

afterAll(async () => {
  await nginx?.close();
});

it('configurations drawn by lot are good or bad for the same reason at the same place', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(configuration, async (text) => {
      const prepared = await nginx.prepare({ text, files: PIECES });
      const theirs = withoutReason(await nginx.check(prepared));
      const lab = withoutReason(await ours(prepared));
      expect({ ...lab, place: theirs.place === null ? null : lab.place }, text).toEqual(theirs);
    }),
    { seed, numRuns: count },
  );
});
