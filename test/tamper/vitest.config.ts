import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Neither `import` nor `module`: Vitest hands these to Node, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/** Thousands of changed bundles, each through the whole verifier, and evidence of every format with each signed byte changed. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'test/tamper/**/*.spec.ts',
      'libs/attestation/src/{fuzz,hostile-evidence}.spec.ts',
      'libs/evidence/src/{disclosure/redact-bundle,verify/byte-flips}.spec.ts',
      'test/golden/stranger.spec.ts',
      'test/verifier/{by-hand,single-file}.spec.ts',
      'test/client-package/client-package.spec.ts',
    ],
    env: {
      SEALFLOW_FUZZ_MUTATIONS: process.env['SEALFLOW_FUZZ_MUTATIONS'] ?? '1000',
      SEALFLOW_RANDOM_CHANGES: process.env['SEALFLOW_RANDOM_CHANGES'] ?? '1000',
    },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 300_000,
  },
});
