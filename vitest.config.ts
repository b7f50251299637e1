import { defineConfig } from 'vitest/config';

// Without `import` and `module`: vitest hands these to Node too, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** Stories that are told to two replicas only, by `npm run test:replicas`: `npm test` stays short. */
const atReplicas = process.env['SEALFLOW_TEST_REPLICAS'] === undefined ? ['test/e2e/examples.spec.ts'] : [];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{apps,libs,test,scripts}/**/*.spec.ts'],
    exclude: ['node_modules', 'dist', 'test/faults/**', 'test/tamper/**', ...atReplicas],
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
