import { defineConfig } from 'vitest/config';

// As in the configuration of the root.
const conditions = ['sealflow-source', 'node', 'default'];

/** Charts under real helm, and the tools for that. Not part of `npm test`: it fetches binaries on its first run. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'deploy',
    include: ['tools/**/*.spec.ts', 'test/deploy/**/*.spec.ts'],
    setupFiles: ['reflect-metadata'],
    globalSetup: ['test/deploy/stage-charts.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
