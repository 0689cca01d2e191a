/** Every fault at every stage of a played SMTP server: a client of the lab sees what a client of a real nginx sees. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stages } from '../../../shared/upstream/fault.ts';
import { presetFaults, presets } from '../../../shared/upstream/presets.ts';
import { type FaultCase, type Stand, startStand, writtenFault } from './stand.ts';

/** The stand's servers: one that passes XCLIENT on, one that logs in to the upstream, one that says PROXY. */
const servers = [
  'smtp_auth none; xclient on; timeout 1s; proxy_timeout 1s;',
  'smtp_auth plain; xclient off; proxy_smtp_auth on; timeout 1s; proxy_timeout 1s;',
  'smtp_auth none; xclient off; proxy_protocol on; proxy_pass_error_message on; timeout 1s; proxy_timeout 1s;',
];
const [XCLIENT, LOGIN, PROXY] = [0, 1, 2];

const upToRcpt = ['EHLO laptop', 'MAIL FROM:<a@b.test>', 'RCPT TO:<NAME@x.test>'];
const message = 'Subject: hello\r\n\r\n..dot\r\n.';

/** What the client says to come to a stage, and on from there. */
const says: Readonly<Record<(typeof stages.smtp)[number], readonly string[]>> = {
  connect: [...upToRcpt, 'NOOP', 'QUIT'],
  greeting: [...upToRcpt, 'NOOP', 'QUIT'],
  ehlo: [...upToRcpt, 'NOOP', 'QUIT'],
  xclient: [...upToRcpt, 'NOOP', 'QUIT'],
  auth: ['EHLO laptop', 'AUTH PLAIN NAME', 'MAIL FROM:<a@b.test>', 'QUIT'],
  mail: [...upToRcpt, 'RCPT TO:<other@x.test>', 'QUIT'],
  rcpt: [...upToRcpt, 'RCPT TO:<other@x.test>', 'DATA', message, 'QUIT'],
  // Behind a yes it would be TLS.
  starttls: [...upToRcpt, 'STARTTLS'],
  data: [...upToRcpt, 'DATA', message, 'QUIT'],
  end: [...upToRcpt, 'DATA', message, 'NOOP', 'QUIT'],
  quit: [...upToRcpt, 'QUIT'],
};

const acts: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  later: { reply: '450 4.2.0 Greylisted' },
  never: { reply: '550 5.1.1 No such thing' },
  leaving: { reply: '421 4.3.2 Going down' },
  lines: { reply: '452 4.2.2 Mailbox full\nclean up\nand come again' },
  yes: { reply: '250 2.0.0 as you like' },
  odd: { reply: '354 what now' },
  garbage: { reply: 'WHAT? 250' },
  delay: { delay: 80 },
  drip: { drip: 2 },
  close: { close: true },
  reset: { reset: true },
  refuse: { refuse: true },
  silent: { silent: true },
};

const saidOf = (name: string, stage: Stage & keyof typeof says): readonly string[] =>
  says[stage].map((line) =>
    line.startsWith('AUTH')
      ? `AUTH PLAIN ${Buffer.from(`\0${name}\0secret`).toString('base64')}`
      : line.replace('NAME', name),
  );

const isPossible = (stage: Stage, act: string): boolean =>
  stage === 'connect' ? ['delay', 'close', 'reset', 'refuse', 'silent'].includes(act) : act !== 'refuse';

const cases: readonly FaultCase[] = [
  ...stages.smtp.flatMap((stage) => {
    const server = stage === 'auth' ? LOGIN : XCLIENT;
    return Object.entries(acts)
      .filter(([act]) => isPossible(stage, act))
      .map(([act, how]) => {
        const name = `${stage}-${act}`;
        // Who is told no goes on; behind a yes there is nobody to talk to.
        const isRefused = ['later', 'never', 'lines', 'odd', 'garbage'].includes(act);
        const on = isRefused ? { quit: ['NOOP'], starttls: ['QUIT'] }[stage as string] : [];
        const more = stage === 'starttls' ? { play: { starttls: true } } : {};
        return {
          name,
          server,
          faults: [{ stage, ...how }],
          more,
          says: [...saidOf(name, stage), ...(on ?? [])],
        };
      });
  }),
  { name: 'none', server: XCLIENT, faults: [], says: saidOf('none', 'rcpt') },
  { name: 'none-auth', server: LOGIN, faults: [], says: saidOf('none-auth', 'auth') },
  {
    name: 'no-xclient',
    server: XCLIENT,
    faults: [{ stage: 'connect', switch: 'no-xclient' }],
    says: saidOf('no-xclient', 'rcpt'),
  },
  {
    name: 'no-login',
    server: LOGIN,
    faults: [{ stage: 'connect', switch: 'login-disabled' }],
    says: saidOf('no-login', 'auth'),
  },
  // Nobody says the header that is waited for.
  {
    name: 'header-wanted',
    server: XCLIENT,
    faults: [{ stage: 'connect', switch: 'proxy-protocol' }],
    says: saidOf('header-wanted', 'rcpt'),
  },
  {
    name: 'header-given',
    server: PROXY,
    faults: [{ stage: 'connect', switch: 'proxy-protocol' }],
    says: saidOf('header-given', 'rcpt'),
  },
  // Those that strike once would strike only one of the two.
  ...presets.flatMap(({ name: preset }) => {
    const name = `preset-${preset}`;
    const server = preset === 'auth-down' ? LOGIN : XCLIENT;
    const faults = presetFaults(preset, name, 'smtp')?.map(writtenFault) ?? [];
    const said = saidOf(name, server === LOGIN ? 'auth' : 'rcpt');
    return faults.length > 0 && faults.every(({ next }) => next === undefined)
      ? [{ name, server, faults, says: said }]
      : [];
  }),
  ...['later', 'lines', 'garbage', 'close'].map((act) => {
    const name = `told-${act}`;
    const connect = { stage: 'connect', switch: 'proxy-protocol' };
    return { name, server: PROXY, faults: [connect, { stage: 'rcpt', ...acts[act] }], says: saidOf(name, 'rcpt') };
  }),
];

let stand: Stand;

beforeAll(async () => {
  stand = await startStand({
    protocol: 'smtp',
    cases,
    servers,
    goodbye: /^(421|221)/,
    when: ({ name, server }) => (server === LOGIN ? { user: name } : { rcpt: `${name}@*` }),
  });
});
afterAll(() => stand.stop());

test.concurrent.each(cases)('$name', async (one) => {
  const { lab, nginx } = await stand.both(one);
  expect(lab).toEqual(nginx);
});

test('every fault has struck, in both', () => {
  const expected = cases.filter(({ faults }) => faults.length > 0);
  const struck = (name: string) =>
    Math.max(
      ...stand.lab
        .view()
        .upstreamFaults.filter(({ upstream }) => upstream === name)
        .map((one) => one.struck),
    );
  // A closed port sees nobody: the lab counts its own proxy's tries.
  const least = ({ faults }: FaultCase) => (faults.some(({ refuse }) => refuse) ? 1 : 2);
  expect(expected.filter((one) => struck(one.name) < least(one)).map(({ name }) => name)).toEqual([]);
});
