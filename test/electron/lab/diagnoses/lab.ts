/** A lab with a listener for every kind of proxy, and upstreams and answers that are wrong in every way the lab can play. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect } from 'vitest';
import { bookOf } from '../../../../renderer/store/book.ts';
import type { RuleBook } from '../../../../shared/auth/rule.ts';
import { diagnose } from '../../../../shared/journal/diagnose.ts';
import type { Diagnostic } from '../../../../shared/journal/diagnostics.ts';
import type { Entry, SessionSummary } from '../../../../shared/journal/entry.ts';
import { type RunningLab, startLab } from '../../../fakes/running-lab.ts';
import type { Wire } from '../../upstream/wire.ts';

/** A server of the proxy: what it is called in the tests, its protocol, words behind `listen`, and its directives. */
type Door = readonly [name: string, protocol: 'smtp' | 'imap' | 'pop3', listen: string, directives: string];

const doors: readonly Door[] = [
  ['route', 'smtp', '', 'smtp_auth none; xclient off;'],
  ['xclient', 'smtp', '', 'smtp_auth none; xclient on;'],
  ['pass', 'smtp', '', 'smtp_auth none; xclient off; proxy_pass_error_message on;'],
  ['login', 'smtp', '', 'smtp_auth plain login cram-md5; xclient on; proxy_smtp_auth off;'],
  ['loginUp', 'smtp', '', 'smtp_auth plain login cram-md5; xclient off; proxy_smtp_auth on;'],
  ['mixed', 'smtp', '', 'smtp_auth none plain; xclient off;'],
  ['tls', 'smtp', 'ssl', 'smtp_auth none plain; xclient off;'],
  ['starttls', 'smtp', '', 'smtp_auth plain; xclient on; proxy_smtp_auth on; starttls only;'],
  ['proxied', 'smtp', 'proxy_protocol', 'smtp_auth none; xclient off; set_real_ip_from 127.0.0.0/8;'],
  ['proxiedDeaf', 'smtp', 'proxy_protocol', 'smtp_auth none; xclient off;'],
  ['sender', 'smtp', '', 'smtp_auth none; xclient off; proxy_protocol on;'],
  ['hurried', 'smtp', '', 'smtp_auth none; xclient off; timeout 300ms; max_errors 2;'],
  ['small', 'smtp', '', 'smtp_auth none; xclient off; proxy_buffer 32;'],
  ['impatient', 'smtp', '', 'smtp_auth none; xclient off; auth_http_timeout 100ms;'],
  ['down', 'smtp', '', 'smtp_auth none; xclient off; auth_http 127.0.0.1:7999;'],
  ['promising', 'smtp', '', 'smtp_auth none; xclient off; smtp_capabilities SMTPUTF8;'],
  ['imap', 'imap', '', 'imap_auth plain cram-md5;'],
  ['imapTls', 'imap', 'ssl', 'imap_auth plain;'],
  ['imapStart', 'imap', '', 'imap_auth plain; starttls only;'],
  ['pop3', 'pop3', '', 'pop3_auth plain;'],
  ['pop3Tls', 'pop3', 'ssl', 'pop3_auth plain;'],
];

const faultKinds = [
  ...['cut', 'close', 'oversize', 'no-status', 'no-server', 'no-port', 'host-name', 'lower-case', 'underscore'],
  ...['garbage', 'page', 'wait-loop', 'silent'],
];

/** What the rules say to recipients and users of a domain `NAME.test`. */
const answers: readonly (readonly [domain: string, then: string])[] = [
  ...faultKinds.map((kind) => [kind, `{ route: plain, fault: ${kind} }`] as const),
  ['refused', '{ reject: "no such user" }'],
  ['coded', '{ reject: "550 5.1.1 no such user" }'],
  ['named-port', '{ raw: { headers: { Auth-Status: OK, Auth-Server: 127.0.0.1, Auth-Port: smtp } } }'],
  ['nothing', '{ raw: { status: 200, headers: { X-Hello: world } } }'],
  ['slow', '{ route: plain, delay: 3200 }'],
  ['status', '{ raw: { status: 500, headers: { Auth-Status: OK, Auth-Server: 127.0.0.1, Auth-Port: 2501 } } }'],
  ['twice', '{ raw: { headers: { Auth-Status: OK, auth-status: OK, Auth-Server: 127.0.0.1, Auth-Port: 2501 } } }'],
  ['itself', '{ raw: { headers: { Auth-Status: OK, Auth-Server: 127.0.0.1, Auth-Port: 3001 } } }'],
  ['away', '{ raw: { headers: { Auth-Status: OK, Auth-Server: 192.0.2.1, Auth-Port: 25 } } }'],
  ['deaf', '{ route: deaf }'],
  ['unknowing', '{ route: unknowing }'],
  ['choosy', '{ route: choosy }'],
  ['wants-login', '{ route: wantsLogin }'],
  ['no-login', '{ route: noLogin }'],
  ['expecting', '{ route: expecting }'],
  ['cleartext', '{ route: cleartext }'],
  ['preauth', '{ route: preauth }'],
  ['other', '{ route: other }'],
  ['strict', '{ route: strict }'],
  ['leaving', '{ route: leaving }'],
  ['mute', '{ route: mute }'],
];

const upstreams = `
  plain:      { smtp: 127.0.0.1:2501, imap: 127.0.0.1:2502, pop3: 127.0.0.1:2503, play: { anyLogin: true } }
  other:      { smtp: 127.0.0.1:2504, imap: 127.0.0.1:2505, pop3: 127.0.0.1:2506, play: { anyLogin: true } }
  unknowing:  { smtp: 127.0.0.1:2507, play: { smtp: { xclient: false } } }
  choosy:     { smtp: 127.0.0.1:2508, play: { smtp: { xclientFrom: [192.0.2.9] } } }
  wantsLogin: { smtp: 127.0.0.1:2509, play: { smtp: { auth: required } } }
  noLogin:    { smtp: 127.0.0.1:2510, play: { smtp: { auth: "off" } } }
  expecting:  { smtp: 127.0.0.1:2511, imap: 127.0.0.1:2512, play: { proxyProtocol: true, anyLogin: true } }
  cleartext:  { smtp: 127.0.0.1:2513, imap: 127.0.0.1:2514, play: { anyLogin: true, imap: { loginDisabled: true } } }
  preauth:    { smtp: 127.0.0.1:2515, imap: 127.0.0.1:2516, play: { imap: { preauth: bob } } }
  deaf:       { smtp: 127.0.0.1:2599, imap: 127.0.0.1:2598, pop3: 127.0.0.1:2597, external: true }
  strict:     { smtp: 127.0.0.1:2596, external: true }
  leaving:    { smtp: 127.0.0.1:2595, external: true }
  mute:       { smtp: 127.0.0.1:2594, external: true }
`;

const text = `lab: 1
name: everything that goes wrong
proxy: |
  mail {
      server_name mail.test.com;
      auth_http   127.0.0.1:8008;
${doors.map(([, protocol, listen, more], at) => `      server { listen ${3001 + at} ${listen}; protocol ${protocol}; ${more} }`).join('\n')}
  }
auth:
  listen: 127.0.0.1:8008
  rules:
${answers
  .flatMap(([domain, then]) => [
    `    - { name: mail for ${domain}, when: { protocol: smtp, rcpt: "*@${domain}.test" }, then: ${then} }`,
    `    - { name: users of ${domain}, when: { user: "*@${domain}.test" }, then: ${then} }`,
  ])
  .join('\n')}
  otherwise: { route: plain }
upstreams:${upstreams}`;

/** A lab that runs. */
export interface Doors {
  readonly lab: RunningLab;
  readonly book: RuleBook | null;
  port(door: string): number;
}

/** A session that is over. */
export interface Told {
  readonly summary: SessionSummary;
  readonly entries: readonly Entry[];
  readonly found: readonly Diagnostic[];
  readonly keys: readonly string[];
}

/** What somebody else's server says to a recipient, by its local part; others are taken. */
const strictWords: Readonly<Record<string, string>> = {
  grey: '450 4.2.0 Greylisted',
  nameless: '550 5.7.25 HELO host has no reverse DNS',
};

/** Servers that are not the lab's: what they say is nobody's doing here. */
const foreign: Readonly<Record<string, (socket: Socket) => void>> = {
  strict: (socket) => {
    socket.setEncoding('latin1').write('220 strict\r\n');
    socket.on('data', (said) => {
      const [, local = ''] = /^RCPT TO:<([^@]*)/.exec(String(said)) ?? [];
      socket.write(`${strictWords[local] ?? '250 ok'}\r\n`);
    });
  },
  leaving: (socket) => void socket.end(),
  mute: (socket) => void socket.resume(),
};

/** Starts them where the lab's text says that they are; returns what stops them. */
async function startForeign(labText: string): Promise<() => void> {
  const sockets = new Set<Socket>();
  const servers = Object.entries(foreign).map(([name, serve]) => {
    const port = Number(new RegExp(`^ *${name}: +\\{ smtp: 127\\.0\\.0\\.1:(\\d+)`, 'm').exec(labText)?.[1]);
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      serve(socket);
    });
    return server.listen(port, '127.0.0.1');
  });
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return () => {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
  };
}

/** Starts it once for a file of tests. */
export async function openDoors(): Promise<Doors> {
  const lab = await startLab(text);
  expect(lab.lab.view().problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const written = [...text.matchAll(/listen (\d+)/g)].map(([, port]) => port);
  const real = [...lab.text.matchAll(/listen (\d+)/g)].map(([, port]) => Number(port));
  expect(real).toHaveLength(written.length);
  // Ports that stand alone in answers are put right by hand.
  const [own = 0] = real;
  const plain = lab.text.match(/plain: +\{ smtp: 127\.0\.0\.1:(\d+)/)?.[1] ?? '';
  const right = lab.text
    .replaceAll('Auth-Port: 2501', `Auth-Port: ${plain}`)
    .replace('Auth-Port: 3001', `Auth-Port: ${own}`);
  expect(await lab.call('lab.apply', { text: right })).toMatchObject({ ok: true });
  const stopForeign = await startForeign(right);
  const stop = () => {
    stopForeign();
    return lab.stop();
  };
  return {
    lab: { ...lab, stop },
    book: bookOf(lab.lab.view()),
    port: (door) => real[doors.findIndex(([name]) => name === door)] ?? 0,
  };
}

/** Sessions that were told of: the system uses ports again. */
const told = new WeakMap<Doors, Set<number>>();

/** The session of a client, known by its port, once it is over, with what is found in it. */
export async function toldOf(doors: Doors, { localPort }: Pick<Wire, 'localPort'>): Promise<Told> {
  const { lab, book } = doors;
  const before = told.get(doors) ?? new Set();
  told.set(doors, before);
  const isNew = ({ id, ms, client }: SessionSummary) =>
    ms !== null && client.endsWith(`:${localPort}`) && !before.has(id);
  const { id } = await lab.feed((feed) => feed.type === 'sessions' && feed.changed.find(isNew));
  before.add(id);
  const session = await lab.call('session.get', { id });
  if (session === null) throw new Error(`session ${id} is gone`);
  const { summary, entries } = session;
  const found = diagnose(summary, entries, { book });
  return { summary, entries, found, keys: found.map(({ key }) => key) };
}
