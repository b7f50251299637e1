import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Neither `import` nor `module`: Vitest hands these to Node, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** Whole stacks, killed on purpose: one file at a time, since each has four services and a database. */
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
    maxWorkers: 1,
    fileParallelism: false,
    // Far above what any of them takes: a slow machine is no fault, and whatever hangs is named by what waits for it.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
