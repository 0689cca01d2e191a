import { describe, expect, test } from 'vitest';
import { bookOf } from '../../../renderer/store/book.ts';
import type { ListenerView } from '../../../shared/contract/contract.ts';

const listener = (role: ListenerView['role'], name: string, address: string): ListenerView => ({
  id: `${name} ${address}`,
  role,
  name,
  protocol: 'smtp',
  address,
  port: 2525,
  state: 'listening',
  error: null,
  narrowed: false,
});

describe('the rules that run', () => {
  test('know the upstreams by their addresses', () => {
    const listeners = [
      listener('proxy', '', '127.0.0.1'),
      listener('upstream', 'eng', '127.0.0.1'),
      { ...listener('upstream', 'eng', '::1'), protocol: 'imap' as const },
    ];
    expect(bookOf({ rules: [], otherwise: { route: 'eng' }, listeners })).toEqual({
      rules: [],
      otherwise: { route: 'eng' },
      accounts: [],
      upstreams: { eng: { smtp: '127.0.0.1:2525', imap: '[::1]:2525' } },
    });
  });

  test('are none where the lab has no auth service, or is not known yet', () => {
    expect(bookOf({ rules: [], otherwise: null, listeners: [] })).toBeNull();
    expect(bookOf(null)).toBeNull();
  });
});
