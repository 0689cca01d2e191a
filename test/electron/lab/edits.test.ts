import { readFile, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { LabView } from '../../../shared/contract/contract.ts';
import type { HitsView } from '../../../shared/contract/rules.ts';
import { tutorialText } from '../../../shared/lab/tutorial.ts';
import { dialogue, REPLY } from '../../e2e/fixtures/dialogue.ts';
import { openWindow, type RunningLab, startLab } from '../../fakes/running-lab.ts';

const running: RunningLab[] = [];
const start = async (...args: Parameters<typeof startLab>) => {
  const lab = await startLab(...args);
  running.push(lab);
  return lab;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((lab) => lab.stop()));
});

const names = (view: LabView) => view.rules.map(({ name }) => name);
const tried = async (lab: RunningLab, rcpt: string) => (await lab.call('route.try', { rcpt })).upstream;
/** The lab's view as soon as it is as wanted. */
const seen = (lab: RunningLab, wanted: (view: LabView) => boolean) =>
  lab.feed((feed) => feed.type === 'lab' && wanted(feed.lab) && feed.lab);

async function ask(lab: RunningLab, rcpt: string): Promise<void> {
  const client = await dialogue(lab.listener('proxy'));
  await client.until(REPLY);
  for (const line of ['HELO laptop', 'MAIL FROM:<dev@test.com>', `RCPT TO:<${rcpt}>`]) await client.say(line);
  // Refused, the client has nobody left to say it to.
  client.write('QUIT\r\n');
  await client.closed();
  await lab.ended(client.localPort);
}

describe('an edit', () => {
  test('runs at once, is not saved, and can be undone and done again', async () => {
    const lab = await start();
    const edit = { kind: 'then', rule: 'human resources', then: { route: 'eng' } } as const;
    const result = await lab.call('rules.edit', { edit });
    expect(result).toMatchObject({
      ok: true,
      problem: null,
      note: { kind: 'then', rule: 'human resources', place: 2 },
    });
    expect(result.lab.editing).toMatchObject({ unsaved: true, undo: { kind: 'then' }, redo: null });
    expect(await tried(lab, 'user@hr.abc.com')).toBe('eng');
    expect(await readFile(lab.file, 'utf8')).toBe(lab.text);
    const undone = await lab.call('lab.undo', {});
    expect(undone).toMatchObject({ ok: true, note: { kind: 'then' } });
    expect(undone.lab).toMatchObject({
      text: lab.text,
      editing: { unsaved: false, undo: null, redo: { kind: 'then' } },
    });
    expect(await tried(lab, 'user@hr.abc.com')).toBe('hr');
    const redone = await lab.call('lab.redo', {});
    expect(redone.lab.text).toBe(lab.text.replace('{ route: hr }', '{ route: eng }'));
    expect(await lab.call('lab.redo', {})).toMatchObject({ ok: true, note: null });
  });

  test('that would make a broken file is refused with the sentence, and changes nothing', async () => {
    const lab = await start();
    for (const [edit, sentence] of [
      [
        { kind: 'then', rule: 'engineering', then: { route: 'engg' } },
        /there is no upstream "engg"; did you mean "eng"/,
      ],
      [{ kind: 'when', rule: 'engineering', when: { rcpt: '/(/' } }, /is no regular expression/],
      [{ kind: 'rename', rule: 'engineering', name: 'human resources' }, /there is a rule "human resources" already/],
      [{ kind: 'rename', rule: 'engineering', name: '' }, /expected a name/],
      [{ kind: 'rename', rule: 'engineering', name: 'otherwise' }, /cannot name a rule/],
      [{ kind: 'otherwise', then: {} }, /nothing to do/],
      [{ kind: 'otherwise', then: { reject: 'OK' } }, /nginx does not take "OK"/],
    ] as const) {
      const result = await lab.call('rules.edit', { edit });
      expect(result.problem).toMatch(sentence);
      expect(result).toMatchObject({ ok: false, note: null, lab: { text: lab.text, problems: [] } });
      expect(result.lab.editing).toMatchObject({ undo: null, unsaved: false });
    }
    await expect(lab.call('rules.edit', { edit: { kind: 'remove', rule: 'none' } })).rejects.toThrow(
      'This cannot be done here: there is no rule "none" any more. The Lab file can be edited by hand.',
    );
    const huge = { reject: 'x'.repeat(300_000) };
    await expect(lab.call('rules.edit', { edit: { kind: 'otherwise', then: huge } })).rejects.toThrow('at most 200 kB');
  });

  test('that is dry only says whether it could be made', async () => {
    const lab = await start();
    const then = { route: '127.0.0.1' };
    const dry = await lab.call('rules.edit', { edit: { kind: 'otherwise', then }, dry: true });
    expect(dry.problem).toMatch(/^Line \d+: there is no upstream "127\.0\.0\.1"/);
    const good = { kind: 'otherwise', then: { route: 'eng' } } as const;
    expect(await lab.call('rules.edit', { edit: good, dry: true })).toMatchObject({
      ok: true,
      lab: { text: lab.text },
    });
  });

  test('edits of two windows at once are both made', async () => {
    const lab = await start();
    const other = openWindow(lab.lab);
    const [, second] = await Promise.all([
      lab.call('rules.edit', { edit: { kind: 'move', rule: 'human resources', to: 0 } }),
      other.call('rules.edit', { edit: { kind: 'off', rule: 'engineering', off: true } }),
    ]);
    expect(names(second.lab)).toEqual(['human resources', 'engineering']);
    expect(second.lab.rules[1]).toMatchObject({ off: true });
    other.close();
  });

  test('of a text applied as a whole can be undone too; another file begins anew', async () => {
    const lab = await start();
    await lab.call('lab.apply', { text: lab.text.replace('name: engineering', 'name: builders') });
    const view = await lab.call('lab.get', {});
    expect(view.editing.undo).toMatchObject({ kind: 'text' });
    expect((await lab.call('lab.undo', {})).lab.text).toBe(lab.text);
    await lab.call('lab.redo', {});
    expect((await lab.call('lab.discard', {})).lab).toMatchObject({ text: lab.text, editing: { unsaved: false } });
    expect((await lab.call('lab.undo', {})).lab.text).toContain('name: builders');
    const file = join(lab.folder, 'other.lab.yaml');
    await writeFile(file, lab.text);
    await lab.call('lab.open', { path: file });
    expect((await lab.call('lab.get', {})).editing).toMatchObject({ undo: null, redo: null });
  });

  test('needs rules', async () => {
    const lab = await start(
      tutorialText.replace(/^auth:[\s\S]*?^upstreams:/m, 'upstreams:').replace(/^tests:[\s\S]*/m, ''),
    );
    await expect(lab.call('rules.edit', { edit: { kind: 'remove', rule: 'x' } })).rejects.toThrow('no rules to edit');
  });
});

describe('the view', () => {
  test('names the conditions that no client can meet, with the reason', async () => {
    const lab = await start();
    const { editing } = await lab.call('lab.get', {});
    expect(editing.unheard.map(({ field }) => field)).toEqual(['tls', 'clientHost']);
    const login = await start(tutorialText.replace('smtp_auth  none', 'smtp_auth  plain'));
    const { unheard } = (await login.call('lab.get', {})).editing;
    expect(unheard.find(({ field }) => field === 'rcpt')).toMatchObject({ id: 'C5', message: /smtp_auth none/ });
  });

  test('several lookups at once, each with its answer or its sentence', async () => {
    const lab = await start();
    const lookups = [{ rcpt: 'a@eng.abc.com' }, { rcpt: 'a@b.c' }, { rcpt: 'x', client: 'nowhere' }];
    const { answers } = await lab.call('route.try-all', { lookups });
    expect(answers).toMatchObject([
      { rule: 'engineering', upstream: 'eng', problem: null },
      { rule: 'otherwise', upstream: null, problem: null },
      { problem: 'The client\'s address "nowhere" is no IP address.' },
    ]);
  });
});

test('hits are counted since the start and since the rules were changed, and follow a new name', async () => {
  const lab = await start();
  expect(await lab.call('rules.hits', {})).toEqual({ hits: [], editedAt: null });
  const before = Date.now();
  await ask(lab, 'user@hr.abc.com');
  await ask(lab, 'user@hr.abc.com');
  await ask(lab, 'nobody@b.c');
  const hit = (view: HitsView, name: string) => view.hits.find(({ rule }) => rule === name);
  const fed = await lab.feed((feed) => feed.type === 'hits' && feed.hits.hits.length === 2 && feed.hits);
  expect(hit(fed, 'human resources')).toMatchObject({ started: 2, edited: 2 });
  expect(hit(fed, 'otherwise')).toMatchObject({ started: 1, edited: 1 });
  expect(hit(fed, 'human resources')?.lastAt).toBeGreaterThanOrEqual(before - 1);
  await lab.call('rules.edit', { edit: { kind: 'rename', rule: 'human resources', name: 'people' } });
  const renamed = await lab.call('rules.hits', {});
  expect(hit(renamed, 'people')).toMatchObject({ started: 2, edited: 0 });
  expect(hit(renamed, 'human resources')).toBeUndefined();
  expect(renamed.editedAt).toBeGreaterThanOrEqual(before);
  await ask(lab, 'user@hr.abc.com');
  expect(hit(await lab.call('rules.hits', {}), 'people')).toMatchObject({ started: 3, edited: 1 });
});

describe('a file that another program writes', () => {
  const swapped = (text: string) => text.replace('{ route: hr }', '{ route: eng }');

  test('is run when nothing would be lost, and can be undone', async () => {
    const lab = await start();
    await writeFile(lab.file, swapped(lab.text));
    const view = await seen(lab, ({ text }) => text === swapped(lab.text));
    expect(view.editing).toMatchObject({ unsaved: false, disk: 'same', undo: { kind: 'file' } });
    expect(await tried(lab, 'user@hr.abc.com')).toBe('eng');
    // As editors do it: a new file in the place of the old one.
    const beside = `${lab.file}~`;
    await writeFile(beside, lab.text.replace('name: engineering', 'name: builders'));
    await rename(beside, lab.file);
    await seen(lab, ({ rules }) => rules[0]?.name === 'builders');
    await lab.call('lab.undo', {});
    expect(await tried(lab, 'user@hr.abc.com')).toBe('eng');
  });

  test('is held back while there are edits that are not saved; the person chooses, and both can be had back', async () => {
    const lab = await start();
    await lab.call('rules.edit', { edit: { kind: 'off', rule: 'engineering', off: true } });
    await writeFile(lab.file, swapped(lab.text));
    const held = await seen(lab, ({ editing }) => editing.disk === 'changed');
    expect(held.rules[0]).toMatchObject({ off: true });
    await expect(lab.call('lab.save', {})).rejects.toThrow('choose first which of the two texts to keep');
    expect(await readFile(lab.file, 'utf8')).toBe(swapped(lab.text));
    const taken = await lab.call('lab.disk', { keep: 'file' });
    expect(taken.lab).toMatchObject({ text: swapped(lab.text), editing: { unsaved: false, disk: 'same' } });
    expect((await lab.call('lab.undo', {})).lab.rules[0]).toMatchObject({ off: true });
    await lab.call('lab.redo', {});
  });

  test('keeping the edits leaves them unsaved, and Save writes them', async () => {
    const lab = await start();
    await lab.call('rules.edit', { edit: { kind: 'off', rule: 'engineering', off: true } });
    await writeFile(lab.file, swapped(lab.text));
    await seen(lab, ({ editing }) => editing.disk === 'changed');
    const kept = await lab.call('lab.disk', { keep: 'mine' });
    expect(kept.lab.editing).toMatchObject({ unsaved: true, disk: 'same' });
    await lab.call('lab.save', {});
    expect(await readFile(lab.file, 'utf8')).toBe(kept.lab.text);
  });

  test('with errors it is told of, the lab runs on, and a good text follows', async () => {
    const lab = await start();
    await writeFile(lab.file, lab.text.replace('route: hr', 'route: nowhere'));
    const broken = await seen(lab, ({ editing }) => editing.disk === 'broken');
    expect(broken.editing.diskProblem).toMatch(/^Line \d+: there is no upstream "nowhere"/);
    expect(broken).toMatchObject({ text: lab.text, problems: [] });
    expect(await tried(lab, 'user@hr.abc.com')).toBe('hr');
    await writeFile(lab.file, swapped(lab.text));
    await seen(lab, ({ text, editing }) => text === swapped(lab.text) && editing.disk === 'same');
  });

  test('that was broken from the start runs as soon as it is put right', async () => {
    const lab = await start(tutorialText.replace('smtp_auth', 'smpt_auth'));
    await writeFile(lab.file, lab.text.replace('smpt_auth', 'smtp_oth'));
    await seen(lab, ({ text, problems }) => text.includes('smtp_oth') && problems.length > 0);
    await writeFile(lab.file, lab.text.replace('smpt_auth', 'smtp_auth'));
    await seen(lab, ({ rules }) => rules.length === 2);
  });

  test('a save of our own is no change, also after the file was away for a moment', async () => {
    const lab = await start();
    await unlink(lab.file);
    await lab.call('rules.edit', { edit: { kind: 'off', rule: 'engineering', off: true } });
    await lab.call('lab.save', {});
    await writeFile(lab.file, swapped(lab.text));
    const view = await seen(lab, ({ text }) => text === swapped(lab.text));
    expect(view.editing).toMatchObject({ disk: 'same', unsaved: false });
    expect(lab.feeds.some((feed) => feed.type === 'lab' && feed.lab.editing.disk !== 'same')).toBe(false);
  });

  test('a link is followed to the file that is written', async () => {
    const lab = await start();
    const link = join(lab.folder, 'linked.lab.yaml');
    await symlink(lab.file, link);
    await lab.call('lab.open', { path: link });
    await writeFile(lab.file, swapped(lab.text));
    await seen(lab, ({ file, text }) => file === link && text === swapped(lab.text));
  });

  test('a lab that nobody looks at reads its file only when it is told to', async () => {
    const lab = await start(tutorialText, { headless: true });
    await writeFile(lab.file, swapped(lab.text));
    expect(lab.lab.view().text).toBe(lab.text);
    await lab.lab.reload();
    expect(lab.lab.view().text).toBe(swapped(lab.text));
  });
});
