/** Lines of a SASL exchange for a walk through a machine, good and bad. */
import type { saslPlaces } from '../sasl/exchange.ts';
import { encodeBase64 } from '../wire/base64.ts';

const user = encodeBase64('user');
const digest = encodeBase64(`user ${'0123456789abcdef'.repeat(2)}`);

/** What can stand behind AUTH or AUTHENTICATE. */
export const saslStarts: readonly string[] = [
  'PLAIN',
  `PLAIN ${encodeBase64('\0user\0secret')}`,
  `PLAIN ${encodeBase64('user')}`,
  'PLAIN !!!!',
  'PLAIN a b',
  'LOGIN',
  `LOGIN ${user}`,
  'LOGIN !!!!',
  'CRAM-MD5',
  `CRAM-MD5 ${digest}`,
  'EXTERNAL',
  `EXTERNAL ${user}`,
  'EXTERNAL !!!!',
  'NTLM',
];

const good: Readonly<Record<(typeof saslPlaces)[number], string>> = {
  plain: encodeBase64('\0user\0secret'),
  'login-user': user,
  'login-password': encodeBase64('secret'),
  'cram-md5': digest,
  external: user,
};

/** What can be said to a prompt; the good answer first. */
export const saslAnswers = (place: (typeof saslPlaces)[number]): readonly string[] => [
  good[place],
  user,
  '!!!!',
  '',
  'a b c d e f g h i j k l m',
  'a\rb',
];
