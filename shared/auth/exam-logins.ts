/** The exam's logins: strangers, who must stay out, and one user with the right and the wrong proofs. */
import type { Bytes, Method } from '../machine/machine.ts';
import type { ExamKnown, ExamQuestion } from './exam.ts';
import type { ExamKey } from './exam-text.ts';
import type { Lookup } from './lookup.ts';
import { hmacMd5, md5 } from './md5.ts';

/** A user whom no service has. */
const NOBODY = 'exam-nobody@nowhere.invalid';
const SALT = '<20261123.1795400000@exam.test>';

/** The header that shows whether a line break in a name comes back as one. */
export const INJECTED = 'X-Exam-Injected';

/** A login's lookup. */
const loginLookup = (user: Bytes, password: Bytes, change: Partial<Lookup> = {}): Lookup => {
  const lookup: Lookup = {
    method: 'plain',
    user,
    password,
    protocol: 'smtp',
    attempt: 1,
    clientIp: '127.0.0.1',
    headers: [],
    ...change,
  };
  // Only SMTP asks for the client's name.
  return lookup.protocol === 'smtp' ? { ...lookup, clientHost: '[UNAVAILABLE]' } : lookup;
};

interface Try {
  readonly id: string;
  readonly about: string;
  readonly user?: Bytes;
  readonly password?: Bytes;
  readonly change?: Partial<Lookup>;
}

const wrong = 'exam-wrong-password';

/** Every one of them has to be refused, and none may break the service. */
const strangers: readonly Try[] = [
  { id: 'smtp', about: 'an unknown user at SMTP' },
  { id: 'imap', about: 'an unknown user at IMAP', change: { protocol: 'imap' } },
  { id: 'pop3', about: 'an unknown user at POP3', change: { protocol: 'pop3' } },
  { id: 'space', about: 'a password with a space', password: 'exam wrong' },
  { id: 'percent', about: 'a password with %', password: '100%sure%20' },
  { id: 'plus', about: 'a password with +', password: 'exam+wrong' },
  { id: 'utf8', about: 'a password in UTF-8', password: 'p\xc3\xa4ssw\xc3\xb6rd' },
  { id: 'latin1', about: 'a password with a byte that is no UTF-8', password: 'p\xe4ss' },
  { id: 'del', about: 'a password with the byte 0x7F', password: 'exam\x7fwrong' },
  { id: 'nul', about: 'a password with a NUL', password: 'exam\0wrong' },
  { id: 'tab', about: 'a password with a TAB and a line feed', password: 'exam\t\nwrong' },
  { id: 'quotes', about: 'a password with quotes and a backslash', password: `"'\\\`` },
  { id: 'colon', about: 'a password with colons', password: 'a:b: c' },
  { id: 'long', about: 'a password of 1,000 bytes', password: 'x'.repeat(1000) },
  { id: 'empty', about: 'an empty password', password: '' },
  { id: 'no-user', about: 'an empty name', user: '' },
  { id: 'star', about: 'the name *', user: '*' },
  { id: 'sql', about: 'SQL as the name', user: `' OR '1'='1' -- `, password: `' OR '1'='1` },
  { id: 'ldap', about: 'an LDAP filter as the name', user: '*)(uid=*))(|(uid=*' },
  { id: 'user-utf8', about: 'a name in UTF-8', user: 'jos\xc3\xa9@nowhere.invalid' },
  { id: 'user-long', about: 'a name of 500 bytes', user: `${'u'.repeat(484)}@nowhere.invalid` },
  { id: 'injected', about: 'a name with a header behind a line break', user: `x\r\n${INJECTED}: 1` },
  { id: 'cram-md5', about: 'a made-up CRAM-MD5 digest', ...digest('cram-md5', '0'.repeat(32)) },
  { id: 'apop', about: 'a made-up APOP digest', ...digest('apop', '0'.repeat(32)) },
  { id: 'external', about: 'AUTH EXTERNAL by an unknown user', password: '', change: { method: 'external' } },
];

function digest(method: Method, password: Bytes): Pick<Try, 'password' | 'change'> {
  const protocol = method === 'apop' ? 'pop3' : 'smtp';
  return { password, change: { method, salt: SALT, protocol } };
}

/** Strangers: whatever they say, they stay out. */
export const strangerQuestions: readonly ExamQuestion[] = strangers.map(({ id, about, user, password, change }) => ({
  id: `stranger.${id}`,
  group: 'stranger',
  about,
  lookup: loginLookup(user ?? NOBODY, password ?? wrong, change),
  expect: 'out',
  trap: 'B5.anyone',
}));

/** Characters that are escaped on the way, or that people's decoders change. */
const special = (text: Bytes): boolean => /[^!-$&-*,-~]/.test(text);

/** The right login, and everything near it; nothing where none is known. */
export function loginQuestions({ user, password }: ExamKnown): readonly ExamQuestion[] {
  if (user === undefined || password === undefined) return [];
  const question = (
    id: string,
    about: string,
    expect: 'in' | 'out',
    trap: ExamKey,
    said: Bytes,
    change?: Partial<Lookup>,
  ): ExamQuestion => ({
    id: `login.${id}`,
    group: 'login',
    about,
    lookup: loginLookup(user, said, change),
    expect,
    trap,
  });
  const right: ExamKey = special(password) || special(user) ? 'A7.right' : 'A1.right';
  const flipped = password.replace(/[a-z]/i, (char) =>
    char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase(),
  );
  const swapped = password.replace(/[ +]/g, (char) => (char === '+' ? ' ' : '+'));
  const cram = { method: 'cram-md5', salt: SALT } as const;
  const apop = { method: 'apop', salt: SALT, protocol: 'pop3' } as const;
  return [
    ...(['smtp', 'imap', 'pop3'] as const).map((protocol) => ({
      ...question(protocol, `the right login at ${protocol.toUpperCase()}`, 'in', right, password, { protocol }),
      others: ['login.smtp', 'login.imap', 'login.pop3'],
    })),
    {
      ...question('again', 'the right login as second attempt', 'in', 'A1.changes', password, { attempt: 2 }),
      expect: 'same',
      like: 'login.smtp',
    },
    question('wrong', 'a wrong password', 'out', 'B5.password', `${wrong}-of-a-known-user`),
    question('empty', 'no password', 'out', 'B5.empty-password', ''),
    question('shorter', 'the password without its last byte', 'out', 'B5.password', password.slice(0, -1)),
    ...(flipped === password ? [] : [question('case', 'one letter in the other case', 'out', 'B5.password', flipped)]),
    question('space', 'a space after the password', 'out', 'A7.trimmed', `${password} `),
    question('nul', 'a NUL after the password', 'out', 'A7.trimmed', `${password}\0`),
    ...(swapped === password ? [] : [question('plus', '+ for space, space for +', 'out', 'A7.plus', swapped)]),
    question('cram-md5', 'the right CRAM-MD5 digest', 'in', 'B13.unsupported', hmacMd5(password, SALT), cram),
    question('cram-wrong', 'a wrong CRAM-MD5 digest', 'out', 'B5.digest', '0'.repeat(32), cram),
    question('apop', 'the right APOP digest', 'in', 'B13.unsupported', md5(SALT + password), apop),
    question('apop-wrong', 'a wrong APOP digest', 'out', 'B5.digest', '0'.repeat(32), apop),
    question('external', 'AUTH EXTERNAL without a certificate', 'out', 'B5.external', '', { method: 'external' }),
  ];
}
