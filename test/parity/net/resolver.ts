/** `resolver`: the client's name in SMTP, by a name server of our own. */
import { type Answering, alias, ipv4, ipv6, pointer, type Script } from '../../fakes/dns-server.ts';
import type { Dialogue } from '../harness/dialogue.ts';
import { asked, greeting, login, told } from './words.ts';

const conf = 'resolver $DNS; resolver_timeout 400ms;';
const unavailable = '[UNAVAILABLE]';
const tempunavail = '[TEMPUNAVAIL]';
const name = 'client.test';

type Table = Readonly<Partial<Record<'PTR' | 'A' | 'AAAA', Answering | null>>>;

/** What each type of question is answered; nothing at all where it says null. */
const by =
  (table: Table): Script =>
  ({ type }) =>
    (type === 'PTR' || type === 'A' || type === 'AAAA') && table[type] !== null ? (table[type] ?? {}) : null;

const good: Table = { PTR: { answers: [pointer('Client.Test')] }, A: { answers: [ipv4('127.0.0.1')] } };

/** What client the auth service and the upstream hear of. */
function named(what: string, dns: Script | Table, host: string, more: Partial<Dialogue> = {}): Dialogue {
  return {
    name: what,
    conf,
    dns: typeof dns === 'function' ? dns : by(dns),
    turns: [login],
    requests: [asked('127.0.0.1', { host })],
    received: [told('127.0.0.1', host)],
    ...more,
  };
}

const chain: Script = ({ name: wanted, type }) => {
  if (type === 'PTR') return { answers: [alias('1.lab.in-addr.arpa'), pointer(name)] };
  if (wanted === name) return { answers: [alias('Other.test')] };
  return type === 'A' ? { answers: [ipv4('127.0.0.1')] } : {};
};

/** The greeting waits until the name is known, or until the time is up. */
const late: Partial<Dialogue> = {
  greeting: null,
  turns: [['', greeting, { within: [350, 1500] }], login],
};

/** Every dialogue about names. */
export const resolving: readonly Dialogue[] = [
  { name: 'resolver off', conf: 'resolver off;', turns: [login], requests: [asked('127.0.0.1')] },
  named('a name that leads back', good, name),
  named('one of several addresses', { ...good, A: { answers: [ipv4('192.0.2.1'), ipv4('127.0.0.1')] } }, name),
  named('a name that leads elsewhere', { ...good, A: { answers: [ipv4('192.0.2.1')] } }, unavailable),
  named(
    'a name that leads to IPv6 only',
    { ...good, A: {}, AAAA: { answers: [ipv6('::ffff:127.0.0.1')] } },
    unavailable,
  ),
  named('aliases', chain, name),
  named('the first of two names', { ...good, PTR: { answers: [pointer(name), pointer('two.test')] } }, name),
  named('ipv6=off', { ...good, AAAA: null }, name, { conf: 'resolver $DNS ipv6=off; resolver_timeout 400ms;' }),
  named('the name of an IPv6 client', { ...good, A: {}, AAAA: { answers: [ipv6('::1')] } }, name, {
    host: '[::1]',
    requests: [asked('::1', { host: name })],
    received: [told('IPV6:::1', name)],
  }),
  named('a client over a unix socket has no name', good, tempunavail, {
    host: 'unix',
    requests: [asked('unix:', { host: tempunavail })],
    received: [told('unix:', tempunavail)],
  }),
  named('no such name', { PTR: { code: 3 } }, unavailable),
  named('no record', { PTR: {} }, unavailable),
  named('PTR: the server fails', { PTR: { code: 2 } }, tempunavail),
  named('PTR: the server cannot', { PTR: { code: 4 } }, tempunavail),
  named('PTR: the server refuses', { PTR: { code: 5 } }, tempunavail),
  named('PTR: a format error is no answer', { PTR: { code: 1 } }, tempunavail, late),
  named('PTR: nobody answers', { PTR: null }, tempunavail, late),
  named('PTR: only an alias', { PTR: { answers: [alias('x.test')] } }, tempunavail, late),
  named('no such host', { ...good, A: { code: 3 }, AAAA: { code: 3 } }, unavailable),
  named('a host without addresses', { ...good, A: {}, AAAA: {} }, unavailable),
  named('one question fails', { ...good, AAAA: { code: 2 } }, tempunavail),
  named('the other question fails', { ...good, A: { code: 5 }, AAAA: { answers: [ipv6('::1')] } }, tempunavail),
  named('one question is not answered', { ...good, AAAA: null }, tempunavail, late),
  named(
    'an alias that leads in a circle',
    { ...good, A: { answers: [alias(name)] }, AAAA: { answers: [alias(name)] } },
    unavailable,
  ),
  named('an answer that was cut comes over TCP', { ...good, A: { ...good.A, truncated: true } }, name),
  named('a cut PTR answer is taken as it is', { ...good, PTR: { ...good.PTR, truncated: 'with-records' } }, name),
  named('a cut PTR answer without records is none', { ...good, PTR: { ...good.PTR, truncated: true } }, unavailable),
  named('the root is no host', { ...good, PTR: { answers: [pointer('.')] } }, tempunavail),
  named('a name with an underscore', { ...good, PTR: { answers: [pointer('a_b.test')] } }, tempunavail),
  named('a name with a line end', { ...good, PTR: { answers: [pointer('a\r\nb.test')] } }, tempunavail),
  named(
    'another id is no answer',
    (one) => (one.type === 'PTR' ? { ...good.PTR, id: one.id ^ 1 } : by(good)(one)),
    tempunavail,
    late,
  ),
  named('what the client says early waits for the name', good, name, {
    greeting: null,
    turns: [['NOOP⏎', `${greeting}250 2.0.0 OK⏎`], login],
  }),
  named('the name of the client behind a load balancer', good, name, {
    listen: 'proxy_protocol',
    conf: `${conf} set_real_ip_from 127.0.0.0/8;`,
    dns: ({ type, name: wanted }) => {
      if (type === 'PTR') return wanted === '1.2.0.192.in-addr.arpa' ? { answers: [pointer(name)] } : { code: 3 };
      return type === 'A' ? { answers: [ipv4('192.0.2.1')] } : {};
    },
    greeting: null,
    turns: [['PROXY TCP4 192.0.2.1 198.51.100.2 1234 25⏎NOOP⏎', `${greeting}250 2.0.0 OK⏎`], login],
    requests: [
      asked('192.0.2.1', {
        host: name,
        proxied:
          'Proxy-Protocol-Addr: 192.0.2.1⏎Proxy-Protocol-Port: 1234⏎' +
          'Proxy-Protocol-Server-Addr: 198.51.100.2⏎Proxy-Protocol-Server-Port: 25⏎',
      }),
    ],
    received: [told('192.0.2.1', name)],
  }),
  {
    name: 'IMAP asks for no name',
    protocol: 'imap',
    conf: 'resolver $DNS; resolver_timeout 5s;',
    dns: () => null,
    turns: [['a NOOP⏎', 'a OK completed⏎']],
  },
];
