/** Capabilities that the configuration promises and nginx cannot keep: it never asks the upstream for them. */
import type { Lint } from '../lab/problem.ts';
import { type LintedServer, lintAt } from './linted-server.ts';
import type { Written } from './written.ts';

/** What is wrong with one word of a list. */
interface Broken {
  readonly id: string;
  readonly message: string;
  readonly severity?: Lint['severity'];
}

const NGINX_MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', 'APOP'];

/** Mechanisms named in a word such as `AUTH PLAIN XOAUTH2`, `AUTH=PLAIN` or `SASL PLAIN`. */
function mechanisms(text: string, directive: string): Broken {
  const named = text
    .toUpperCase()
    .split(/[\s=]+/)
    .slice(1);
  const foreign = named.find((name) => name !== '' && !NGINX_MECHANISMS.includes(name));
  if (foreign !== undefined) {
    const message = `"${text}" promises ${foreign}, which nginx does not have: clients that choose it cannot log in; take it out`;
    return { id: 'F8', message };
  }
  return {
    id: 'F9',
    message: `"${text}" is shown besides the list that nginx makes of ${directive} itself; take it out, and name the mechanisms in ${directive}`,
  };
}

const byHand = (text: string, word: string): Broken => ({
  id: 'F1',
  message: `"${text}" is promised to every client, with TLS or without; take it out, and write "starttls ${word};"`,
});

const unknown = (text: string, command: string, answer: string): Broken => ({
  id: 'F1',
  message: `"${text}" promises ${command}, which nginx answers with ${answer}; take it out`,
});

function smtp(text: string): Broken | null {
  switch (text.toUpperCase().split(/[\s=]/)[0]) {
    case 'CHUNKING':
    case 'BINARYMIME':
      return {
        id: 'F2',
        message: `"${text}" lets clients send BDAT, which nginx answers with 500 until the upstream has taken over, and mail is lost; take it out`,
      };
    case 'AUTH':
      return mechanisms(text, 'smtp_auth');
    case 'STARTTLS':
      return byHand(text, 'on');
    case 'XCLIENT':
      return unknown(text, 'XCLIENT', '500');
    default:
      return null;
  }
}

function imap(text: string): Broken | null {
  const word = text.toUpperCase();
  if (word === 'ID') {
    return {
      id: 'F3',
      message:
        'clients send ID before they log in when it is promised, and nginx answers BAD: some give up; take it out',
    };
  }
  if (word.startsWith('AUTH=')) return mechanisms(text, 'imap_auth');
  if (word === 'STARTTLS') return byHand(text, 'on');
  return word === 'LOGINDISABLED' ? byHand(text, 'only') : null;
}

function pop3(text: string): Broken | null {
  switch (text.toUpperCase().split(/\s/)[0]) {
    case 'STLS':
      return byHand(text, 'on');
    case 'SASL':
      return mechanisms(text, 'pop3_auth');
    case 'UTF8':
    case 'LANG':
      return unknown(text, `the command ${text.toUpperCase().split(/\s/)[0]} before the login`, '-ERR');
    default:
      return null;
  }
}

const JUDGES = { smtp, imap, pop3 } as const;

/** Words that stand for themselves, so that a second one in the same quotes was meant as a word of its own. */
const WORDS = {
  smtp: /\s(?:8BITMIME|PIPELINING|ENHANCEDSTATUSCODES|DSN|SMTPUTF8|STARTTLS|CHUNKING|BINARYMIME|VRFY|ETRN|HELP|SIZE)\b/i,
  imap: null,
  pop3: /\s(?:TOP|USER|UIDL|STLS|PIPELINING|RESP-CODES|UTF8|SASL)\b/i,
} as const;

function oneWord(server: LintedServer, at: Written, index: number, text: string): readonly Lint[] {
  const { protocol } = server.conf;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\x00-\x1f\x7f]/.test(text)) {
    const what = `"${at.name}" goes to the client as it is: a control character in it breaks the list; take it out`;
    return [lintAt(at, index, 'Q44', what)];
  }
  if (WORDS[protocol]?.test(text)) {
    const what = `"${text}" is one word, so it becomes one line of the list; write several words without the quotes`;
    return [lintAt(at, index, 'F1', what)];
  }
  // Inside one pair of quotes IMAP words are told apart all the same: they share one line.
  const parts = protocol === 'imap' ? text.split(' ') : [text];
  return parts.flatMap((part) => {
    const broken = JUDGES[protocol](part);
    return broken === null ? [] : [lintAt(at, index, broken.id, broken.message, broken.severity)];
  });
}

/** IMAP4rev1 must be there (RFC 3501 6.1.1), and a list of one's own replaces nginx's whole. */
function withoutVersion(server: LintedServer, lists: readonly Written[]): readonly Lint[] {
  const [first] = lists;
  const words = lists.flatMap(({ args }) => args.flatMap((text) => text.toUpperCase().split(' ')));
  if (server.conf.protocol !== 'imap' || first === undefined || words.some((word) => /^IMAP4REV[12]$/.test(word))) {
    return [];
  }
  const what =
    'imap_capabilities replaces the list of nginx as a whole, and without IMAP4rev1 clients do not know the protocol; add IMAP4rev1';
  return [lintAt(first, 0, 'F1', what)];
}

/** Lints of the capability list that counts for the server. */
export function lintCapabilities(server: LintedServer): readonly Lint[] {
  const lists = server.counting(`${server.conf.protocol}_capabilities`);
  const words = lists.flatMap((at) => at.args.flatMap((text, index) => oneWord(server, at, index + 1, text)));
  return [...words, ...withoutVersion(server, lists)];
}
