/**
 * Lints of a lab's rules: what they can never do behind these listeners, and what nginx will make of their answers.
 * IDs are those of the list of pitfalls.
 */
import { LineCounter, parseDocument } from 'yaml';
import { type Endpoint, readEndpoint } from '../auth/ip.ts';
import type { Then, When } from '../auth/rule.ts';
import { readRejection } from '../auth/then.ts';
import type { Protocol } from '../machine/machine.ts';
import type { Listen, MailConf } from '../nginx/mail.ts';
import type { Path } from './check.ts';
import type { Lab } from './lab.ts';
import { kindsFor, kindsOf, type LookupKind } from './lint-kinds.ts';
import { type Advice, lintRaw } from './lint-raw.ts';
import { offsetOf } from './place.ts';
import type { Lint } from './problem.ts';

/** Where each protocol speaks TLS from the first byte. */
const TLS_PORTS: Readonly<Record<Protocol, number>> = { smtp: 465, imap: 993, pop3: 995 };

const noTls = (port: number): Advice => ({
  id: 'E1',
  message: `port ${port} expects TLS from the first byte, and nginx speaks none to an upstream: nothing will come of it; use the clear-text port, or a tunnel`,
});

/** Tells of one lint at a place. */
type Tell = (path: Path, advice: Advice) => void;

/** All lints of a lab file that is valid, behind the servers of `conf`. */
export function lintLab(lab: Lab, conf: MailConf, text: string): readonly Lint[] {
  const found: (readonly [Path, Advice])[] = [];
  const tell: Tell = (path, advice) => found.push([path, advice]);
  lintUpstreams(lab, conf, tell);
  if (lab.auth !== null) {
    const all = kindsOf(conf);
    for (const [index, rule] of lab.auth.rules.entries()) {
      const path = ['auth', 'rules', index];
      if (rule.off !== true) lintRule(rule.when, rule.then, path, { lab, all, tell });
    }
    lintThen(lab.auth.otherwise, ['auth', 'otherwise'], all, { lab, all, tell });
  }
  return found.length === 0 ? [] : placed(found, text);
}

/** The file is read once more only when there is something to say about it. */
export function placed(found: readonly (readonly [Path, Advice])[], text: string): readonly Lint[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: false,
  });
  const lints = found.map(([path, { id, message, severity = 'warning' }]): Lint => {
    const { line, col } = lines.linePos(offsetOf(document, path, 'value'));
    return { severity, id, message, file: 'lab', line: Math.max(line, 1), column: Math.max(col, 1) };
  });
  return lints.sort((a, b) => a.line - b.line || a.column - b.column);
}

interface Setting {
  readonly lab: Lab;
  readonly all: readonly LookupKind[];
  readonly tell: Tell;
}

function lintRule(when: When, then: Then, path: Path, setting: Setting): void {
  const { all, tell } = setting;
  if (all.length === 0) return;
  const { kinds, never } = kindsFor(when, all);
  if (never !== null) {
    tell([...path, 'when', never.field], never);
    return;
  }
  lintThen(then, [...path, 'then'], kinds, setting);
}

function lintThen(then: Then, path: Path, kinds: readonly LookupKind[], { lab, tell }: Setting): void {
  if (then.route !== undefined) {
    for (const advice of lintRoute(then.route, kinds, lab)) tell([...path, 'route'], advice);
    lintPassword(then, path, kinds, lab, tell);
  }
  if (then.reject !== undefined) lintReject(then.reject, [...path, 'reject'], kinds, tell);
  if (then.raw !== undefined) {
    const { at, advice } = lintRaw(then.raw, kinds);
    for (const one of advice) tell([...path, 'raw', ...at(one)], one);
  }
}

const protocolsOf = (kinds: readonly LookupKind[]): readonly Protocol[] => [
  ...new Set(kinds.map(({ protocol }) => protocol)),
];

function lintRoute(route: string, kinds: readonly LookupKind[], lab: Lab): readonly Advice[] {
  const direct = readEndpoint(route);
  const protocols = protocolsOf(kinds);
  if (direct !== null) return protocols.some((one) => TLS_PORTS[one] === direct.port) ? [noTls(direct.port)] : [];
  const upstream = lab.upstreams.find(({ name }) => name === route);
  if (upstream === undefined) return [];
  return protocols
    .filter((protocol) => upstream[protocol] === undefined)
    .map((protocol) => ({
      id: 'N1',
      message: `${protocol.toUpperCase()} clients come this way too, and upstream ${route} has no ${protocol} address: they get an error; give it one, or restrict the rule with protocol`,
    }));
}

/** CRAM-MD5 and APOP prove a password without telling it, and nginx needs it for the upstream. */
function lintPassword(then: Then, path: Path, kinds: readonly LookupKind[], lab: Lab, tell: Tell): void {
  const hidden = kinds.find(({ method, protocol }) => protocol !== 'smtp' && /^(?:apop|cram-md5)$/.test(method));
  if (hidden === undefined || then.password !== undefined || lab.accounts.length > 0) return;
  const message = `after ${hidden.method} nginx does not know the password, and without accounts the lab cannot tell it: the login fails; add accounts, or a password`;
  tell([...path, 'route'], { id: 'B13', message });
}

function lintReject(reject: string, path: Path, kinds: readonly LookupKind[], tell: Tell): void {
  const mail = kinds.filter(({ protocol, shown }) => protocol === 'smtp' && shown);
  if (mail.length === 0 || !mail.every(({ method }) => method === 'none') || readRejection(reject).code !== '') return;
  const message =
    'without a code in front the client reads "535 5.7.0", a failed login, at its RCPT; begin the text with one such as 550 5.1.1';
  tell(path, { id: 'B7', message, severity: 'note' });
}

function lintUpstreams(lab: Lab, conf: MailConf, tell: Tell): void {
  for (const upstream of lab.upstreams) {
    for (const protocol of ['smtp', 'imap', 'pop3'] as const) {
      const endpoint = readEndpoint(upstream[protocol] ?? '');
      if (!upstream.external || endpoint === null) continue;
      const path = ['upstreams', upstream.name, protocol];
      if (endpoint.port === TLS_PORTS[protocol]) tell(path, noTls(endpoint.port));
      if (conf.servers.some(({ listens }) => listens.some((one) => takes(one, endpoint)))) tell(path, circle);
    }
  }
  lintProxyAuth(lab, conf, tell);
}

/** The proxy itself as a server behind the proxy. */
const circle: Advice = {
  id: 'N1',
  message:
    'the proxy itself listens there: mail would go in a circle, so the lab refuses the connection and the client gets the internal error; give the port of the server behind it',
};

const isWild = (host: string): boolean => host === '*' || host === '::';

/** Whether what comes to an address comes to this `listen`. */
const takes = ({ host, port }: Listen, to: Endpoint): boolean =>
  port === to.port && (host === to.address || isWild(host));

/** One switch for upstreams of which some know AUTH and others do not. */
function lintProxyAuth(lab: Lab, conf: MailConf, tell: Tell): void {
  if (!conf.servers.some(({ protocol, proxySmtpAuth }) => protocol === 'smtp' && proxySmtpAuth)) return;
  const mail = lab.upstreams.filter(({ smtp }) => smtp !== undefined);
  const mute = mail.filter(({ external, play }) => !external && play?.smtp.auth === 'off');
  if (mute.length === mail.length) return;
  for (const { name } of mute) {
    const message = `proxy_smtp_auth is one switch for all upstreams of a server, and ${name} is played without AUTH: whoever logs in and is sent there is refused; play it with auth: offered, or take one of them out`;
    tell(['upstreams', name, 'smtp'], { id: 'D3', message });
  }
}
