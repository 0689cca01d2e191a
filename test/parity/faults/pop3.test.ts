/** Every fault at every stage of a played POP3 server: a client of the lab sees what a client of a real nginx sees. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stages } from '../../../shared/upstream/fault.ts';
import { type FaultCase, type Heard, type Stand, startStand } from './stand.ts';

/**
 * The stand's servers: one that keeps the upstream's words to itself, one that tells them, one that says PROXY, and one
 * that has time. proxy_timeout counts from what the client said last, however much the upstream says.
 */
const servers = [
  'pop3_auth plain; timeout 1s; proxy_timeout 1s;',
  'pop3_auth plain; timeout 1s; proxy_timeout 1s; proxy_pass_error_message on;',
  'pop3_auth plain; timeout 1s; proxy_timeout 1s; proxy_protocol on;',
  'pop3_auth plain; timeout 30s; proxy_timeout 30s;',
];
const [PLAIN, TELLING, PROXY, PATIENT] = [0, 1, 2, 3];

const login = ['USER WHO', 'PASS secret'];

/** What the client says to come to a stage, and on from there. */
const says: Readonly<Record<(typeof stages.pop3)[number], readonly string[]>> = {
  connect: [...login, 'STAT', 'QUIT'],
  greeting: [...login, 'STAT', 'QUIT'],
  user: [...login, 'STAT', 'QUIT'],
  pass: [...login, 'STAT', 'QUIT'],
  capa: [...login, 'CAPA', 'STAT', 'QUIT'],
  stls: [...login, 'STLS', 'STAT', 'QUIT'],
  apop: [...login, 'APOP x 00', 'STAT', 'QUIT'],
  stat: [...login, 'STAT', 'LIST', 'QUIT'],
  list: [...login, 'LIST', 'LIST 1', 'STAT', 'QUIT'],
  uidl: [...login, 'UIDL', 'STAT', 'QUIT'],
  retr: [...login, 'RETR 1', 'TOP 1 1', 'STAT', 'QUIT'],
  dele: [...login, 'DELE 1', 'RSET', 'STAT', 'QUIT'],
  quit: [...login, 'DELE 1', 'QUIT', 'STAT'],
};

const acts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  later: { reply: '-ERR [SYS/TEMP] come again' },
  never: { reply: '-ERR [AUTH] not you' },
  lines: { reply: '-ERR one\ntwo\n.' },
  yes: { reply: '+OK as you like' },
  odd: { reply: '* OK IMAP4 ready' },
  bare: { reply: '-' },
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
const loginStages = ['greeting', 'user', 'pass'] as const;

const cases: readonly FaultCase[] = [
  ...stages.pop3.flatMap((stage) =>
    Object.entries(acts)
      .filter(([act]) => isPossible(stage, act))
      .map(([act, how]) => ({
        name: `${stage}-${act}`,
        server: act === 'drip' || act === 'delay' ? PATIENT : PLAIN,
        faults: [{ stage, ...how }],
        // Who says more behind a yes to QUIT may be reset or not, by chance.
        says: stage === 'quit' && act === 'yes' ? says.quit.slice(0, -1) : says[stage],
      })),
  ),
  ...loginStages.flatMap((stage) =>
    ['later', 'lines', 'odd', 'close', 'reset', 'silent'].map((act) => ({
      name: `told-${stage}-${act}`,
      server: TELLING,
      faults: [{ stage, ...acts[act] }],
      // What is told is told last.
      says: login,
    })),
  ),
  { name: 'none', server: PATIENT, faults: [], says: says.retr },
  { name: 'header-wanted', server: PLAIN, faults: [header], says: says.stat },
  { name: 'header-given', server: PROXY, faults: [header], says: says.stat },
];

const many = /^(?:LIST|UIDL|CAPA|RETR \d+|TOP \d+ \d+)$/;
const isWhole = (answer: string, said: string | null): boolean =>
  !(said !== null && many.test(said) && answer.startsWith('+OK')) || answer.endsWith('\r\n.\r\n');

/** Each proxy's client has a mailbox of its own. */
const alike = (heard: Heard): Heard => heard.map((text) => text.replaceAll(/\b\d{9,}\.(?=\d)/g, 'UIDVALIDITY.'));

let stand: Stand;

beforeAll(async () => {
  stand = await startStand({
    protocol: 'pop3',
    cases,
    servers,
    goodbye: /^(?:\+OK bye|-ERR internal server error)/,
    isWhole,
    mail: 'Subject: hello\r\n\r\n..dot\r\nmore\r\n',
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
