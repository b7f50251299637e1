import { defineConfig } from 'vitest/config';

// Without `import` and `module`: vitest hands these to Node too, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** Long stories, which the longer suites tell, so that `npm test` stays short. */
const elsewhere = [
  // test:tamper
  'libs/attestation/src/fuzz.spec.ts',
  'libs/evidence/src/{disclosure/redact-bundle,verify/byte-flips}.spec.ts',
  'test/golden/stranger.spec.ts',
  'test/verifier/by-hand.spec.ts',
  'test/verifier/single-file.spec.ts',
  // test:circuits
  'apps/zk-prover/circuits/**',
  '{apps,libs}/**/*.long.spec.ts',
  // test:faults
  'apps/orchestrator/src/backup/backup.spec.ts',
  'apps/orchestrator/src/blobs/{blob-calls,sealed-files}.spec.ts',
  'apps/orchestrator/src/database/{embedded-postgres,migrations}.spec.ts',
  'apps/orchestrator/src/{keys/{sealed-blobs,shredded-backups},timestamps/timestamp-sweeper}.spec.ts',
  'apps/orchestrator/src/sessions/worker.controller.spec.ts',
  'libs/worker/src/fhe/fhe-process.spec.ts',
  // test:replicas, which runs this configuration
  ...(process.env['SEALFLOW_TEST_REPLICAS'] === undefined
    ? [
        'test/e2e/examples.spec.ts',
        'test/e2e/mtls.spec.ts',
        'test/e2e/{page-ledger,pages-settlement,zk-ledger}.spec.ts',
      ]
    : []),
];

/** Pure code without processes, files or globals of its own: its specs may share loaded modules, which saves a quarter of their time. */
const pure =
  'libs/{canonical,sealing,attestation,proofs,provenance,ledger,evidence,workflow,inference,contracts}/**/*.spec.ts';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'pure', include: [pure], exclude: elsewhere, isolate: false } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['{apps,libs,test,scripts}/**/*.spec.ts'],
          exclude: [
            'node_modules',
            'dist',
            'test/{browser,circuits,deploy,faults,tamper}/**',
            pure,
            ...elsewhere,
          ],
        },
      },
    ],
  },
});
