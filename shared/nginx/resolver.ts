/** `resolver` (`ngx_resolver_create()` in src/core/ngx_resolver.c). */
import { parseUrl } from './inet.ts';
import type { Resolver } from './mail.ts';
import { parseSeconds } from './units.ts';

/** The name servers, or what is wrong in nginx's words, and with which argument (from 0). */
export type ResolverResult = { readonly resolver: Resolver } | { readonly error: string; readonly arg: number };

const DNS_PORT = 53;

type Server = Resolver['servers'][number];

/** One name server; `localhost` stands for both of its addresses. */
function serversOf(text: string): readonly Server[] | string {
  const result = parseUrl(text, { listen: false, uriPart: false, defaultPort: DNS_PORT });
  if ('error' in result) return `${result.error} in resolver "${text}"`;
  const { family, host, address, port } = result.url;
  if (family === 'unix') return `a name server has an IP address, so the lab cannot ask "${text}"`;
  if (family !== 'name') return [{ address, port }];
  if (host.toLowerCase() !== 'localhost') return `host not found in resolver "${text}"`;
  return ['127.0.0.1', '::1'].map((one) => ({ address: one, port }));
}

/** What `valid=`, `ipv4=` and `ipv6=` set. */
type Settings = Omit<Resolver, 'servers'>;

/** One setting added to the others; null where the value is not valid. */
function withSetting(settings: Settings, name: string, value: string): Settings | null {
  if (name === 'valid') {
    const seconds = parseSeconds(value);
    return seconds === null ? null : { ...settings, validMs: seconds * 1000 };
  }
  return value === 'on' || value === 'off' ? { ...settings, [name]: value === 'on' } : null;
}

/** Reads the arguments of one `resolver` that is not `off`. */
export function readResolver(args: readonly string[]): ResolverResult {
  const servers: Server[] = [];
  let settings: Settings = { validMs: null, ipv4: true, ipv6: true };
  for (const [arg, text] of args.entries()) {
    const [, name, value = ''] = /^(valid|ipv4|ipv6)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) {
      const found = serversOf(text);
      if (typeof found === 'string') return { error: found, arg };
      servers.push(...found);
      continue;
    }
    const changed = withSetting(settings, name, value);
    if (changed === null) return { error: `invalid parameter: ${text}`, arg };
    settings = changed;
  }
  if (!settings.ipv4 && !settings.ipv6) return { error: '"ipv4" and "ipv6" cannot both be "off"', arg: 0 };
  if (servers.length === 0) return { error: 'no name servers defined', arg: 0 };
  return { resolver: { servers, ...settings } };
}
