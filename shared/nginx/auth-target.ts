/** `auth_http [http://]host[:port][/uri]` or `[http://]unix:/path[:/uri]` (src/mail/ngx_mail_auth_http_module.c). */
import type { AuthTarget } from '../auth/lookup.ts';
import { bytesOf } from './bytes.ts';
import { parseUrl } from './inet.ts';

/** What to connect to and what to ask for, or what is wrong in nginx's words. */
export type AuthTargetResult = { readonly target: AuthTarget } | { readonly error: string };

const HTTP = 'http://';
const HTTP_PORT = 80;

/**
 * Reads the argument. `localhost` becomes 127.0.0.1; any other name stays a name in `address`, to be looked up by who
 * connects (nginx looks it up once, when it starts).
 */
export function readAuthTarget(text: string): AuthTargetResult {
  const plain = text.startsWith(HTTP) ? text.slice(HTTP.length) : text;
  const result = parseUrl(plain, { listen: false, uriPart: true, defaultPort: HTTP_PORT });
  if ('error' in result) return { error: `${result.error} in auth_http "${plain}"` };
  const { family, host, address, port, uri } = result.url;
  const target = { text, uri: uri === '' ? '/' : bytesOf(uri), port };
  if (family === 'unix') return { target: { ...target, host: 'localhost', address: '', unix: host } };
  if (family !== 'name') return { target: { ...target, host, address } };
  return {
    target: { ...target, host: bytesOf(host), address: host.toLowerCase() === 'localhost' ? '127.0.0.1' : host },
  };
}
