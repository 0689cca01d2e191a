/**
 * Checks package-lock.json for what makes `npm ci` fail on somebody else's machine. npm leaves an optional dependency
 * out of the lock without a word when the registry did not have it at that moment, and refuses the lock afterwards.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * Where `name`, required by the package at `path`, would be found: the nearest node_modules upwards that has it.
 *
 * @param {Record<string, unknown>} packages the lock's `packages`
 * @param {string} path '' for the project itself
 * @param {string} name
 */
function has(packages, path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true;
    if (at === '') return false;
  }
}

/**
 * Every fault of a lock, one sentence each.
 *
 * @param {{ packages: Record<string, { version?: string, integrity?: string, resolved?: string, link?: boolean,
 *   inBundle?: boolean, optionalDependencies?: Record<string, string> }> }} lock
 * @returns {string[]}
 */
export function faults(lock) {
  const found = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path === '' ? 'the project' : `${path} ${entry.version}`;
    for (const wanted of Object.keys(entry.optionalDependencies ?? {})) {
      if (!has(lock.packages, path, wanted)) found.push(`${wanted}, an option of ${name}, is missing.`);
    }
    if (path === '' || entry.link || entry.inBundle) continue;
    if (!entry.integrity) found.push(`${name} has no integrity.`);
    if (entry.resolved) found.push(`${name} is tied to one registry: ${entry.resolved}.`);
  }
  return found;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = process.argv[2] ?? 'package-lock.json';
  const found = faults(JSON.parse(readFileSync(file, 'utf8')));
  for (const fault of found) console.error(`${file}: ${fault}`);
  if (found.length > 0) {
    console.error(`${file}: ${found.length} fault(s); pin another version of the package, or run npm install again.`);
    process.exitCode = 1;
  }
}
