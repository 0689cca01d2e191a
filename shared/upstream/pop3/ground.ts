/** Where a session with the played POP3 server stands (RFC 1939 3), and everything that can happen to it. */
import type { Happening, Terrain } from '../../machine/explore.ts';
import type { Bytes } from '../../machine/machine.ts';
import { encodeBase64 } from '../../wire/base64.ts';
import { answersTo } from '../answers.ts';
import type { MockEvent } from '../mock.ts';
import { type Asks, nameOfEvent, type Result, type Sight, type Watched } from '../watched.ts';
import { pop3Stages, readCommand } from './commands.ts';
import type { Pop3MockState } from './state.ts';

/** The machine's own places, with those of RFC 1939 under their names there. */
function place({ place: inner, user }: Pop3MockState, _asks: Asks | null): string {
  if (inner === 'authorization' && user !== null) return 'user';
  return inner === 'over' ? 'ended' : inner;
}

/** An answer begins with its status. */
function status(said: Bytes): Result | null {
  if (said.startsWith('+OK')) return 'ok';
  return said.startsWith('-ERR') ? 'err' : said.startsWith('+') ? 'prompt' : null;
}

/** How the machine is watched. */
export const pop3Sight: Sight<Pop3MockState> = {
  place,
  status,
  ends: () => true,
  command: (_state, unit) => unit,
};

/** The name of an event: a command's word, `answer` to the prompt of AUTH, `unknown` for words it does not know. */
export function pop3MockName({ state }: Watched<Pop3MockState>, event: MockEvent): string {
  if (event.type !== 'line') return nameOfEvent(event);
  return state.place === 'sasl' ? 'answer' : (readCommand(event.text).verb ?? 'unknown');
}

const plain = encodeBase64('\0ann\0secret');

const lines: readonly string[] = [
  ...['CAPA', 'STLS', 'USER ann', 'PASS secret', 'APOP ann 0123456789abcdef0123456789abcdef', 'AUTH PLAIN'],
  ...[`AUTH PLAIN ${plain}`, 'AUTH PLAIN !', 'AUTH CRAM-MD5', 'STAT', 'NOOP', 'LIST', 'LIST 2', 'LIST 9', 'LIST 1 2'],
  ...['UIDL', 'UIDL 2', 'UIDL 9', 'RETR 2', 'RETR 9', 'RETR 1 2', 'TOP 2 1', 'TOP 9 1', 'TOP 2', 'DELE 2', 'DELE 9'],
  ...['DELE 1 2', 'RSET', 'QUIT', ...Object.keys(pop3Stages), 'GARBAGE'],
].map((text) => `${text}\r\n`);

const answers: readonly string[] = [plain, '*', '!'].map((text) => `${text}\r\n`);

/** Messages in the example's maildrop. */
const MAILS = 2;

const opened: MockEvent = {
  type: 'opened',
  client: { address: '127.0.0.1', port: 40_000 },
  nonce: { random: 1, seconds: 2 },
};

function events({ state, asks }: Watched<Pop3MockState>): readonly MockEvent[] {
  if (state.place === 'new') return [opened];
  if (state.place === 'over') return [];
  if (asks !== null) return answersTo(asks, MAILS);
  const said = (state.place === 'sasl' ? answers : lines).map((text): MockEvent => ({ type: 'line', text, now: 0 }));
  return [...said, { type: 'overlong' }];
}

/** Everything that can happen to it. */
export const pop3MockTerrain: Terrain<Watched<Pop3MockState>, MockEvent> = {
  happenings: (watched) =>
    events(watched).map((event): Happening<MockEvent> => ({ on: pop3MockName(watched, event), event })),
  shape: ({ place: where, path, state }) => {
    const { secure, challenge, user, mails, lines: top } = state;
    const kept = mails.map(({ deleted }) => (deleted ? '-' : '+')).join('');
    return [where, path, secure, challenge === '', user === null, kept, top === null].join('/');
  },
  leaps: () => [],
};
