#!/usr/bin/env node
/**
 * The command line's front door, for worker processes too. It loads the rest only when this Node can run it, so that an
 * old one gets a sentence instead of a stack trace (node:sqlite needs 22.13).
 */
import cluster from 'node:cluster';
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

async function start(): Promise<void> {
  if (cluster.isWorker) {
    const { work } = await import('../workers/worker.ts');
    work();
  } else {
    const { main } = await import('./program.ts');
    await main(process.argv);
  }
}

if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`mail-lab: this is Node ${process.versions.node}, and 22.13 or later is needed.\n`);
  process.exitCode = 1;
} else {
  start().catch((error: unknown) => {
    process.stderr.write(`mail-lab: the program could not be loaded: ${String(error)}\n`);
    process.exitCode = 70;
  });
}
