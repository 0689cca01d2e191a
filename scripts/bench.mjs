/** Builds what is to be measured if it is old, then runs the bench on a Node that can; arguments go to the bench. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, isStale } from './build.mjs';
import { environment, findNode, noNode, root } from './node.mjs';

const node = findNode();
if (node === null) {
  console.error(noNode);
  process.exitCode = 1;
} else if (isStale() && !build(node)) {
  console.error('npm run bench: the build failed; npm run build runs it alone.');
  process.exitCode = 1;
} else {
  const script = join(root, 'test', 'bench', 'bench.ts');
  const { status } = spawnSync(node, [script, ...process.argv.slice(2)], { env: environment(), stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
