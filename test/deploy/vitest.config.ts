import { defineConfig } from 'vitest/config';
import { longestFirst } from '../support/longest-first.js';

// As in the configuration of the root.
const conditions = ['sealflow-source', 'node', 'default'];

/** Charts under real helm, and the tools for that. Not part of `npm test`: it fetches binaries on its first run. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'deploy',
    include: ['tools/**/*.spec.ts', 'test/deploy/**/*.spec.ts'],
    // test:circuits
    exclude: ['**/node_modules/**', '**/*.long.spec.ts'],
    setupFiles: ['reflect-metadata'],
    globalSetup: ['test/deploy/stage-charts.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: longestFirst(['images.spec.ts', 'walk-through.spec.ts']) },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
