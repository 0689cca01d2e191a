import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { accountsAt, mailboxOf, ownerOf } from '../../../shared/upstream/accounts.ts';
import type { Proof } from '../../../shared/upstream/mock.ts';

const accounts = [
  { user: 'ann', password: 'secret' },
  { user: 'Bob@hr.abc.com', password: 'hr', upstream: 'hr' },
  { user: 'jürgen', password: 'grün', upstream: 'eng' },
];
const plain = (password: string): Proof => ({ how: 'plain', password });
const bytes = (text: string) => Buffer.from(text).toString('latin1');
const challenge = '<1896.697170952@eng>';

describe('accounts of an upstream', () => {
  it('are those that name it and those that name none', () => {
    expect(accountsAt('eng', accounts).map(({ user }) => user)).toEqual(['ann', 'jürgen']);
    expect(accountsAt('hr', accounts).map(({ user }) => user)).toEqual(['ann', 'Bob@hr.abc.com']);
    expect(accountsAt('other', accounts).map(({ user }) => user)).toEqual(['ann']);
  });
});

describe("a recipient's mailbox", () => {
  it.each([
    ['bob@HR.abc.com', 'Bob@hr.abc.com'],
    ['bob@eng.abc.com', ''],
    ['ANN@anywhere.test', 'ann'],
    ['ann', 'ann'],
    ['', ''],
    ['@', ''],
    ['JÜRGEN@x', 'jürgen'],
    ['"a@b"@x', ''],
  ])('of %s is %j', (address, owner) => expect(mailboxOf(accounts, address)).toBe(owner));

  it('prefers the whole address to its local part', () => {
    const both = [
      { user: 'ann', password: 'a' },
      { user: 'ann@abc.com', password: 'b' },
    ];
    expect(mailboxOf(both, 'ann@abc.com')).toBe('ann@abc.com');
    expect(mailboxOf(both, 'ann@other.com')).toBe('ann');
  });
});

describe('a login', () => {
  it('needs the right password of an account that is there', () => {
    expect(ownerOf({}, accounts, 'ann', plain('secret'))).toBe('ann');
    expect(ownerOf({}, accounts, 'ann', plain('Secret'))).toBe(null);
    expect(ownerOf({}, accounts, 'ANN', plain('secret'))).toBe(null);
    expect(ownerOf({}, accounts, 'nobody', plain('secret'))).toBe(null);
    expect(ownerOf({}, accounts, bytes('jürgen'), plain(bytes('grün')))).toBe('jürgen');
  });

  it('proves a password by its digest', () => {
    const apop = createHash('md5').update(`${challenge}secret`).digest('hex');
    expect(ownerOf({}, accounts, 'ann', { how: 'apop', challenge, digest: apop })).toBe('ann');
    expect(ownerOf({}, accounts, 'ann', { how: 'apop', challenge, digest: apop.toUpperCase() })).toBe('ann');
    expect(ownerOf({}, accounts, 'ann', { how: 'apop', challenge: '<other>', digest: apop })).toBe(null);
    const cram = createHmac('md5', 'secret').update(challenge).digest('hex');
    expect(ownerOf({}, accounts, 'ann', { how: 'cram-md5', challenge, digest: cram })).toBe('ann');
    expect(ownerOf({}, accounts, 'ann', { how: 'cram-md5', challenge, digest: apop })).toBe(null);
  });

  it('is open to everybody where the upstream has no account, or says so', () => {
    expect(ownerOf({}, [], 'who@ever', plain(''))).toBe('');
    expect(ownerOf({ anyLogin: false }, [], 'who@ever', plain(''))).toBe(null);
    expect(ownerOf({ anyLogin: true }, accounts, 'ann', plain('wrong'))).toBe('ann');
    expect(ownerOf({ anyLogin: true }, accounts, bytes('jürgen@eng.abc.com'), plain(''))).toBe('jürgen');
    expect(ownerOf({ anyLogin: true }, accounts, '\xff\xfe', plain(''))).toBe('');
  });
});
