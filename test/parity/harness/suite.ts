/** Every dialogue against Debian's nginx and against the lab: same configuration, same peers, same bytes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dialogue } from './dialogue.ts';
import { labFaults, type Result, shortfalls } from './judge.ts';
import { lab } from './lab.ts';
import { nginx } from './nginx.ts';
import { resultsOf } from './troupe.ts';

/** Registers the tests for all dialogues of a protocol. */
export function compareDialogues(name: string, dialogues: readonly Dialogue[]): void {
  let real = new Map<string, Result>();
  let ours = new Map<string, Result>();

  beforeAll(async () => {
    real = await resultsOf(nginx, dialogues);
    ours = await resultsOf(lab, dialogues);
  }, 120_000);

  afterAll(() => {
    const wrong = dialogues.filter((one) => labFaults(one, real.get(one.name), ours.get(one.name)).length > 0);
    const differing = dialogues.filter((dialogue) => dialogue.nginx !== undefined).length;
    console.log(
      `parity: ${dialogues.length} ${name} dialogues against nginx, ${wrong.length} mismatches, ` +
        `${differing} known differences to this nginx`,
    );
  });

  it('has every dialogue once', () => {
    expect(new Set(dialogues.map((dialogue) => dialogue.name)).size).toBe(dialogues.length);
  });

  describe('nginx does what the reference says', () => {
    for (const dialogue of dialogues)
      it(dialogue.name, () => {
        expect(shortfalls(dialogue, real.get(dialogue.name), 'nginx')).toEqual([]);
      });
  });

  describe('the lab does what nginx does', () => {
    for (const dialogue of dialogues)
      it(dialogue.name, () => {
        expect(labFaults(dialogue, real.get(dialogue.name), ours.get(dialogue.name))).toEqual([]);
      });
  });
}
