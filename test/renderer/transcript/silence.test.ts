import { describe, expect, test } from 'vitest';
import { silenceOf } from '../../../renderer/transcript/silence.ts';
import type { Entry } from '../../../shared/journal/entry.ts';
import { entries } from '../../fakes/tutorial-session.ts';

const open = { ms: null } as const;
const [connected, greeting] = entries as readonly [Entry, Entry];

describe('a client that says nothing', () => {
  test('was greeted, and it is its turn', () => {
    expect(silenceOf(open, entries.slice(0, 2))).toBe('greeted');
    expect(silenceOf(open, entries.slice(0, 3))).toBeNull();
    expect(silenceOf(open, entries)).toBeNull();
  });

  test('was not greeted: the listener waits for something before that', () => {
    expect(silenceOf(open, [connected])).toBe('unmet');
    const handshake: Entry = { ...greeting, kind: 'tls', direction: 'none' };
    expect(silenceOf(open, [connected, handshake])).toBeNull();
    expect(silenceOf(open, [connected, handshake, { ...greeting, seq: 2 }])).toBeNull();
  });

  test('is nothing to say of a session that is over, or came from a file, or is not there yet', () => {
    expect(silenceOf({ ms: 5 }, entries.slice(0, 2))).toBeNull();
    expect(silenceOf({ ms: null, imported: 'a.json' }, entries.slice(0, 2))).toBeNull();
    expect(silenceOf(open, [])).toBeNull();
  });
});
