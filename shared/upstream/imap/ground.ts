/** Where a session with the played IMAP server stands (RFC 3501 3), and everything that can happen to it. */
import type { Happening, Terrain } from '../../machine/explore.ts';
import type { Bytes } from '../../machine/machine.ts';
import { encodeBase64 } from '../../wire/base64.ts';
import { answersTo } from '../answers.ts';
import type { MockEvent } from '../mock.ts';
import { type Asks, nameOfEvent, type Result, type Sight, type Watched } from '../watched.ts';
import { commands, readHead } from './commands.ts';
import { APPEND_MAX } from './limits.ts';
import { lineText } from './reader.ts';
import { Scanner } from './scanner.ts';
import type { ImapState } from './state.ts';

/** RFC 3501's states where a command may come, and the machine's own places between them. */
function place({ place: inner, pieces, owner, view }: ImapState, asks: Asks | null): string {
  if (asks !== null) return asks.type === 'secure' ? 'handshake' : asks.type;
  if (inner !== 'command') return inner;
  if (pieces.length > 0) return 'rest';
  if (owner === null) return 'not-authenticated';
  return view === null ? 'authenticated' : 'selected';
}

const statuses: Readonly<Record<string, Result>> = { OK: 'ok', PREAUTH: 'ok', NO: 'no', BAD: 'bad', BYE: 'bye' };

/** An answer ends with its status. */
function status(said: Bytes): Result | null {
  const last = said.slice(said.lastIndexOf('\n', said.length - 2) + 1);
  if (last.startsWith('+')) return 'prompt';
  return statuses[/^\S+ ([A-Z]+)\b/.exec(last)?.[1] ?? ''] ?? null;
}

/** How the machine is watched. */
export const imapSight: Sight<ImapState> = {
  place,
  status,
  // What has no tag to be answered with is told `* BAD`.
  ends: (line, says) => !line.startsWith('* ') || says === 'bye' || line.startsWith('* BAD'),
  command: ({ pieces }, unit) => [...pieces.map(({ text }) => text), unit].join('{}'),
};

const ANNOUNCES = /\{\d{1,10}\+?\}$/;

/**
 * The name of an event: a command's word, `announces` for a command that goes on with a literal, `literal` for the bytes of
 * one, `more` for what follows them, `too-long` for the beginning of a line that is.
 */
export function imapMockName({ state }: Watched<ImapState>, event: MockEvent): string {
  if (event.type !== 'line') return nameOfEvent(event);
  const text = lineText(event.text);
  switch (state.place) {
    case 'literal':
      return 'literal';
    case 'sasl':
      return 'answer';
    case 'idle':
      return text.toUpperCase() === 'DONE' ? 'DONE' : 'unknown';
    case 'command':
      if (state.pieces.length > 0) return 'more';
      if (!event.text.endsWith('\n')) return 'too-long';
      if (ANNOUNCES.test(text)) return 'announces';
      return readHead(new Scanner([{ text, literal: null }])).verb || 'unknown';
    default:
      return 'more';
  }
}

const plain = encodeBase64('\0ann\0secret');

/** Good ones first, as they are shown as examples; with literals, and what cannot be. */
const lines: readonly string[] = [
  ...[
    'CAPABILITY',
    'NOOP',
    'LOGOUT',
    'ID NIL',
    'STARTTLS',
    'LOGIN ann secret',
    'LOGIN {3}',
    'LOGIN {3+}',
    'LOGIN {0}',
    'LOGIN {0+}',
  ],
  ...['AUTHENTICATE PLAIN', `AUTHENTICATE PLAIN ${plain}`, 'AUTHENTICATE PLAIN =', 'AUTHENTICATE CRAM-MD5'],
  // The modified UTF-7 of a mailbox's name does not end with `&`.
  ...['SELECT', 'EXAMINE', 'CREATE', 'DELETE', 'SUBSCRIBE', 'UNSUBSCRIBE'].flatMap((verb) => [
    `${verb} INBOX`,
    `${verb} &`,
  ]),
  ...['RENAME Work Play', 'RENAME & Play', 'RENAME INBOX Old', 'STATUS INBOX (MESSAGES)', 'STATUS & (MESSAGES)'],
  ...['LIST', 'LSUB'].flatMap((verb) => [`${verb} "" *`, `${verb} "" ""`, `${verb} "" &`]),
  ...['NAMESPACE', 'IDLE'],
  ...[
    'APPEND INBOX {4}',
    'APPEND INBOX {4+}',
    'APPEND INBOX {0}',
    'APPEND INBOX {0+}',
    `APPEND INBOX {${APPEND_MAX + 1}}`,
    'APPEND & {4}',
    'CHECK',
    'CLOSE',
    'UNSELECT',
  ],
  ...['FETCH 1 (FLAGS)', 'FETCH 1 (ENVELOPE)', 'FETCH 1:* (BODY[])', 'FETCH 9 (FLAGS)', 'UID FETCH 1:* (BODY.PEEK[])'],
  ...['SEARCH ALL', 'SEARCH SUBJECT hello', 'SEARCH TEXT hello', 'SEARCH CHARSET X ALL', 'SEARCH 9', 'UID SEARCH ALL'],
  ...['STORE 1 +FLAGS (\\Flagged)', 'STORE 1 +FLAGS.SILENT (\\Seen)', 'STORE 9 FLAGS ()', 'UID STORE 1 FLAGS ()'],
  ...['COPY 1 Work', 'COPY 9 Work', 'COPY 1 &', 'UID COPY 9 Work', 'MOVE 1 Work', 'MOVE 9 Work', 'MOVE 1 &'],
  ...['EXPUNGE', 'UID EXPUNGE 9'],
  ...Object.keys(commands).flatMap((verb) => ['', ' x y z'].map((rest) => verb + rest)),
  // A command of each state, and of each way to take a string.
  ...['CAPABILITY', 'ID', 'LOGIN', 'SELECT', 'LIST', 'APPEND', 'FETCH', 'SEARCH', 'COPY'].flatMap((verb) =>
    ['{4}', '{4+}', '{99999}', '{99999+}'].map((rest) => `${verb} ${rest}`),
  ),
].map((text) => `a1 ${text}\r\n`);

const oddities: readonly string[] = [
  'a1 GARBAGE\r\n',
  'garbage\r\n',
  '\r\n',
  'a1 {99999+}\r\n',
  'a1 {4+}\r\n',
  'a1 too long',
];
const rests: readonly string[] = ['', ' secret', ' {4}', ' {4+}', ' {0}', ' {0+}', ' {99999}', ' {99999+}'].map(
  (text) => `${text}\r\n`,
);

function linesIn({ place: inner, pieces, literal }: ImapState): readonly string[] {
  switch (inner) {
    case 'command':
      return pieces.length > 0 ? [...rests, ' too long'] : [...lines, ...oddities];
    case 'literal':
      return ['x'.repeat(literal)];
    case 'sasl':
      return [`${plain}\r\n`, '*\r\n', '!\r\n'];
    case 'idle':
      return ['DONE\r\n', 'a2 NOOP\r\n'];
    case 'skip':
      return ['on and on', 'the end\r\n'];
    default:
      return [];
  }
}

/** Messages in the example's mailbox: one read and marked to go, one new. */
const MAILS = 2;

const opened: MockEvent = {
  type: 'opened',
  client: { address: '127.0.0.1', port: 40_000 },
  nonce: { random: 1, seconds: 2 },
};

function events({ state, asks }: Watched<ImapState>): readonly MockEvent[] {
  if (state.place === 'ended') return [];
  if (state.place === 'greet') return [opened];
  // Nothing is read or told before that is answered; whether a maildrop is busy only POP3 asks.
  if (asks !== null) return answersTo(asks, MAILS).filter((event) => event.type !== 'account' || !event.busy);
  const said = linesIn(state).map((text): MockEvent => ({ type: 'line', text, now: 0 }));
  return [...said, { type: 'overlong' }, { type: 'news' }];
}

function viewShape({ view }: ImapState): string {
  if (view === null) return '';
  return `${view.readOnly ? 'looks' : 'changes'}${view.mails.length}`;
}

/** Everything that can happen to it. */
export const imapMockTerrain: Terrain<Watched<ImapState>, MockEvent> = {
  happenings: (watched) =>
    events(watched).map((event): Happening<MockEvent> => ({ on: imapMockName(watched, event), event })),
  shape: ({ place: where, path, state }) => {
    const { owner, stale, secure, literal, pieces } = state;
    if (where === 'ended') return where;
    const [first, last] = [pieces[0]?.text ?? '', pieces.at(-1)?.text ?? ''];
    const open = [owner === null ? secure : 'in', viewShape(state), stale];
    return [where, path, ...open, literal, first, last, Math.min(pieces.length, 3)].join('/');
  },
  leaps: () => [],
};
