import { defineConfig } from 'vitest/config';

// Without `import` and `module`: vitest hands these to Node too, where packages written for `require` would find the wrong half of pg.
const conditions = ['sealflow-source', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{apps,libs,test,scripts}/**/*.spec.ts'],
    exclude: ['node_modules', 'dist', 'test/faults/**', 'test/tamper/**'],
    setupFiles: ['reflect-metadata'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
