import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { opened, temporaryFile } from './recording.ts';

test('killed under load, the journal opens again and holds every session that ended a second before', async () => {
  const file = temporaryFile();
  const child = spawn(process.execPath, [new URL('recorder-under-load.ts', import.meta.url).pathname, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const ended: { at: number; id: number }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [at = 0, id = 0] = line.split(' ').map(Number);
    ended.push({ at, id });
    // Several flushes, checkpoints and two seconds of load lie behind it.
    if (at - (ended[0]?.at ?? at) > 2000) break;
  }
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  const last = ended.at(-1);
  const safe = ended.findLast(({ at }) => at <= (last?.at ?? 0) - 1000)?.id ?? 0;
  expect(safe).toBeGreaterThan(1000);

  const said: (string | null)[] = [];
  const journal = opened({ file, onProblem: (message) => said.push(message) });
  expect(said).toEqual([]);
  expect(complaints).toBe('');
  const { sessions } = journal.list({ filter: 'outcome:relayed', limit: 1_000_000 });
  const found = new Set(sessions.map(({ id }) => id));
  const missing = Array.from({ length: safe }, (_, n) => n + 1).filter((id) => !found.has(id));
  expect(missing).toEqual([]);
  for (const id of [1, Math.ceil(safe / 2), safe]) expect(journal.session(id)?.entries).toHaveLength(28);
  expect(journal.allocate()).toBeGreaterThan(safe);
});
