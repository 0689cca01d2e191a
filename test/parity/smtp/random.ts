/** SMTP dialogues that nobody thought of. */
import type { Chance } from '../harness/chance.ts';
import type { Grammar } from '../harness/random-dialogue.ts';
import { exchange, mechanism, token } from '../harness/random-sasl.ts';

const verbs = ['HELO', 'EHLO', 'helo', 'MAIL', 'RCPT', 'RSET', 'NOOP', 'VRFY', 'EXPN', 'HELP', 'STARTTLS'] as const;
const more = ['DATA', 'AUTH', 'QUIT', 'XX', 'Auth', 'BDAT 3 LAST', 'BDAT', 'XCLIENT NAME=x', 'ETRN', 'TURN'] as const;
const tails = ['', ' ', '  ', '\t', '\0', ':', ' a', ' a b', '  a  ', ' \t', ' a\tb', ' =', ' \xff'] as const;
const many = [' 1 2 3 4 5 6 7 8 9 10 11', ' 1 2 3 4 5 6 7 8 9 10 11 12', ` ${'x'.repeat(60)}`] as const;
const usual = [
  'MAIL FROM:<a>',
  'MAIL FROM:<a>⏎RCPT TO:<b>',
  'MAIL FROM:<>⏎RCPT TO:<b>⏎RCPT TO:<c>⏎DATA⏎text⏎..⏎.⏎RSET',
  'RCPT TO:<b>',
  'mail  from:<x>  SIZE=1 ',
  'rcpt to:<x y@z>  NOTIFY=NEVER ',
  'HELO me',
  'EHLO me',
  'EHLO [IPv6:::1]',
  'RSET',
  'NOOP',
] as const;
const bytes = ['A', 'n', ' ', '\t', '\r', '\0', '<', '\xe9', 'Q', '-', '1', '='] as const;
const ends = ['⏎', '⏎', '⏎', '⏎', '⏎', '⏎', '␊', '\r', '\r\r\n'] as const;

function line(draw: Chance): string {
  const { one, some } = draw;
  const end = () => one(ends);
  const kinds = [
    () => one([...verbs, ...more]) + one([...tails, ...many]),
    () => one(usual),
    () => one(usual),
    () => `AUTH ${mechanism(draw)}${one(['', '', ' '])}${one(['', token(draw)])}`,
    () => `AUTH ${exchange(draw).join('⏎')}`,
    () => token(draw),
    () => some([0, 1, 2, 3, 5, 7], () => one(bytes)),
  ] as const;
  return one(kinds)() + end();
}

const values = [
  ['xclient off;', 'xclient on;'],
  ['proxy_smtp_auth on;'],
  ['smtp_capabilities PIPELINING "SIZE 10";', 'smtp_capabilities X;', 'smtp_capabilities "";'],
  ['smtp_greeting_delay 100ms;'],
  ['smtp_client_buffer 40;', 'smtp_client_buffer 100;', 'smtp_client_buffer 300;', 'smtp_client_buffer 1k;'],
] as const;
const logins = [
  'smtp_auth none;',
  'smtp_auth none;',
  'smtp_auth plain none cram-md5;',
  'smtp_auth external login;',
  'smtp_auth none external plain login cram-md5;',
] as const;

/** SMTP's own. */
export const grammar: Grammar = {
  protocol: 'smtp',
  end: '␊.⏎QUIT⏎',
  line,
  conf: ({ one, often }) => [
    ...(often(0.85) ? [one(logins)] : []),
    ...values.flatMap((some) => (often(0.25) ? [one(some)] : [])),
  ],
};
