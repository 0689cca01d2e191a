/** Nothing leaves loopback unless the configuration names it and the user has agreed: what to refuse, and where. */
import type { AuthTarget } from '../../shared/auth/lookup.ts';
import type { Then } from '../../shared/auth/rule.ts';
import type { Lab, Upstream } from '../../shared/lab/lab.ts';
import type { Problem } from '../../shared/lab/problem.ts';
import type { Listen, MailConf, Resolver } from '../../shared/nginx/mail.ts';
import type { ReadResult } from '../../shared/nginx/read.ts';
import { isLoopback, isOffBox } from '../../shared/wire/loopback.ts';
import { joinAddress, splitAddress } from './address.ts';
import { isAllowed } from './consent.ts';

/** What the user has agreed to. */
export interface Consent {
  /** `--allow-lan`: any address may be bound and reached. */
  readonly allowLan: boolean;
  /** `--allow HOST:PORT`: these servers may be reached. */
  readonly allow: ReadonlySet<string>;
  /** Somebody at a window can confirm the rest: upstreams that wait for it do not keep a lab from running. */
  readonly asks?: true;
}

/** Where `needle` first stands in a text, from 1. */
function placeOf(text: string, needle: string): { line: number; column: number } {
  const at = Math.max(0, text.indexOf(needle));
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function isOutside(address: string, consent: Consent): boolean {
  const host = splitAddress(address)?.host;
  return host !== undefined && isOffBox(host) && !isAllowed(consent, address);
}

/** Agreeing to reach a server is not agreeing to play one that others can reach. */
function isReachable(address: string, { allowLan }: Consent): boolean {
  const host = splitAddress(address)?.host;
  return host !== undefined && !isLoopback(host) && !allowLan;
}

/** Where the addresses of a configuration are written. */
type Places = ReadResult['places'];

/**
 * What a configuration would do beyond this machine: listen where others can connect, or ask somebody else's auth service
 * or name servers.
 */
export const confProblems = (conf: MailConf, places: Places, consent: Consent): readonly Problem[] => [
  ...listenProblems(conf, places, consent),
  ...authProblems(conf, places, consent),
  ...resolverProblems(conf, places, consent),
];

function problemAt(
  what: Listen | AuthTarget | Resolver,
  places: Places,
  message: string,
  confirm: readonly string[] = [],
): readonly Problem[] {
  const place = places.get(what);
  return place ? [{ severity: 'error', message, ...place, ...(confirm.length > 0 && { confirm }) }] : [];
}

/** What to do about an address that is somebody else's. */
const remedy = ({ asks }: Consent, addresses: readonly string[]): string =>
  asks
    ? `if that is wanted, confirm ${addresses.length === 1 ? 'the address' : 'the addresses'}`
    : `if that is wanted, start the lab with ${addresses.map((address) => `--allow ${address}`).join(' ')}`;

/** Logins are put to the auth service: one on another machine must be allowed by name, as upstreams are. */
function authProblems(conf: MailConf, places: Places, consent: Consent): readonly Problem[] {
  const asked = new Set(conf.servers.map(({ authHttp }) => authHttp));
  return [...asked].flatMap((target) => {
    const address = joinAddress({ host: target.address, port: target.port });
    if (target.unix !== undefined || !isOutside(address, consent)) return [];
    const message =
      `auth_http ${target.text} is another machine, and who logs in here would be told to it; ` +
      remedy(consent, [address]);
    return problemAt(target, places, message, [address]);
  });
}

/** Name servers elsewhere learn the addresses of the clients of SMTP. */
function resolverProblems(conf: MailConf, places: Places, consent: Consent): readonly Problem[] {
  const asking = conf.servers.filter(({ protocol }) => protocol === 'smtp');
  const resolvers = new Set(asking.flatMap(({ resolver }) => resolver ?? []));
  return [...resolvers].flatMap((resolver) => {
    const addresses = resolver.servers.map(({ address, port }) => joinAddress({ host: address, port }));
    const outside = addresses.filter((address) => isOutside(address, consent));
    if (outside.length === 0) return [];
    const message =
      `resolver ${outside.join(' ')} is another machine, and would be asked about every client; ` +
      remedy(consent, outside);
    return problemAt(resolver, places, message, outside);
  });
}

/** The wildcards are narrowed to loopback by the engine instead; a unix socket never leaves the machine. */
function listenProblems(conf: MailConf, places: Places, consent: Consent): readonly Problem[] {
  const refused = ({ host, unix }: Listen) =>
    unix === undefined && host !== '*' && host !== '::' && !isLoopback(host) && !consent.allowLan;
  return conf.servers
    .flatMap((server) => server.listens)
    .filter(refused)
    .flatMap((listen) => {
      const message =
        `"${listen.text}" can be reached by other machines, and the lab listens on loopback only; ` +
        'use 127.0.0.1, or start it with --allow-lan';
      return problemAt(listen, places, message);
    });
}

function addressesOf(upstream: Upstream): readonly string[] {
  return [upstream.smtp, upstream.imap, upstream.pop3].filter((address) => address !== undefined);
}

function ownProblem(what: string, address: string, text: string): Problem {
  const message =
    `${what} ${address} could be reached by other machines, and the lab listens on loopback only; ` +
    'use 127.0.0.1, or start it with --allow-lan';
  return { severity: 'error', message, file: 'lab', ...placeOf(text, address) };
}

/** Where somebody can confirm it the rest of the lab runs meanwhile: the proxy connects to nothing that waits for that. */
function outsideProblem(subject: string, address: string, text: string, consent: Consent): Problem {
  const would = consent.asks ? 'nothing is sent to it until you agree' : 'real mail would be sent to it';
  const message = `${subject} is another machine, and ${would}; ${remedy(consent, [address])}`;
  const severity = consent.asks ? 'warning' : 'error';
  return { severity, message, file: 'lab', ...placeOf(text, address), confirm: [address] };
}

function routeProblems(lab: Lab, text: string, consent: Consent): readonly Problem[] {
  const named: readonly (readonly [string, Then])[] = [
    ...(lab.auth?.rules ?? []).map((rule) => [`Rule "${rule.name}" routes to`, rule.then] as const),
    ...(lab.auth ? [['"otherwise" routes to', lab.auth.otherwise] as const] : []),
  ];
  return named.flatMap(([what, { route }]) =>
    route !== undefined && isOutside(route, consent)
      ? [outsideProblem(`${what} ${route}, which`, route, text, consent)]
      : [],
  );
}

/** Addresses of the lab file outside loopback: its own servers, external upstreams, and routes to an address. */
export function labProblems(lab: Lab, text: string, consent: Consent): readonly Problem[] {
  const problems: Problem[] = [...routeProblems(lab, text, consent)];
  const listen = lab.auth ? splitAddress(lab.auth.listen) : null;
  if (lab.auth && listen && !isLoopback(listen.host) && !consent.allowLan)
    problems.push(ownProblem('The auth service at', lab.auth.listen, text));
  for (const upstream of lab.upstreams) {
    const { external } = upstream;
    for (const address of addressesOf(upstream)) {
      const what = `Upstream "${upstream.name}" at`;
      if (external && isOutside(address, consent))
        problems.push(outsideProblem(`${what} ${address}`, address, text, consent));
      else if (!external && isReachable(address, consent)) problems.push(ownProblem(what, address, text));
    }
  }
  return problems;
}
