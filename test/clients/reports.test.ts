/** What `mail-lab test` writes for CI, read by programs that others have written: Python's XML parser, Perl's prove. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { BUILT } from '../electron/cli/command.ts';

const run = promisify(execFile);
const odd = 'ends ]]> <&"\' \\ # SKIP\té\u0001';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-lab-'));
  file = join(folder, 'a.lab.yaml');
  const more = `  - { name: ${JSON.stringify(odd)}, lookup: { rcpt: x@y }, expect: { rule: engineering, reject: "<&>" } }\n`;
  await writeFile(file, tutorialText + more);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The report; a failed test ends the command with 1. */
async function report(reporter: string): Promise<string> {
  const failure: unknown = await run(process.execPath, [BUILT, 'test', file, '--reporter', reporter]).catch((e) => e);
  expect(failure).toMatchObject({ code: 1, stdout: expect.any(String) });
  return (failure as { stdout: string }).stdout;
}

test('JUnit: the counts, the cases and what is wrong with one', async () => {
  const xml = join(folder, 'junit.xml');
  await writeFile(xml, await report('junit'));
  const script = `
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
def plain(node): return {"tag": node.tag, **node.attrib, "text": (node.text or "").strip(), "inside": [plain(one) for one in node]}
print(json.dumps(plain(root)))`;
  const { stdout } = await run('python3', ['-c', script, xml]);
  const root: unknown = JSON.parse(stdout);
  const counts = { tests: '3', failures: '1', errors: '0' };
  expect(root).toMatchObject({
    tag: 'testsuites',
    ...counts,
    inside: [
      {
        tag: 'testsuite',
        name: 'NGINX mail proxy tutorial',
        ...counts,
        skipped: '0',
        inside: [
          {
            tag: 'testcase',
            name: 'engineering mail goes to eng',
            classname: `${file}.lookup`,
            line: '29',
            inside: [],
          },
          { tag: 'testcase', name: 'a whole session to hr', classname: `${file}.send`, inside: [] },
          {
            tag: 'testcase',
            name: odd.replace('\u0001', '\ufffd'),
            inside: [
              {
                tag: 'failure',
                type: 'difference',
                message: expect.stringContaining('reject: expected <&>, got reject 550 5.1.1 no such recipient here'),
                text: expect.stringMatching(/rcpt "x@y" is not \*@eng\.abc\.com/),
              },
            ],
          },
          { tag: 'system-out', text: '3 of 3 rules are hit by a test' },
        ],
      },
    ],
  });
});

test('TAP: a version, a plan, a point each, and a YAML block under the one that failed', async () => {
  const text = await report('tap');
  const lines = text.trimEnd().split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'TAP version 14',
    '1..3',
    'ok 1 - engineering mail goes to eng',
    'ok 2 - a whole session to hr',
  ]);
  const block = lines.slice(lines.indexOf('  ---') + 1, lines.indexOf('  ...')).join('\n');
  expect(parse(block)).toMatchObject({
    severity: 'fail',
    at: { file, line: 35 },
    data: { kind: 'lookup', differences: [{ key: 'rule' }, { key: 'reject' }], trail: expect.any(Array) },
  });
  // Perl's parser knows version 13, whose streams are version 14's too.
  const old = join(folder, 'report.tap');
  await writeFile(old, text.replace('version 14', 'version 13'));
  const failure: unknown = await run('prove', ['--exec', 'cat', old]).catch((e) => e);
  // A name that looks like a directive is none.
  expect(failure).toMatchObject({ stdout: expect.stringMatching(/Tests: 3 Failed: 1\)\n {2}Failed test: {2}3\n/) });
});
