/** A `syslog:` sink taken apart (src/core/ngx_syslog.c); `error-log.ts` has checked it. */
import { FACILITIES } from './error-log.ts';
import { parseUrl } from './inet.ts';

/** Where a sink's messages go, and as what. */
export interface Syslog {
  /** A host as written, without brackets, and its port; or a unix socket. */
  readonly server: { readonly host: string; readonly port: number } | { readonly unix: string };
  /** Facility and severity make the priority; a log's line brings its own severity. */
  readonly facility: number;
  readonly tag: string;
  /** false: `nohostname`. */
  readonly hostname: boolean;
}

const PORT = 514;

/** Reads what stands behind `syslog:`; null where no server can be made of it. */
export function readSyslog(sink: string): Syslog | null {
  const parts = new Map(
    sink
      .slice('syslog:'.length)
      .split(',')
      .map((part) => {
        const at = part.indexOf('=');
        return at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );
  const result = parseUrl(parts.get('server') ?? '', { listen: false, uriPart: false, defaultPort: PORT });
  if ('error' in result) return null;
  const { family, host, address, port } = result.url;
  return {
    server: family === 'unix' ? { unix: host } : { host: address || host, port },
    facility: FACILITIES.indexOf(parts.get('facility') ?? 'local7'),
    tag: parts.get('tag') ?? 'nginx',
    hostname: !parts.has('nohostname'),
  };
}
