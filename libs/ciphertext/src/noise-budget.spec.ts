import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

it('no source file asks SEAL for the noise budget, which leaks the key', () => {
  const asking = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.includes('node_modules'))
      .map((path) => join(root, folder, path))
      .filter((path) => readFileSync(path, 'utf8').includes('invariantNoiseBudget')),
  );
  expect(asking).toEqual([]);
});
