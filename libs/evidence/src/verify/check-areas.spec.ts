import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { explainArea } from './check-areas.js';

describe('the areas of checks', () => {
  it('say nothing of a name that no check of a bundle has', () => {
    for (const name of ['', 'BND', 'BND-LOG', 'BND-NONE-001', 'TEE-TDX-001', 'BND-constructor-001'])
      expect(explainArea(name)).toBeNull();
  });

  it('cover every check that the verifier makes', () => {
    const folder = dirname(fileURLToPath(import.meta.url));
    const sources = readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name));
    const text = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    const ids = new Set(text.match(/BND-[A-Z]+-[0-9]{3}/g));
    expect(ids.size).toBeGreaterThan(80);
    expect([...ids].filter((id) => explainArea(id) === null)).toEqual([]);
  });
});
