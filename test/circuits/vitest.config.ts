import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { longestFirst } from '../support/longest-first.js';

// Neither `import` nor `module`: Vitest hands these to Node, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

/**
 * Circuits against their sources and their reference evaluators: compiling, keys, every wire of a witness changed,
 * properties over hundreds of witnesses. A spec beside its subject joins by the ending `.long.spec.ts`.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'test/circuits/**/*.spec.ts',
      'apps/zk-prover/circuits/**/*.spec.ts',
      '{apps,libs,test}/**/*.long.spec.ts',
    ],
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: {
      sequencer: longestFirst([
        'build-stage.long.spec.ts',
        'real-ceremony.spec.ts',
        'model.long.spec.ts',
        'owner-prover.spec.ts',
      ]),
    },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
