import { afterEach, expect, test } from 'vitest';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import type { Verdict } from '../../../shared/machine/machine.ts';
import { Client, fakeAuthority, MemoryRecorder, tutorialServer } from '../../fakes/rig.ts';

let engine: Engine | undefined;
afterEach(() => engine?.stop());

test('an IPv6 upstream is known by its address in brackets', async () => {
  const recorder = new MemoryRecorder();
  const asked: string[] = [];
  engine = createEngine({
    authority: fakeAuthority({ type: 'route', server: '::1', port: 1, name: '::1:1' }),
    recorder,
    upstreamName: (address) => {
      asked.push(address);
      return 'eng';
    },
    allowLan: false,
  });
  const [listener] = await engine.apply({ servers: [tutorialServer] });
  const client = new Client(listener?.port ?? 0);
  client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
  await client.end();
  expect(asked).toEqual(['[::1]:1']);
  expect((await recorder.over(1)).summary.upstream).toBe('eng');
});

test('an auth service cannot make the lab send mail to another machine', async () => {
  const recorder = new MemoryRecorder();
  const away: Verdict = { type: 'route', server: '192.0.2.1', port: 25, name: '192.0.2.1:25' };
  const asked: string[] = [];
  engine = createEngine({
    authority: fakeAuthority(away),
    recorder,
    upstreamName: () => null,
    allowLan: false,
    allowed: (address) => {
      asked.push(address);
      return false;
    },
  });
  const [listener] = await engine.apply({ servers: [tutorialServer] });
  const client = new Client(listener?.port ?? 0);
  client.send('MAIL FROM:<a>\r\nRCPT TO:<b>\r\n');
  expect(await client.end()).toMatch(/451 4\.3\.2 Internal server error\r\n$/);
  const { summary, entries } = await recorder.over(1);
  expect(asked).toEqual(['192.0.2.1:25']);
  expect(summary).toMatchObject({ outcome: 'failed', error: 'smtp.back.refused' });
  expect(entries.find(({ why }) => why === 'smtp.back.refused')?.params).toMatchObject({ error: 'NOT_ALLOWED' });
});
