#!/usr/bin/env node
/**
 * Takes the place of the Electron binary where there is none: runs the built main bundle in plain Node, windows are
 * pages of a headless Chromium.
 * usage: cli.mjs [--inspect=0] [--remote-debugging-port=0] <app folder or main file> [app arguments]
 */
import { readFileSync, statSync } from 'node:fs';
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const own = new Set(['--inspect', '--inspect-brk', '--remote-debugging-port', '--no-sandbox', '-r']);
const isOwn = (arg) => own.has(arg.split('=')[0]);
const flags = process.argv.slice(2).filter(isOwn);
const [target = '.', ...rest] = process.argv.slice(2).filter((arg) => !isOwn(arg));
const folder = statSync(target).isDirectory();
const manifest = folder ? JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) : {};
const main = resolve(target, folder ? (manifest.main ?? 'index.js') : '');

const double = new URL('./electron.mjs', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    /^electron(\/(main|common|renderer))?$/.test(specifier)
      ? { url: double, format: 'module', shortCircuit: true }
      : next(specifier, context),
});
process.argv = [process.argv[0], resolve(target), ...rest];
process.versions.electron ??= '0.0.0-standin';
process.versions.chrome ??= '0';

const { boot } = await import(double);
// Loaded for require() too before a debugger can ask for it half-way.
createRequire(import.meta.url)('electron');
// Playwright's launcher gives both flags, and nobody else does.
const driven = ['--inspect=0', '--remote-debugging-port=0'].every((flag) => flags.includes(flag));
const port = flags.find((flag) => flag.startsWith('--remote-debugging-port='))?.split('=')[1] ?? '0';
const ready = await boot({ manifest, appPath: resolve(target), announce: driven, port });
if (driven) inspector.open(0, '127.0.0.1');
// Playwright's Electron launcher calls this once it is attached.
globalThis.__playwright_run = ready;
await import(pathToFileURL(main).href);
if (!driven) await ready();
