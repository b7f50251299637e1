import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseTrustFile } from '#evidence';
import { jsonLineOf, junitOf, lineOf } from '../batch/render-batch.js';
import { verifyOne } from '../batch/verify-one.js';
import { projectRoot } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { verifyCommand } from './verify.js';

const golden = join(projectRoot, 'test/golden/v1');
const trustPath = join(golden, 'trust.json');
const approved = join(golden, 'approved.evidence.json.gz');
const trust = parseTrustFile(readFileSync(trustPath));
let folder: string;
/** The same trust file without the first measurement. */
let updated: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-hindsight-'));
  updated = join(folder, 'updated.json');
  const { measurements } = trust.policy;
  const policy = { ...trust.policy, measurements: measurements.slice(1) };
  writeFileSync(updated, JSON.stringify({ ...trust, policy }));
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
  const command = verifyCommand({ readTrust }).exitOverride();
  await command.parseAsync(['node', 'sealflow', '--trust', trustPath, approved, ...args]);
  return { code: process.exitCode, out };
}

describe('sealflow verify --trust-update', () => {
  it('refuses a file that is no trust file', async () => {
    await expect(verify('--trust-update', approved)).rejects.toMatchObject({ code: 5 });
    await expect(verify('--trust-update', join(folder, 'absent'))).rejects.toMatchObject({ code: 5 });
  });

  it('keeps the verdict as of T, prints the second, and exits with the worse of both', async () => {
    const { code, out } = await verify('--trust-update', updated);
    expect(code).toBe(4);
    expect(out).toMatch(/^VERIFIED/m);
    expect(out).toContain('IN HINDSIGHT  AUTHENTIC, BUT NOT ALLOWED by the policy  MEASUREMENT_UNKNOWN');
  });

  it('has both in JSON', async () => {
    const { code, out } = await verify('--trust-update', updated, '--json');
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'verified',
      exitCode: 0,
      hindsight: { outcome: 'policy', exitCode: 4, reason: 'MEASUREMENT_UNKNOWN' },
    });
  });

  it('exits with 0 when nothing speaks against the bundle today', async () => {
    const { code, out } = await verify('--trust-update', trustPath);
    expect(code).toBe(0);
    expect(out).toContain('IN HINDSIGHT  VERIFIED');
  });
});

describe('sealflow verify --collateral', () => {
  it('judges a second time by what vendors publish today, and names the files that are none of it', async () => {
    const published = mkdtempSync(join(folder, 'published-'));
    const list = join(published, 'what-is-this.txt');
    writeFileSync(list, 'notes');
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const { code, out } = await verify('--collateral', published);
    expect(code).toBe(0);
    expect(out).toContain('IN HINDSIGHT  VERIFIED');
    expect(said).toHaveBeenCalledWith(`sealflow: not used as collateral: ${list}\n`);
  });

  it('refuses a folder that is not there', async () => {
    await expect(verify('--collateral', join(folder, 'absent'))).rejects.toMatchObject({ code: 7 });
  });
});

it('a batch says it in each of its forms', async () => {
  const hindsight = parseTrustFile(readFileSync(updated));
  const found = await verifyOne(approved, trust, { judged: { at: null, hindsight }, checks: false });
  expect(found.exitCode).toBe(4);
  expect(lineOf(found)).toMatch(/^VERIFIED.* in hindsight NOT ALLOWED MEASUREMENT_UNKNOWN\n$/);
  expect(JSON.parse(jsonLineOf(found))).toMatchObject({ hindsight: { exitCode: 4 } });
  expect(junitOf([found])).toContain('<failure type="MEASUREMENT_UNKNOWN"');
});
