import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { scene } from './provenance.fixture.js';
import { provenanceCommand } from './provenance.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-provenance-'));
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify(scene.bundle));
  writeFileSync(join(folder, 'root.json'), JSON.stringify(scene.trustedRoot));
  writeFileSync(join(folder, 'builder.pem'), scene.publicKeyPem);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function verify(...args: string[]): Promise<{ code: unknown; out: string }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  const given = [join(folder, 'bundle.json'), '--trusted-root', join(folder, 'root.json'), ...args];
  await provenanceCommand()
    .exitOverride()
    .parseAsync(['node', 'sealflow', 'verify', ...given]);
  return { code: process.exitCode, out };
}

describe('sealflow provenance verify', () => {
  const key = (): string[] => ['--key', join(folder, 'builder.pem')];

  it.each<[string, () => string[]]>([
    ['without a signer', () => []],
    ['with half a signer', () => ['--identity', 'builder@test.invalid']],
    ['with two signers', () => [...key(), '--identity', 'a', '--issuer', 'b']],
    ['with a digest that is none', () => [...key(), '--digest', 'sha256:1']],
  ])('%s is wrong usage', async (_what, args) => {
    await expect(verify(...args())).rejects.toMatchObject({ code: 2 });
  });

  it('exits with 1 for another artifact, and says of which the statement speaks', async () => {
    const { code, out } = await verify(...key(), '--digest', `sha256:${'0'.repeat(64)}`);
    expect(code).toBe(1);
    expect(out).toContain('REFUSED  PROVENANCE_SUBJECT_MISMATCH');
    expect(out).toContain(scene.image);
  });

  it('exits with 5 when a name was to sign and a bare key did', async () => {
    const { code } = await verify('--identity', 'builder@test.invalid', '--issuer', 'https://issuer.invalid');
    expect(code).toBe(5);
  });

  it('exits with 0 and names the artifact and the limits of the proof', async () => {
    const { code, out } = await verify(...key(), '--digest', scene.image);
    expect(code).toBe(0);
    expect(out).toMatch(/^VERIFIED\n/);
    expect(out).toContain('not proven:');
  });
});
