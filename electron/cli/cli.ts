#!/usr/bin/env node
/**
 * The command line's front door. It loads the rest only when this Node can run it, so that an old one gets a sentence
 * instead of a stack trace (node:sqlite needs 22.13).
 */
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`mail-lab: this is Node ${process.versions.node}, and 22.13 or later is needed.\n`);
  process.exitCode = 1;
} else {
  import('./program.ts').then(
    ({ main }) => main(process.argv),
    (error: unknown) => {
      process.stderr.write(`mail-lab: the program could not be loaded: ${String(error)}\n`);
      process.exitCode = 70;
    },
  );
}
