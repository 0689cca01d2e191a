/** What could happen next in a supposed dialogue, for a person to choose from. */
import { encodeAnswer } from '../auth/answer.ts';
import { deliver, faultOfRule } from '../auth/fault.ts';
import type { Bytes, Protocol } from '../machine/machine.ts';
import { isSaslPlace } from '../sasl/exchange.ts';
import { encodeBase64 } from '../wire/base64.ts';
import { splitHostPort } from '../wire/host-port.ts';
import { certificates, plainTls } from './happenings.ts';
import type { FrontState } from './service.ts';
import { type Cue, ruling, type Scene, turnOf } from './what-if.ts';

/** A choice: what it is called (a text says itself), the values of its name, and what it means. */
export interface Choice {
  /** `line` shows the text of the cue; everything else is the key of a sentence. */
  readonly key: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly cue: Cue;
}

/** Addresses and a login that mean something in this lab. */
export interface Material {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string;
  readonly password: string;
}

const line = (type: 'client' | 'upstream', text: Bytes): Choice => ({
  key: 'line',
  params: {},
  cue: { type, text: `${text}\r\n` },
});
const named = (key: string, cue: Cue, params: Choice['params'] = {}): Choice => ({ key, params, cue });

/** What could be next; good lines first. */
export function choicesFor(scene: Scene, material: Material): readonly Choice[] {
  switch (turnOf(scene)) {
    case 'client':
      return scene.front.place === 'delay'
        ? [...early, ...clocks(scene)]
        : [...clientLines(scene, material), ...leaving(scene)];
    case 'auth':
      return answers(scene);
    case 'connection':
      return connections;
    case 'upstream':
      return [...replies(scene), ...upstreamEnds];
    case 'handshake':
      return handshakes(scene);
    case 'clock':
      return clocks(scene);
    default:
      return [];
  }
}

const early: readonly Choice[] = [line('client', 'EHLO laptop')];

const clocks = ({ running }: Scene): readonly Choice[] =>
  running.has('wait') ? [named('waited', { type: 'rang', clock: 'wait' })] : [];

const leaving = ({ running, service }: Scene): readonly Choice[] => [
  named('left', { type: 'left', side: 'client' }),
  ...(running.has('dialogue')
    ? [named('silent', { type: 'rang', clock: 'dialogue' }, { seconds: service.server.timeoutMs / 1000 })]
    : []),
];

/** What a proxy says no with. */
const isRefusal = (reply: Bytes): boolean => /^(?:[45]\d\d|-ERR|(?:\S+ )?(?:NO|BAD)\b)/.test(reply);

/** Lines that the front would take now. */
function clientLines({ service, front }: Scene, material: Material): readonly Choice[] {
  const { protocol } = service.server;
  const candidates = isSaslPlace(front.place) ? proofs(front, material) : commands[protocol](material);
  return candidates
    .filter((text) => {
      const { effects } = service.front.step(front, { type: 'line', text: `${text}\r\n` });
      return effects.length > 0 && !effects.some((effect) => effect.type === 'say' && isRefusal(effect.text));
    })
    .map((text) => line('client', text));
}

const plain = ({ user, password }: Material): string => encodeBase64(`\0${user}\0${password}`);

const proofs = ({ place }: FrontState, material: Material): readonly string[] => {
  const { user, password } = material;
  const texts: Readonly<Record<string, string>> = {
    plain: plain(material),
    'login-user': encodeBase64(user),
    'login-password': encodeBase64(password),
    'cram-md5': encodeBase64(`${user} ${'0'.repeat(32)}`),
    external: encodeBase64(user),
  };
  return [texts[place] ?? ''];
};

const commands: Readonly<Record<Protocol, (material: Material) => readonly string[]>> = {
  smtp: (material) => [
    'EHLO laptop',
    `MAIL FROM:<${material.from}>`,
    ...material.to.map((address) => `RCPT TO:<${address}>`),
    `AUTH PLAIN ${plain(material)}`,
    ...['STARTTLS', 'RSET', 'QUIT'],
  ],
  imap: ({ user, password }) => [
    ...['a1 CAPABILITY', `a1 LOGIN ${user} ${password}`, `a1 LOGIN {${user.length}}`],
    ...['a1 AUTHENTICATE PLAIN', 'a1 STARTTLS', 'a1 LOGOUT'],
  ],
  pop3: (material) => [
    ...['CAPA', `USER ${material.user}`, `PASS ${material.password}`, `AUTH PLAIN ${plain(material)}`],
    ...['STLS', 'QUIT'],
  ],
};

const answer = (...headers: readonly (readonly [string, string])[]): Cue => ({
  type: 'answer',
  text: encodeAnswer({ status: 200, headers }),
});

/** What the auth service could say: as the rules have it, to another upstream, no, not yet, and nothing of use. */
function answers(scene: Scene): readonly Choice[] {
  const { protocol } = scene.service.server;
  const addresses = Object.entries(scene.book?.upstreams ?? {}).flatMap(([name, each]) => {
    const address = each[protocol];
    return address === undefined ? [] : [{ name, ...splitHostPort(address) }];
  });
  const code: readonly (readonly [string, string])[] = protocol === 'smtp' ? [['Auth-Error-Code', '550 5.1.1']] : [];
  const no = 'no such user';
  return [
    ...byRules(scene),
    ...addresses.map(({ name, address, port }) =>
      named('route', answer(['Auth-Status', 'OK'], ['Auth-Server', address], ['Auth-Port', String(port)]), { name }),
    ),
    named('reject', answer(['Auth-Status', no], ...code), { text: no }),
    named('reject-wait', answer(['Auth-Status', no], ...code, ['Auth-Wait', '3']), { text: no, seconds: 3 }),
    named('wait', answer(['Auth-Status', 'WAIT'], ['Auth-Wait', '5']), { seconds: 5 }),
    named('host-name', answer(['Auth-Status', 'OK'], ['Auth-Server', 'mail.test'], ['Auth-Port', '25'])),
    named('timed-out', { type: 'unanswered', error: 'timed-out' }),
    named('auth-refused', { type: 'unanswered', error: 'refused' }),
  ];
}

function byRules(scene: Scene): readonly Choice[] {
  const decision = ruling(scene);
  if (decision === null) return [];
  const { answer: decided, fault, delayMs, rule } = decision;
  const late = delayMs >= scene.service.server.authHttpTimeoutMs;
  const sent = fault === null ? { bytes: encodeAnswer(decided), end: 'close' } : deliver(faultOfRule(fault), decided);
  const cue: Cue =
    late || sent.end === 'hang' ? { type: 'unanswered', error: 'timed-out' } : { type: 'answer', text: sent.bytes };
  return [named('rules', cue, { rule: rule ?? '' })];
}

const connections: readonly Choice[] = [
  named('connected', { type: 'connected' }),
  named('refused', { type: 'left', side: 'upstream', error: 'ECONNREFUSED' }),
  named('unreachable', { type: 'rang', clock: 'upstream' }),
];

const upstreamEnds: readonly Choice[] = [
  named('hangs-up', { type: 'left', side: 'upstream' }),
  named('no-reply', { type: 'rang', clock: 'upstream' }),
];

const said: Readonly<Record<Protocol, (tag: string) => readonly string[]>> = {
  smtp: () => ['220 mail.test ESMTP', '250 OK', '235 2.7.0 OK', '550 5.1.1 No such user', '421 4.3.2 Too busy'],
  imap: (tag) => ['* OK ready', '+ OK', `${tag}OK logged in`, `${tag}NO not you`, '* BYE too busy'],
  pop3: () => ['+OK', '-ERR not you'],
};

/** Replies that lead on, then those that do not. */
function replies({ service, front, back }: Scene): readonly Choice[] {
  if (!back) return [];
  const tag = 'tag' in front ? String(front.tag) : '';
  const fails = (text: string): boolean =>
    back.machine
      .step(back.state, { type: 'line', text: `${text}\r\n` })
      .effects.some((effect) => effect.type === 'report' && effect.event.type === 'failed');
  const all = said[service.server.protocol](tag);
  return [...all.filter((text) => !fails(text)), ...all.filter((text) => fails(text) && isRefusal(text))].map((text) =>
    line('upstream', text),
  );
}

function handshakes({ service }: Scene): readonly Choice[] {
  const failed = named('handshake-failed', { type: 'left', side: 'client' });
  const secured = (key: string, certificate: (typeof certificates)[keyof typeof certificates] | null) =>
    named(key, { type: 'secured', tls: { ...plainTls, certificate } });
  if (service.server.ssl.verifyClient === 'off') return [secured('secured', null), failed];
  return [
    secured('secured.good', certificates.good),
    secured('secured.bad', certificates.bad),
    secured('secured.none', certificates.none),
    failed,
  ];
}
