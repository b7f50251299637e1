import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Neither `import` nor `module`: Vitest hands these to Node, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** The built console in the system's Chromium, against a real stack: one file at a time. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['test/browser/**/*.spec.ts'],
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
