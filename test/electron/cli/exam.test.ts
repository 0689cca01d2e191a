import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { ExamReport } from '../../../shared/auth/exam.ts';
import type { Then } from '../../../shared/auth/rule.ts';
import { freePort, ownService } from '../authority/services.ts';
import { Command, killAll } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'exam-'));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
afterAll(() => {
  killAll();
  rmSync(folder, { recursive: true });
});

/** A service that answers everything alike. */
async function service(otherwise: Then): Promise<string> {
  const { port, stop } = await ownService(() => ({ rules: [], otherwise, accounts: [], upstreams: {} }));
  stops.push(stop);
  return `http://127.0.0.1:${port}/auth`;
}

async function exam(...args: readonly string[]): Promise<Command & { readonly code: number | null }> {
  const command = new Command(['exam', ...args], folder);
  return Object.assign(command, { code: await command.ended });
}

describe('mail-lab exam', () => {
  test('a service that refuses in order passes', async () => {
    const url = await service({ reject: '550 5.1.1 nobody here', wait: 1 });
    const { code, out, err } = await exam(url);
    expect(out[0]).toMatch(/^exam of http:\/\/127\.0\.0\.1:\d+\/auth: \d+ lookups in \d+\.\d s$/);
    expect(out.at(-1)).toBe('passed: 0 wrong, 0 to look at, 0 to note');
    expect([code, err]).toEqual([0, []]);
  });

  test('one that lets everyone in fails, with the ID, the fix and where to look', async () => {
    const { code, out } = await exam(await service({ route: '127.0.0.1:25' }));
    const at = out.findIndex((line) => line.startsWith('wrong    B5   You are letting everyone in'));
    expect(out[at + 1]).toMatch(/^ +fix: Refuse whom you do not know/);
    expect(out[at + 2]).toMatch(/^ +asked: an unknown user at SMTP; .*; and \d+ more$/);
    expect(out.at(-1)).toBe('failed: 2 wrong, 1 to look at, 0 to note');
    expect(code).toBe(1);
  });

  test('--json holds every byte', async () => {
    const { out } = await exam(await service({ raw: { status: 500, headers: { 'Auth-Status': 'ok' } } }), '--json');
    const report = JSON.parse(out.join('')) as ExamReport;
    expect(report.findings.map(({ key }) => key)).toEqual(['B6']);
    expect(report.exchanges[0]?.request).toMatch(
      /^GET \/auth HTTP\/1\.0\r\nHost: 127\.0\.0\.1\r\nAuth-Method: none\r\n/,
    );
    expect(report.exchanges[0]?.response).toBe('HTTP/1.0 500 Internal Server Error\r\nAuth-Status: ok\r\n\r\n');
  });

  test('where nobody is, one sentence', async () => {
    const { code, out, err } = await exam(`127.0.0.1:${await freePort()}`);
    expect([code, out]).toEqual([1, []]);
    expect(err).toEqual([
      expect.stringMatching(/^mail-lab: 127\.0\.0\.1:\d+ cannot be reached \(nobody listens there\)/),
    ]);
  });
});
