import { chmodSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** `mail-lab` is a link to this file. */
const cli = resolve('out/main/cli.js');

/** The command line can be started by its name. */
const executable = {
  name: 'executable-cli',
  closeBundle: () => {
    if (existsSync(cli)) chmodSync(cli, 0o755);
  },
};

export default defineConfig({
  main: {
    plugins: [executable],
    build: {
      externalizeDeps: false, // one bundle, no node_modules in the package
      rolldownOptions: {
        input: { index: resolve('electron/main/main.ts'), cli: resolve('electron/cli/cli.ts') },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false, // a sandboxed preload can require only electron: bundle the rest
      rolldownOptions: {
        input: { index: resolve('electron/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }, // and it must be CommonJS
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      minify: true,
      chunkSizeWarningLimit: 2000, // kB; read from this disk, not over a network
      rolldownOptions: { input: { index: resolve('renderer/index.html') } },
    },
  },
});
