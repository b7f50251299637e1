import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { longestFirst } from '../support/longest-first.js';

// Neither `import` nor `module`: Vitest hands these to Node, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** Whole stacks, killed on purpose, two files at a time: much of it is waiting for leases and reconnections to run out. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'test/faults/**/*.spec.ts',
      'apps/orchestrator/src/backup/backup.spec.ts',
      'apps/orchestrator/src/blobs/{blob-calls,sealed-files}.spec.ts',
      'apps/orchestrator/src/database/{embedded-postgres,migrations}.spec.ts',
      'apps/orchestrator/src/{keys/{sealed-blobs,shredded-backups},timestamps/timestamp-sweeper}.spec.ts',
      'apps/orchestrator/src/sessions/worker.controller.spec.ts',
      'libs/worker/src/fhe/fhe-process.spec.ts',
    ],
    globalSetup: ['test/support/build.ts'],
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: {
      sequencer: longestFirst([
        'old-schemas.spec.ts',
        'pages-settlement-killed.spec.ts',
        'page-ledger-killed.spec.ts',
        'interpreter-upgrade.spec.ts',
        'orchestrator-killed.spec.ts',
      ]),
    },
    // Far above what any of them takes: a slow machine is no fault, and whatever hangs is named by what waits for it.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
