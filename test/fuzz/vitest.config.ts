import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Neither `import` nor `module`: Vitest hands these to Node, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/**
 * 100,000 random changes of every format that is read before its sender is known, and one bit of every signed byte.
 * Takes a quarter of an hour; SEALFLOW_FUZZ_MUTATIONS sets another number.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['libs/attestation/src/fuzz.spec.ts'],
    env: { SEALFLOW_FUZZ_MUTATIONS: process.env['SEALFLOW_FUZZ_MUTATIONS'] ?? '100000' },
    setupFiles: ['reflect-metadata'],
    reporters: ['verbose'],
    pool: 'forks',
    disableConsoleIntercept: true,
  },
});
