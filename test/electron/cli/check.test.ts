/** `mail-lab check`: lints and hints as a person in a terminal, or a program, reads them. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const cli = fileURLToPath(new URL('../../../electron/cli/cli.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Checks a file of these words, from its own folder. */
async function check(name: string, text: string, ...options: readonly string[]): Promise<Ended> {
  await writeFile(join(folder, name), text);
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'check', name, ...options], { cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: lines(out), err: lines(err) });
    });
  });
}

const sound = `events { }
mail {
  auth_http 127.0.0.1:9000;
  server { listen 127.0.0.1:3333; protocol smtp; smtp_auth none; }
}
`;
const odd = sound.replace('smtp_auth none;', 'smtp_auth none; smtp_capabilities CHUNKING;\n  proxy on;');
const oldStyle = sound.replace('smtp_auth none;', 'ssl on;');

describe('check', () => {
  test('says what hardly anyone means, as nginx words its warnings, and the file is ok all the same', async () => {
    const { code, out, err } = await check('nginx.conf', odd);
    expect(out).toEqual(['mail-lab: nginx.conf is ok']);
    expect(err).toEqual([
      expect.stringMatching(/^mail-lab: \[warn\] "CHUNKING" lets clients send BDAT.* in nginx\.conf:4 \(F2\)$/),
      expect.stringMatching(/^mail-lab: \[notice\] "proxy" has no effect.* in nginx\.conf:5 \(Q38\)$/),
    ]);
    expect(code).toBe(0);
  });

  test('adds to an error of nginx the sentence that helps', async () => {
    const { code, out, err } = await check('nginx.conf', oldStyle);
    expect([code, out]).toEqual([1, []]);
    expect(err[0]).toBe('mail-lab: [emerg] unknown directive "ssl" in nginx.conf:4 (E5)');
    expect(err[1]).toMatch(/^mail-lab: \[hint\] There is no "ssl on" any more .*\.$/);
  });

  test('--json is one object with everything, and nothing else', async () => {
    const { code, out, err } = await check('nginx.conf', odd, '--json');
    expect([code, err, out.length]).toEqual([0, [], 1]);
    const at = (odd.split('\n')[3] ?? '').indexOf('CHUNKING') + 1;
    expect(JSON.parse(out[0] ?? '')).toEqual({
      ok: true,
      problems: [
        { severity: 'warning', id: 'F2', message: expect.any(String), file: 'nginx.conf', line: 4, column: at },
        { severity: 'note', id: 'Q38', message: expect.any(String), file: 'nginx.conf', line: 5, column: 3 },
      ],
    });
    const failed = await check('nginx.conf', oldStyle, '--json');
    expect([failed.code, failed.err]).toEqual([1, []]);
    expect(JSON.parse(failed.out[0] ?? '')).toMatchObject({
      ok: false,
      problems: [{ severity: 'error', id: 'E5', hint: expect.stringContaining('listen 993 ssl') }],
    });
  });

  test('knows the rules of a lab file, too', async () => {
    const lab = `lab: 1
name: t
proxy: |
  mail {
    auth_http 127.0.0.1:8000;
    server { listen 127.0.0.1:3333; protocol smtp; timeout 1s; }
  }
auth:
  listen: 127.0.0.1:8000
  rules:
    - name: by recipient
      when: { rcpt: "*@a.test" }
      then: { route: a }
upstreams: { a: { smtp: 127.0.0.1:2525 } }
`;
    const { code, err } = await check('a.lab.yaml', lab);
    expect(code).toBe(0);
    expect(err.map((line) => / in a\.lab\.yaml:(\d+) \((\w+)\)$/.exec(line)?.slice(1))).toEqual([
      ['6', 'Q17'],
      ['12', 'C5'],
    ]);
  });
});

describe('what is proved', () => {
  const lab = (never: string) => `lab: 1
name: x
proxy: |
  mail {
    auth_http 127.0.0.1:8000;
    server { listen 127.0.0.1:3333; protocol smtp; smtp_auth none; }
  }
auth:
  listen: 127.0.0.1:8000
  rules:
    - { name: hr, when: { rcpt: "*@hr.abc.com" }, then: { route: hr } }
    - { name: bob, when: { rcpt: "Bob@hr.abc.com" }, then: { route: out } }
    - { name: press, when: { rcpt: "press@*" }, then: { route: out } }
upstreams:
  hr: { smtp: 127.0.0.1:2525 }
  out: { smtp: 127.0.0.1:2526, external: true }
never:
  - { name: in house, rcpt: "${never}", route: external }
`;

  test('a rule that is never reached is a warning with an address that shows it', async () => {
    const { code, out, err } = await check('kept.lab.yaml', lab('*@hr.abc.com'));
    expect([code, out]).toEqual([0, ['mail-lab: kept.lab.yaml is ok']]);
    expect(err).toEqual([
      'mail-lab: [warn] rule "bob" is never reached: rule "hr" takes everything that it would match, for example bob@hr.abc.com; move it up, or delete it in kept.lab.yaml:12 (P1)',
      'mail-lab: [notice] rule "press" overlaps with rule "hr", which comes first and decides what both match, for example press@hr.abc.com; their order matters in kept.lab.yaml:13 (P3)',
    ]);
  });

  test('a promise that is broken makes the command fail', async () => {
    const { code, out, err } = await check('broken.lab.yaml', lab('*abc.com'));
    expect([code, out]).toEqual([1, []]);
    expect(err.at(-1)).toBe(
      'mail-lab: [warn] promise "in house" is broken: press@abc.com goes to 127.0.0.1:2526 (rule "press") in broken.lab.yaml:18 (P4)',
    );
    const json = await check('broken.lab.yaml', lab('*abc.com'), '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out[0] ?? '')).toMatchObject({
      ok: false,
      problems: [{ id: 'P1' }, { id: 'P3' }, { id: 'P4', severity: 'warning', line: 18 }],
    });
  });
});
