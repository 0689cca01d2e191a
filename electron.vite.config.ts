import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

export default defineConfig({
  main: {
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
      rolldownOptions: { input: { index: resolve('renderer/index.html') } },
    },
  },
});
