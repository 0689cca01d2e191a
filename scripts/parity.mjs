/** Plays dialogues to nginx and to the lab, on a Node that runs TypeScript without a build; arguments go to it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment, findNode, noNode, root } from './node.mjs';

const node = findNode();
if (node === null) {
  console.error(noNode);
  process.exitCode = 1;
} else {
  const script = join(root, 'test', 'parity', 'main.ts');
  const { status } = spawnSync(node, [script, ...process.argv.slice(2)], { env: environment(), stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
