/** Builds `out/` when it is missing or older than what it is made of. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environment, root } from './node.mjs';

const made = ['out/main/index.js', 'out/main/cli.js', 'out/preload/index.cjs', 'out/renderer/index.html'];
const sources = ['shared', 'electron', 'renderer', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];

/**
 * When a file, or the newest thing in a folder, was last changed (ms); null where there is nothing.
 *
 * @param {string} path
 * @returns {number | null}
 */
function changed(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return null;
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, changed(join(path, name)) ?? 0), found.mtimeMs);
}

/** Whether `out/` must be built before it can be used. */
export function isStale() {
  const outputs = made.map((path) => changed(join(root, path)));
  const oldest = outputs.reduce((least, time) => Math.min(least ?? 0, time ?? 0), Number.POSITIVE_INFINITY);
  return sources.some((path) => (changed(join(root, path)) ?? 0) > (oldest ?? 0));
}

/**
 * Builds quietly; a failing build shows what it said.
 *
 * @param {string} node path of the Node to build with
 * @returns {boolean} whether `out/` is there now
 */
export function build(node) {
  const script = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = spawnSync(node, [script, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: environment(),
    encoding: 'utf8',
  });
  if (result.status === 0) return true;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
  return false;
}
