/** The auth service of a lab as one file for plain Node. */
import type { RuleBook } from '../auth/rule.ts';
import { comment, quote } from './print.ts';
import { dataOf, type Tabled } from './rules.ts';
import { answerText } from './runtime-answer.ts';
import { matcherText } from './runtime-matcher.ts';
import { serverText } from './runtime-server.ts';

/** What the service is made for. */
export interface ServiceOptions {
  /** The lab's name. */
  readonly name: string;
  readonly book: RuleBook;
  /** `HOST:PORT` where nothing else is said. */
  readonly listen: string;
  /** A path that no `auth_http` asks for. */
  readonly health: string;
}

/** The file, and the regular expressions that stand in it as tables. */
export interface Service {
  readonly text: string;
  readonly tabled: readonly Tabled[];
}

/** Writes the service. Its answers are, byte for byte, those of the lab's own auth service. */
export function serviceOf({ name, book, listen, health }: ServiceOptions): Service {
  const { text: data, tabled } = dataOf(book);
  const secret = book.accounts.length > 0 || [...book.rules.map(({ then }) => then), book.otherwise].some(hasPassword);
  const head = [
    '#!/usr/bin/env node',
    `// The auth service of ${comment(quote(name))}, for the auth_http directive of an nginx mail proxy.`,
    '//',
    '// Made by mail-lab export from the rules of the lab. It needs Node 18 or later, and nothing else:',
    '//',
    '//   node auth-service.mjs',
    '//',
    '// LISTEN=HOST:PORT   where it listens',
    '// HOSTS=NAME,NAME    names, besides its IP address, under which nginx may ask it (the Host header)',
    ...(secret
      ? ['//', '// THIS FILE HOLDS PASSWORDS: nobody but the user it runs as should be able to read it.']
      : []),
    "import { createHash, createHmac, timingSafeEqual } from 'node:crypto';",
    "import { realpathSync } from 'node:fs';",
    "import { createServer } from 'node:http';",
    "import { fileURLToPath } from 'node:url';",
    '',
    `const LISTEN = process.env.LISTEN || ${quote(listen)};`,
    "const HOSTS = (process.env.HOSTS ?? '').toLowerCase().split(',').map((name) => name.trim());",
    '',
    '/** Answers 200 to who only wants to know whether the service lives. */',
    `const HEALTH = ${quote(health)};`,
    '',
  ];
  const text = `${head.join('\n')}\n${data}\n${matcherText}${answerText}${serverText}`;
  return { text, tabled };
}

const hasPassword = ({ password }: { readonly password?: string }): boolean => password !== undefined;
