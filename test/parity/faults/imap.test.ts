/** Every fault at every stage of a played IMAP server: a client of the lab sees what a client of a real nginx sees. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stages } from '../../../shared/upstream/fault.ts';
import { type FaultCase, type Heard, type Stand, startStand } from './stand.ts';

/**
 * The stand's servers: one that keeps the upstream's words to itself, one that tells them, one that says PROXY, and one
 * that has time. proxy_timeout counts from what the client said last, however much the upstream says.
 */
const servers = [
  'imap_auth plain; timeout 1s; proxy_timeout 1s;',
  'imap_auth plain; timeout 1s; proxy_timeout 1s; proxy_pass_error_message on;',
  'imap_auth plain; timeout 1s; proxy_timeout 1s; proxy_protocol on;',
  'imap_auth plain; timeout 30s; proxy_timeout 30s;',
];
const [PLAIN, TELLING, PROXY, PATIENT] = [0, 1, 2, 3];

const login = ['a LOGIN WHO secret'];
const selected = [...login, 'b SELECT INBOX'];
const end = ['y NOOP', 'z LOGOUT'];

/** What the client says to come to a stage, and on from there. */
const says: Readonly<Record<(typeof stages.imap)[number], readonly string[]>> = {
  connect: [...selected, ...end],
  greeting: [...selected, ...end],
  login: [...selected, ...end],
  capability: [...login, 'c CAPABILITY', ...end],
  starttls: [...login, 'c STARTTLS', ...end],
  list: [...login, 'c LIST "" *', ...end],
  select: [...login, 'c SELECT INBOX', 'd EXAMINE INBOX', ...end],
  fetch: [...selected, 'c FETCH 1 (FLAGS BODY.PEEK[])', 'd UID FETCH 1 RFC822.SIZE', ...end],
  search: [...selected, 'c SEARCH ALL', ...end],
  store: [...selected, 'c STORE 1 +FLAGS (\\Seen)', 'd FETCH 1 FLAGS', ...end],
  copy: [...selected, 'c COPY 1 INBOX', ...end],
  append: [...login, 'c APPEND INBOX {4}', 'a: b', ...end],
  expunge: [...selected, 'c STORE 1 +FLAGS (\\Deleted)', 'd EXPUNGE', ...end],
  idle: [...selected, 'c IDLE', 'DONE', ...end],
  logout: [...login, 'z LOGOUT', 'y NOOP'],
};

const acts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  later: { reply: 'NO [UNAVAILABLE] come again' },
  never: { reply: 'BAD not here' },
  lines: { reply: '* OK [ALERT] look\nNO [OVERQUOTA] full' },
  yes: { reply: 'OK as you like' },
  bye: { reply: 'BYE going down' },
  delay: { delay: 80 },
  drip: { drip: 2 },
  close: { close: true },
  reset: { reset: true },
  refuse: { refuse: true },
  silent: { silent: true },
};

const isPossible = (stage: Stage, act: string): boolean =>
  stage === 'connect' ? ['delay', 'close', 'reset', 'refuse', 'silent'].includes(act) : act !== 'refuse';

const header = { stage: 'connect', switch: 'proxy-protocol' };

const cases: readonly FaultCase[] = [
  ...stages.imap.flatMap((stage) =>
    Object.entries(acts)
      .filter(([act]) => isPossible(stage, act))
      .map(([act, how]) => ({
        name: `${stage}-${act}`,
        server: act === 'drip' || act === 'delay' ? PATIENT : PLAIN,
        faults: [{ stage, ...how }],
        // Who says more behind a yes to LOGOUT may be reset or not, by chance.
        says: stage === 'logout' && act === 'yes' ? says.logout.slice(0, -1) : says[stage],
      })),
  ),
  ...(['greeting', 'login'] as const).flatMap((stage) =>
    ['later', 'lines', 'bye', 'close', 'reset', 'silent'].map((act) => ({
      name: `told-${stage}-${act}`,
      server: TELLING,
      faults: [{ stage, ...acts[act] }],
      // What is told is told last.
      says: login,
    })),
  ),
  { name: 'none', server: PATIENT, faults: [], says: says.fetch },
  {
    name: 'preauth',
    server: PLAIN,
    faults: [{ stage: 'connect', switch: 'preauth' }],
    says: says.greeting,
  },
  {
    name: 'login-disabled',
    server: PLAIN,
    faults: [{ stage: 'connect', switch: 'login-disabled' }],
    says: says.login,
  },
  { name: 'header-wanted', server: PLAIN, faults: [header], says: says.fetch },
  { name: 'header-given', server: PROXY, faults: [header], says: says.fetch },
];

/** The greeting, a tagged line, or the request for more. */
const isWhole = (answer: string, said: string | null): boolean =>
  said === null || /(?:^|\n)(?:[a-z] |\+)[^\n]*\n$/.test(answer);

/** Each proxy's client has a mailbox of its own. */
const alike = (heard: Heard): Heard =>
  heard.map((text) => text.replaceAll(/(UIDVALIDITY|APPENDUID|COPYUID) \d+/g, '$1 N'));

let stand: Stand;

beforeAll(async () => {
  stand = await startStand({
    protocol: 'imap',
    cases,
    servers,
    goodbye: /^\* BYE|^\S+ BAD internal server error/,
    isWhole,
    mail: 'Subject: hello\r\n\r\nbody\r\n',
    when: ({ name }) => ({ user: `${name}@*` }),
  });
});
afterAll(() => stand.stop());

test.concurrent.each(cases)('$name', async (one) => {
  const { lab, nginx } = await stand.both(one);
  expect(alike(lab)).toEqual(alike(nginx));
});

test('every fault has struck, in both', () => {
  const expected = cases.filter(({ faults }) => faults.length > 0);
  const struck = new Map(stand.lab.view().upstreamFaults.map((fault) => [fault.upstream, fault.struck]));
  // A closed port sees nobody: the lab counts its own proxy's tries.
  const least = ({ faults }: FaultCase) => (faults.some(({ refuse }) => refuse) ? 1 : 2);
  expect(expected.filter((one) => (struck.get(one.name) ?? 0) < least(one)).map(({ name }) => name)).toEqual([]);
});
