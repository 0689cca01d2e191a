/**
 * `npm start`: builds if needed and opens the desktop app; where Electron's own binary is not here, the same app in the
 * browser. `npm run serve` asks for the browser. Plain JavaScript, because the Node that runs it may be an old one.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, isStale } from './build.mjs';
import { environment, findNode, noNode, root } from './node.mjs';

/** Path of Electron's binary, if it has been downloaded; it never is downloaded here. */
function findElectron() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules', 'electron', 'dist');
  const marker = join(root, 'node_modules', 'electron', 'path.txt');
  if (!existsSync(marker)) return null;
  const binary = join(folder, readFileSync(marker, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** Whether a window could be shown at all. */
const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/**
 * Runs a program in the foreground and ends as it ends.
 *
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const child = spawn(program, args, { stdio: 'inherit', env: environment() });
  // A terminal sends Ctrl+C to both; the child decides when it has finished.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  child.on('error', (error) => {
    console.error(`mail-traffic-lab: ${program} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** @param {string} node */
function start(node) {
  if (isStale()) {
    console.log('building…');
    if (!build(node)) {
      console.error('mail-traffic-lab: the build failed; its output stands above.');
      process.exit(1);
    }
  }
  const args = process.argv.slice(2);
  const cli = join(root, 'out', 'main', 'cli.js');
  if (args[0] === 'serve') return run(node, [cli, ...args]);
  const electron = findElectron();
  if (electron && hasDisplay()) return run(electron, [root, ...args]);
  console.log(
    electron
      ? 'There is no display here; serving the lab in the browser instead'
      : "Electron's binary is not here (npx install-electron fetches it); serving the lab in the browser instead",
  );
  return run(node, [cli, 'serve', ...args]);
}

const node = findNode();
if (node === null) {
  console.error(noNode);
  process.exitCode = 1;
} else {
  start(node);
}
