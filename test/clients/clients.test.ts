import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Journal, openJournal } from '../../electron/journal/journal.ts';
import { tutorialText } from '../../shared/lab/tutorial.ts';
import { startCli, stopChild } from '../e2e/fixtures/browser-host.ts';
import { listenerOf } from '../e2e/fixtures/listeners.ts';
import { withFreePorts } from '../e2e/fixtures/ports.ts';
import { clients, type Outcome } from './programs.ts';

/** One line of `mail-lab run --json`. */
interface Line {
  readonly from: string | null;
  readonly to: readonly string[];
  readonly rule: string | null;
  readonly upstream: string | null;
  readonly outcome: string | null;
  readonly reply: number | null;
  readonly authCalls: number;
}

/** Everything that tempts a client or a relay to change it: dots, a lone one, spaces at the end, an eight-bit letter. */
const message = [
  'From: dev@test.com',
  'Subject: by a real client',
  'Content-Type: text/plain; charset=iso-8859-1',
  '',
  '.begins with a dot',
  '.',
  '..two dots',
  'ends with spaces   ',
  '',
  'caf\xe9',
  '',
].join('\r\n');

/** What one client's errand came to. */
interface Story {
  readonly outcome: Outcome;
  readonly session: Line | undefined;
  readonly arrived: readonly { readonly upstream: string; readonly to: readonly string[]; readonly raw: string }[];
}

const errands = clients.flatMap((client) =>
  ['eng', 'hr'].map((upstream) => ({
    client,
    upstream,
    from: `${client.name.replace(/\W+/g, '-').toLowerCase()}.${upstream}@test.com`,
    to: `user@${upstream}.abc.com`,
  })),
);

/** What the mock servers took from `from`, by the journal of a lab that has stopped. */
function arrivedFrom(journal: Journal, from: string): Story['arrived'] {
  const found = journal.mail.page({ limit: 1000 }).messages.filter((view) => view.from === from);
  const rawOf = (id: number) => journal.mail.window(id, 0, Number.MAX_SAFE_INTEGER)?.toString('latin1') ?? '';
  return found.map(({ id, upstream, to }) => ({ upstream, to, raw: rawOf(id) }));
}

/** Runs the lab, sends every client on its errands, stops the lab, and reads its journal. */
async function tell(folder: string): Promise<Map<string, Story>> {
  const labText = await withFreePorts(tutorialText);
  const file = join(folder, 'clients.lab.yaml');
  const db = join(folder, 'journal.db');
  writeFileSync(file, labText);
  const { child } = await startCli(['run', file, '--json', '--db', db], /ready/, folder);
  const lines: Line[] = [];
  if (child.stdout === null) throw new Error('mail-lab has no standard output.');
  const closed = createInterface({ input: child.stdout }).on('line', (text) => {
    if (text.startsWith('{')) lines.push(JSON.parse(text) as Line);
  });
  const read = new Promise((resolve) => closed.once('close', resolve));
  const outcomes = new Map<string, Outcome>();
  try {
    for (const { client, from, to } of errands) {
      const port = listenerOf(labText, 'proxy').port;
      outcomes.set(from, await client.send({ port, from, to: [to], message, folder }));
    }
  } finally {
    await stopChild(child);
  }
  await read;
  const journal = openJournal({ file: db });
  const stories = [...outcomes].map(([from, outcome]): [string, Story] => [
    from,
    { outcome, session: lines.find((line) => line.from === from), arrived: arrivedFrom(journal, from) },
  ]);
  journal.close();
  return new Map(stories);
}

describe('real clients through the running lab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  let stories = new Map<string, Story>();

  beforeAll(async () => {
    stories = await tell(folder);
  }, 120_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { client, upstream, from, to } of errands) {
    test(`${client.name}: mail for ${upstream} arrives there as it was sent`, () => {
      const story = stories.get(from);
      expect(story?.outcome.code, story?.outcome.output).toBe(0);
      expect(story?.session).toMatchObject({
        to: [to],
        rule: upstream === 'eng' ? 'engineering' : 'human resources',
        upstream,
        outcome: 'relayed',
        reply: 250,
        authCalls: 1,
        error: null,
      });
      expect(story?.arrived).toEqual([{ upstream, to: [to], raw: message }]);
    });
  }
});
