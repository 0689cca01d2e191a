/** Every dialogue against Debian's nginx and against the lab: same configuration, same peers, same bytes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Result, shortfalls } from '../harness/judge.ts';
import { nginx } from '../harness/nginx.ts';
import { playAll } from '../harness/troupe.ts';
import { dialogues } from './dialogues.ts';

describe('nginx does what the dialogues expect of it', () => {
  const results = new Map<string, Result>();
  beforeAll(async () => {
    await playAll(nginx, dialogues, (dialogue, result) => results.set(dialogue.name, result));
  }, 120_000);
  for (const dialogue of dialogues) {
    it(dialogue.name, () => {
      expect(shortfalls(dialogue, results.get(dialogue.name), 'nginx')).toEqual([]);
    });
  }
  afterAll(() => {
    console.log(`${dialogues.length} dialogues`);
  });
});
