/** Dialogues that nobody thought of: lines, ends and segments drawn by lot. The same seed gives the same dialogues. */
import { type Draw, drawing, numbers, segments } from '../harness/chance.ts';
import { type Dialogue, ok, refuse, type Turn, wire } from '../harness/dialogue.ts';

const verbs = [
  'HELO',
  'EHLO',
  'helo',
  'MAIL',
  'RCPT',
  'RSET',
  'NOOP',
  'VRFY',
  'EXPN',
  'HELP',
  'STARTTLS',
  'DATA',
] as const;
const more = ['AUTH', 'QUIT', 'XX', 'Auth', 'BDAT'] as const;
const tails = ['', ' ', '  ', '\t', '\0', ':', ' a', ' a b', '  a  ', ' \t', ' a\tb', ' =', ' \xff'] as const;
const many = [' 1 2 3 4 5 6 7 8 9 10 11', ' 1 2 3 4 5 6 7 8 9 10 11 12'] as const;
const usual = [
  'MAIL FROM:<a>',
  'RCPT TO:<b>',
  'mail  from:<x>  SIZE=1 ',
  'HELO me',
  'EHLO me',
  'RSET',
  'NOOP',
] as const;
const auths = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'EXTERNAL', `plain ${btoa('\0u\0p')}`, `LOGIN ${btoa('u')}`] as const;
const oddAuths = [`EXTERNAL ${btoa('u')}`, 'PLAIN =', 'PLAIN *', 'LOGIN * *'] as const;
const tokens = [
  btoa('\0u\0p'),
  btoa('user'),
  btoa(`x ${'a'.repeat(32)}`),
  '*',
  '=',
  '',
  ' ',
  'ab==cd',
  'abcde',
] as const;
const oddTokens = [btoa('\0\0'), btoa('a\0b'), btoa('\0u\0\0x')] as const;
const bytes = ['A', 'n', ' ', '\t', '\r', '\0', '<', '\xe9', 'Q', '-', '1', '='] as const;
const ends = ['⏎', '⏎', '⏎', '⏎', '␊', '\r', '\r\r\n'] as const;
const confs = ['smtp_auth none;', 'smtp_auth plain none cram-md5;', 'smtp_auth external login;', ''] as const;
const answers = [
  ok(),
  ok('Auth-User: ren%61med⏎Auth-Pass: x⏎'),
  refuse('no'),
  refuse('no', 'Auth-Error-Code: 550⏎'),
] as const;

function line(draw: Draw): string {
  const kinds = [
    () => draw([...verbs, ...more]) + draw([...tails, ...many]),
    () => draw(usual),
    () => `AUTH ${draw([...auths, ...oddAuths])}`,
    () => draw([...tokens, ...oddTokens]),
    () => Array.from({ length: draw([0, 1, 2, 3, 5, 7]) }, () => draw(bytes)).join(''),
  ] as const;
  return draw(kinds)() + draw(ends);
}

function one(name: string, random: () => number): Dialogue {
  const draw = drawing(random);
  const count = 1 + Math.floor(random() * 12);
  const text = Array.from({ length: count }, () => line(draw)).join('');
  // Whatever the lines led to, a QUIT gets through in the end, or as a SASL answer ends the session.
  const end = `␊${'QUIT⏎'.repeat(5)}`;
  const buffer = random() < 0.3 ? `smtp_client_buffer ${wire(text + end).length + 200};` : '';
  const cut = segments(text, random);
  const turns = cut.map((part, i): Turn => {
    const after = i === 0 ? 0 : 60;
    return i === cut.length - 1 ? [part + end, '', { after, closes: true }] : [part, '', { after }];
  });
  return {
    name,
    conf: `${draw(confs)} xclient off; max_errors ${draw([1, 2, 5, 9, 30])}; ${buffer}`,
    auth: draw(answers),
    upstream: {
      replies: {
        MAIL: draw(['250 m⏎', '250 m⏎', '451 m⏎']),
        RCPT: draw(['250 rcpt⏎', '550-no⏎550 no⏎']),
        // No content: the QUITs at the end shall be commands.
        DATA: '500 no⏎',
      },
    },
    turns,
  };
}

/** As many dialogues as are asked for. */
export function randomDialogues(seed: number, count: number): Dialogue[] {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, i) => one(`seed ${seed}, number ${i}`, random));
}
