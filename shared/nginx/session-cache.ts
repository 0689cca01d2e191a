/** `ssl_session_cache` (`ngx_mail_ssl_session_cache()` in src/mail/ngx_mail_ssl_module.c). */
import type { SslConf } from './mail.ts';
import { parseNumber, parseSize } from './units.ts';

/** What is kept, or what is wrong in nginx's words, and with which argument (from 0). */
export type SessionCacheResult =
  | { readonly cache: SslConf['sessionCache'] }
  | { readonly error: string; readonly arg: number };

/** Eight pages of 4 KB. */
const SHARED_MIN = 32_768;

/** `shared:NAME:SIZE`. */
function sharedError(text: string, zones: Map<string, number>): string | null {
  const [, name = '', written] = /^shared:([^:]*):(.*)$/s.exec(text) ?? [];
  const size = written === undefined ? null : parseSize(written);
  if (name === '' || size === null) return `invalid session cache "${text}"`;
  if (size < SHARED_MIN) return `session cache "${text}" is too small`;
  const declared = zones.get(name) ?? size;
  zones.set(name, declared);
  if (declared === size) return null;
  return `the size ${size} of shared memory zone "${name}" conflicts with already declared size ${declared}`;
}

/** Reads the arguments; `earlier` is what the level has already, `zones` the sizes of all shared caches so far. */
export function readSessionCache(
  args: readonly string[],
  earlier: SslConf['sessionCache'] | null,
  zones: Map<string, number>,
): SessionCacheResult {
  let cache = earlier;
  for (const [arg, text] of args.entries()) {
    const builtin = /^builtin(?::(.+))?$/s.exec(text);
    if (text === 'off' || text === 'none') cache = text;
    else if (builtin !== null && (builtin[1] === undefined || parseNumber(builtin[1]) !== null)) cache = 'kept';
    else {
      const error = text.startsWith('shared:') ? sharedError(text, zones) : `invalid session cache "${text}"`;
      if (error !== null) return { error, arg };
      // A shared cache does not undo an "off" or "none" beside it.
      cache ??= 'kept';
    }
  }
  return { cache: cache ?? 'none' };
}
