import { defineConfig } from 'vitest/config';
import { longestFirst } from './test/support/longest-first.js';

// Without `import` and `module`: vitest hands these to Node too, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** Long stories, which the longer suites tell, so that `npm test` stays short. */
const elsewhere = [
  // test:tamper
  'libs/attestation/src/{fuzz,hostile-evidence}.spec.ts',
  'libs/evidence/src/{disclosure/redact-bundle,verify/byte-flips}.spec.ts',
  'test/golden/stranger.spec.ts',
  'test/verifier/by-hand.spec.ts',
  'test/verifier/single-file.spec.ts',
  'test/client-package/client-package.spec.ts',
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
        'test/e2e/{demos,examples}.spec.ts',
        'test/e2e/{conversation,mtls}.spec.ts',
        'test/e2e/{page-ledger,pages-settlement,zk-ledger}.spec.ts',
      ]
    : []),
];

/**
 * Specs that share loaded modules, one file after the other in one process, which halves their time: they change nothing
 * that others could see but what they change back.
 */
const together = ['libs', 'apps/{orchestrator,cli,tee-worker,zk-prover,fhe-service}'].map(
  (folder) => `${folder}/**/*.spec.ts`,
);
/** They put modules, drivers or folders in the place of the real ones, or look at the process as it begins. */
const ownProcess = [
  'libs/worker/src/providers/**/*.spec.ts',
  // Who registers a tracer registers it for the process.
  'libs/{contracts,telemetry}/src/tracing.spec.ts',
  'apps/orchestrator/src/observability/rpc-observer.spec.ts',
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    sequence: {
      sequencer: longestFirst([
        'e2e/examples.spec.ts',
        'e2e/main-job.spec.ts',
        'e2e/demos.spec.ts',
        'e2e/page-ledger.spec.ts',
      ]),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: together,
          exclude: [...elsewhere, ...ownProcess],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: [...ownProcess, '{apps/console,scripts,test}/**/*.spec.ts'],
          exclude: [...elsewhere, 'test/{browser,circuits,deploy,faults,tamper}/**'],
        },
      },
    ],
  },
});
