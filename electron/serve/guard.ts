/**
 * Who may use the browser host: only a browser on this machine that was given the link. Other pages of that browser are
 * kept out by the Host check (DNS rebinding), the Origin check and the SameSite cookie; other users of the machine by
 * the token.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What to do with a request. */
export type Judgement =
  | { readonly type: 'allow' }
  /** The link was followed: set the cookie and go on to the clean address. */
  | { readonly type: 'enter'; readonly cookie: string }
  | { readonly type: 'refuse'; readonly sentence: string };

/** Judges requests. */
export interface Guard {
  /** The query of the link that lets a browser in, once. */
  readonly query: string;
  /** A page or a file. */
  request(request: IncomingMessage, url: URL): Judgement;
  /** A WebSocket: it must come from our own page. */
  socket(request: IncomingMessage): Judgement;
}

/** Seconds; the secret in the cookie ends with this process anyway. */
const COOKIE_AGE = 30 * 24 * 3600;

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  const found = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return found === undefined ? null : found.slice(name.length + 1);
}

const refuse = (sentence: string): Judgement => ({ type: 'refuse', sentence });
const allow: Judgement = { type: 'allow' };

/** A guard for the server on this port of loopback. */
export function createGuard(port: number): Guard {
  const token = randomBytes(24).toString('base64url');
  const secret = randomBytes(24).toString('base64url');
  const name = `mail-lab-${port}`;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const origins = new Set([...hosts].map((host) => `http://${host}`));
  let used = false;

  const isKnown = (request: IncomingMessage) => same(cookieOf(request, name) ?? '', secret);
  const foreign = ({ headers: { host, origin } }: IncomingMessage): Judgement | null => {
    if (!hosts.has(host ?? ''))
      return refuse(`The lab answers only to http://127.0.0.1:${port}, not to the name "${host ?? ''}".`);
    if (origin !== undefined && !origins.has(origin))
      return refuse(`The lab answers only to its own page, not to ${origin}.`);
    return null;
  };
  const enter = (given: string): Judgement => {
    if (!same(given, token)) return refuse('This is not the link that the lab printed: copy it whole.');
    if (used)
      return refuse(
        'This link has been used. Go on in the browser that it was opened in, or start the lab again for a new one.',
      );
    used = true;
    return { type: 'enter', cookie: `${name}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_AGE}` };
  };
  return {
    query: `token=${token}`,
    request: (request, url) => {
      const refused = foreign(request);
      if (refused) return refused;
      const given = url.searchParams.get('token');
      if (isKnown(request)) return given === null ? allow : { type: 'enter', cookie: '' };
      if (given === null) return refuse('Open the lab with the link that it printed when it started.');
      // A link checker that only looks must not use the link up.
      return request.method === 'GET' ? enter(given) : refuse('Open the link in a browser.');
    },
    socket: (request) => {
      const refused = foreign(request);
      if (refused) return refused;
      if (request.headers.origin === undefined) return refuse('The lab speaks only to its own page.');
      return isKnown(request) ? allow : refuse('Open the lab with the link that it printed when it started.');
    },
  };
}
