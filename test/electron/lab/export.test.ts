import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportHandlers } from '../../../electron/lab/export-handlers.ts';
import { type Plan, readPlan } from '../../../electron/lab/plan.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The window's call for a lab of this text. */
async function calls(text: string, plan?: Plan | null) {
  const source = { text, file: null };
  const consent = { allowLan: false, allow: new Set<string>() };
  const read = plan === undefined ? (await readPlan(source, { hostname: 'mx', consent, prefix: null })).plan : plan;
  return exportHandlers({ source: () => source, plan: () => read })['lab.export'];
}

describe('the export of the running lab', () => {
  test('is written, told of, and not written over unasked', async () => {
    const call = await calls(tutorialText);
    const out = join(folder, 'out');
    const made = await call({ folder: out, force: false });
    expect(made.folder).toBe(out);
    expect(made.files.map(({ name }) => name).sort()).toEqual((await readdir(out)).filter((name) => name !== 'logs'));
    expect(made.notes[0]).toMatch(/^The lab plays eng, hr itself/);
    await expect(async () => call({ folder: out, force: false })).rejects.toThrow(
      /is not empty: choose another folder, or say/,
    );
    await expect(call({ folder: out, force: true })).resolves.toMatchObject({ folder: out });
  });

  test.each([
    ['no lab', tutorialText, null, /No lab is running/],
    ['an nginx.conf', 'mail { auth_http 127.0.0.1:9; server { listen 127.0.0.1:25; } }', undefined, /already/],
  ])('%s has none', async (_, text, plan, sentence) => {
    const call = await calls(text, plan);
    await expect(async () => call({ folder: join(folder, 'none'), force: false })).rejects.toThrow(sentence);
    expect(await readdir(folder)).not.toContain('none');
  });
});
