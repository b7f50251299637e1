import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseTrustFile } from '#evidence';
import { projectRoot } from '../installation/paths.js';
import { reappraiseCommand } from './reappraise.js';

const golden = join(projectRoot, 'test/golden/v1');
const approved = join(golden, 'approved.evidence.json.gz');
const then = join(golden, 'trust.json');
const { circuits } = parseTrustFile(readFileSync(then));
const manifest = circuits.manifests[0] ?? '';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-reappraise-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function call(...args: string[]): Promise<{ code: unknown; out: string }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  await reappraiseCommand()
    .exitOverride()
    .parseAsync(['node', 'sealflow', ...args]);
  return { code: process.exitCode, out };
}

/** The trust file of the installation as it is today, without its circuits. */
function today(): string {
  const trust = JSON.parse(readFileSync(then, 'utf8')) as { circuits: { manifests: string[] } };
  trust.circuits.manifests = [];
  const file = join(folder, 'today.json');
  writeFileSync(file, JSON.stringify(trust));
  return file;
}

describe('sealflow reappraise', () => {
  it.each([
    ['--from', 'yesterday'],
    ['--measurement', 'mrtd'],
    ['--circuit', 'credit'],
  ])('refuses %s %s as usage, before it finds nothing', async (flag, value) => {
    await expect(call(approved, '--trust', then, flag, value)).rejects.toMatchObject({ code: 2 });
  });

  it.each([
    ['no place to look at', []],
    ['files and an orchestrator', [approved, '--orchestrator', '127.0.0.1:1', '--tenant', 'demo']],
    ['an orchestrator without a tenant', ['--orchestrator', '127.0.0.1:1']],
  ])('refuses %s as usage', async (_what, args) => {
    await expect(call('--trust', then, ...args)).rejects.toMatchObject({ code: 2 });
  });

  it('never says that all is well of a file that it cannot read', async () => {
    const broken = join(folder, 'broken.evidence.json');
    writeFileSync(broken, '{');
    const { code, out } = await call(broken, '--trust', then, '--to', '2000-01-01T00:00:00.000Z');
    expect(code).toBe(7);
    expect(out).toContain('UNDECIDED');
    expect((await call(join(folder, 'gone.evidence.json'), '--trust', then)).code).toBe(7);
  });

  it('exits 1 when a run would fail today, and says why and by what it was found', async () => {
    const { code, out } = await call(approved, '--trust', today(), '--circuit', manifest);
    expect(code).toBe(1);
    expect(out).toMatch(/^WOULD FAIL {2}\S+ {2}[0-9A-Z]{26} .* policy: MANIFEST_NOT_PINNED .*by circuit/);
    expect(out).toContain('1 would fail, 0 hold');
  });

  it('exits 0 when none would', async () => {
    const { code, out } = await call(approved, '--trust', then);
    expect(code).toBe(0);
    expect(out).toContain('0 would fail, 1 hold');
  });

  it('leaves runs of another period alone', async () => {
    const { code, out } = await call(approved, '--trust', today(), '--from', '2099-01-01T00:00:00.000Z');
    expect(code).toBe(0);
    expect(out).toContain('1 not asked about');
  });

  it('prints a JSON line for each run', async () => {
    const { out } = await call(approved, '--trust', today(), '--circuit', manifest, '--json');
    expect(JSON.parse(out)).toMatchObject({
      where: approved,
      fate: 'would-fail',
      exitCode: 1,
      reason: 'MANIFEST_NOT_PINNED',
      matchedBy: [{ by: 'circuit', value: manifest, certain: true }],
    });
  });
});
