import { afterEach, expect, test } from 'vitest';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { openWindow, type RunningLab, startLab } from '../../fakes/running-lab.ts';

const running: RunningLab[] = [];
const start = async (text: string) => {
  const lab = await startLab(text);
  running.push(lab);
  return lab;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

const shadowed = `    - name: bob
      when: { rcpt: bob@hr.abc.com }
      then: { route: eng }
  otherwise:`;
const promise = 'never: [{ name: hr stays in, rcpt: "*@hr.abc.com", route: hr }]\n';
const withTrouble = tutorialText.replace('  otherwise:', shadowed) + promise;

test('a lab that runs is proved behind its start, and every window is told', async () => {
  const lab = await start(withTrouble);
  const problems = await lab.feed((feed) => feed.type === 'lab' && feed.lab.problems.length > 0 && feed.lab.problems);
  expect(problems.map(({ id, severity, message }) => ({ id, severity, message }))).toEqual([
    {
      id: 'P1',
      severity: 'warning',
      message: expect.stringContaining('rule "human resources" takes everything that it would match'),
    },
    { id: 'P4', severity: 'warning', message: expect.stringContaining('promise "hr stays in" is broken: user@hr') },
  ]);
  expect(problems.map(({ line }) => lab.text.split('\n')[line - 1])).toEqual([
    expect.stringContaining('name: bob'),
    expect.stringContaining('hr stays in'),
  ]);
  // A text without them takes them away again.
  await lab.call('lab.apply', { text: lab.text.replace(/never: .*\n/, '').replace('bob@hr', 'bob@it') });
  const view = await lab.call('lab.get', {});
  expect(view.problems).toEqual([]);
});

test('a text that is only checked is proved too, and the proofs themselves can be asked for', async () => {
  const lab = await start(tutorialText);
  const text = lab.text.replace('  otherwise:', shadowed);
  const { problems } = await lab.call('lab.check', { text });
  expect(problems.map(({ id }) => id)).toEqual(['P1']);
  const proven = await lab.call('rules.prove', {});
  expect(proven?.problems).toEqual([]);
  expect(proven?.proofs.rules.map(({ state, example }) => [state, example?.rcpt])).toEqual([
    ['reached', 'user@eng.abc.com'],
    ['reached', 'user@hr.abc.com'],
    ['reached', 'user@example.com'],
  ]);
  const other = openWindow(lab.lab);
  expect((await other.call('rules.prove', {}))?.proofs).toEqual(proven?.proofs);
  other.close();
});

test('a thousand rules, and the lab answers meanwhile', async () => {
  const rules = Array.from(
    { length: 1000 },
    (_, i) => `    - { name: dept ${i}, when: { rcpt: "*@dept${i}.test" }, then: { route: eng } }\n`,
  );
  const lab = await start(tutorialText.replace('  otherwise:', `${rules.join('')}  otherwise:`));
  let over = false;
  const proving = lab.call('rules.prove', {}).finally(() => {
    over = true;
  });
  await lab.call('lab.get', {});
  expect(over).toBe(false);
  expect((await proving)?.proofs.rules.filter(({ state }) => state === 'reached')).toHaveLength(1003);
});

test('a lab that is stopped while it is proved tells nobody', async () => {
  const lab = await start(withTrouble);
  const told = lab.feeds.length;
  await lab.lab.stop();
  await lab.call('rules.prove', {});
  expect(lab.feeds.slice(told).some((feed) => feed.type === 'lab' && feed.lab.problems.length > 0)).toBe(false);
});
