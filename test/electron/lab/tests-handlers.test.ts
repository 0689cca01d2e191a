/** The window's calls about tests, on a lab that runs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { type RunningLab, startLab } from '../../fakes/running-lab.ts';

const running: RunningLab[] = [];
const start = async (...args: Parameters<typeof startLab>) => {
  const lab = await startLab(...args);
  running.push(lab);
  return lab;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

const states = (run: { readonly report: { readonly tests: readonly { name: string; state: string }[] } | null }) =>
  run.report?.tests.map(({ name, state }) => [name, state]);

test('lookups of the running text, and of another; mails only when asked for; trails only by name', async () => {
  const lab = await start();
  const plain = await lab.call('tests.run', {});
  expect(states(plain)).toEqual([
    ['engineering mail goes to eng', 'passed'],
    ['a whole session to hr', 'waiting'],
  ]);
  expect(plain.report?.tests[0]?.trail).toBeNull();
  expect(plain.report?.coverage).toMatchObject({ hit: 1, total: 3 });
  const sent = await lab.call('tests.run', { send: true });
  expect(sent.report?.tests[1]).toMatchObject({ state: 'passed', rule: 'human resources' });
  // They have a proxy and a journal of their own.
  expect((await lab.call('sessions.list', {})).total).toBe(0);
  const one = await lab.call('tests.run', { only: ['engineering mail goes to eng'] });
  expect(one.report?.tests).toMatchObject([{ trail: [{ name: 'engineering' }, {}, {}] }]);

  const text = lab.text.replace('*@eng.abc.com', '*@else.where');
  expect(states(await lab.call('tests.run', { text }))?.[0]).toEqual(['engineering mail goes to eng', 'failed']);
  const broken = await lab.call('tests.run', { text: lab.text.replace('expect:', 'expct:') });
  expect(broken.report).toBeNull();
  expect(broken.problems.map(({ message }) => message)).toContain(
    'unknown key "expct" in "tests"; did you mean "expect"?',
  );
  expect(states(await lab.call('tests.run', {}))).toEqual(states(plain));
});

test('a session is offered as tests; one that is added runs, has a free name, and can be undone', async () => {
  const lab = await start();
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  for (const line of ['HELO laptop', 'MAIL FROM:<dev@test.com>', 'RCPT TO:<a@hr.abc.com>', 'QUIT'])
    await client.say(line);
  await client.closed();
  const { id } = await lab.ended(client.localPort);
  const { tests } = await lab.call('tests.of-session', { id });
  expect(tests).toMatchObject([
    { name: 'a@hr.abc.com goes to hr', lookup: { rcpt: 'a@hr.abc.com', from: 'dev@test.com', helo: 'laptop' } },
    { name: 'a mail to a@hr.abc.com goes to hr', send: { to: ['a@hr.abc.com'] }, expect: { reply: 250, authCalls: 1 } },
  ]);
  const before = (await lab.call('lab.get', {})).text;
  for (const one of [...tests, ...tests]) expect((await lab.call('tests.add', { test: one })).problem).toBeNull();
  const run = await lab.call('tests.run', { send: true });
  expect(states(run)?.slice(2)).toEqual([
    ['a@hr.abc.com goes to hr', 'passed'],
    ['a mail to a@hr.abc.com goes to hr', 'passed'],
    ['a@hr.abc.com goes to hr (2)', 'passed'],
    ['a mail to a@hr.abc.com goes to hr (2)', 'passed'],
  ]);
  const after = (await lab.call('lab.get', {})).text;
  expect(after.startsWith(before)).toBe(true);
  for (const _ of [1, 2, 3, 4]) await lab.call('lab.undo', {});
  expect((await lab.call('lab.get', {})).text).toBe(before);
  expect(await lab.call('tests.of-session', { id: 999 })).toEqual({ tests: [] });
});

test('a test that means nothing is refused with its place, and nothing changes', async () => {
  const lab = await start();
  const before = (await lab.call('lab.get', {})).text;
  const test = { name: 'a', lookup: { rcpt: 'a@b' }, expect: {} };
  expect(await lab.call('tests.add', { test })).toMatchObject({
    name: null,
    problem: expect.stringMatching(/^Line \d+: nothing is expected; expected at least one of rule, route/),
  });
  expect((await lab.call('lab.get', {})).text).toBe(before);
});

test('a file without tests gets them as a new key; a login without an account never has a password that worked', async () => {
  const lab = await start(tutorialText.slice(0, tutorialText.indexOf('tests:')));
  const test = { name: 'a login', lookup: { user: 'alice' }, expect: { rule: 'otherwise' } };
  expect(await lab.call('tests.add', { test })).toEqual({ name: 'a login', problem: null });
  expect((await lab.call('lab.get', {})).text).toMatch(
    /\ntests:\n {2}- name: a login\n {4}lookup: \{ user: alice, password: not the password \}\n {4}expect: \{ rule: otherwise \}\n$/,
  );
  expect(states(await lab.call('tests.run', {}))).toEqual([['a login', 'passed']]);
});

test('an nginx.conf has no place for tests', async () => {
  const lab = await start();
  const path = join(lab.folder, 'nginx.conf');
  await writeFile(
    path,
    `mail { auth_http 127.0.0.1:9; server { listen 127.0.0.1:${lab.listener('proxy').port}; protocol smtp; smtp_auth none; } }\nevents {}\n`,
  );
  await lab.call('lab.open', { path });
  expect(await lab.call('tests.run', {})).toMatchObject({ report: { tests: [], coverage: null } });
  await expect(
    lab.call('tests.add', { test: { name: 'a', lookup: { rcpt: 'a@b' }, expect: { rule: 'x' } } }),
  ).rejects.toThrow('Tests are kept in a lab file, and an nginx.conf is none');
});
