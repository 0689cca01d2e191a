/** The window's files, as both hosts hand them out: never anything outside their folder, always with the same headers. */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** A file with its media type. */
export interface Page {
  readonly body: Buffer;
  readonly type: string;
}

/**
 * The content security policy of the window. `connect` lists what it may talk to besides its own origin. The interface
 * library and the editor write `<style>` elements, so styles may be inline; scripts may not.
 */
function policy(connect: readonly string[] = []): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    ["connect-src 'self'", ...connect].join(' '),
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer. */
export function headers(connect: readonly string[] = []): Record<string, string> {
  return {
    'content-security-policy': policy(connect),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  };
}

/** The file that a path of a URL names in `folder`; null for everything that is not one of its files. */
export async function readPage(folder: string, pathname: string): Promise<Page | null> {
  const name = decode(pathname === '/' ? '/index.html' : pathname);
  if (name === null || name.includes('\0') || name.includes('\\')) return null;
  const path = join(folder, name);
  const type = types[extname(path)];
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep) || type === undefined) return null;
  try {
    return { body: await readFile(path), type };
  } catch {
    return null;
  }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
