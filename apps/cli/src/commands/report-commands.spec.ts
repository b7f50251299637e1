import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { forged } from '../export/judged-bundle.fixture.js';
import { projectRoot } from '../installation/paths.js';
import { diffCommand } from './diff.js';
import { explainCommand } from './explain.js';
import { exportCommand } from './export.js';

const golden = join(projectRoot, 'test/golden/v1');
const trust = ['--trust', join(golden, 'trust.json')];
const approved = join(golden, 'approved.evidence.json.gz');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-report-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function call(command: Command, ...args: string[]): Promise<{ code: unknown; out: string }> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  await command.exitOverride().parseAsync(['node', 'sealflow', ...args]);
  return { code: process.exitCode, out };
}

/** A bundle with another salt in its step tree. */
function forgery(): string {
  const file = join(folder, 'forged.evidence.json');
  writeFileSync(file, forged(gunzipSync(readFileSync(approved)).toString()));
  return file;
}

describe('sealflow diff', () => {
  it('does not call two files the same that are no bundles', async () => {
    const broken = join(folder, 'broken.evidence.json');
    writeFileSync(broken, '{');
    await expect(call(diffCommand(), ...trust, broken, broken)).rejects.toMatchObject({ code: 7 });
  });

  it('exits 1 and names what differs', async () => {
    const { code, out } = await call(
      diffCommand(),
      ...trust,
      approved,
      join(golden, 'declined.evidence.json.gz'),
    );
    expect(code).toBe(1);
    expect(out).toContain('run status\n  first   completed\n  second  rejected\n');
  });

  it('exits 0 for a bundle and its unpacked copy', async () => {
    const copy = join(folder, 'copy.evidence.json');
    writeFileSync(copy, gunzipSync(readFileSync(approved)));
    expect(await call(diffCommand(), ...trust, approved, copy)).toMatchObject({ code: 0 });
  });
});

describe('sealflow export', () => {
  it('exits as verify does, and the report of a changed bundle says so', async () => {
    const out = join(folder, 'forged.html');
    const { code } = await call(exportCommand(), ...trust, '--format', 'html', '--out', out, forgery());
    expect(code).toBe(1);
    expect(readFileSync(out, 'utf8')).toContain('FAILED: tampered, forged or inconsistent');
  });

  it('keeps a file that is there already', async () => {
    const out = join(folder, 'kept.csv');
    writeFileSync(out, 'mine');
    const made = call(exportCommand(), ...trust, '--format', 'csv', '--out', out, approved);
    await expect(made).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });

  it.each(['archive', 'oscal', 'eat', 'in-toto', 'scitt'])(
    'has no run to write as %s where the file is no bundle',
    async (format) => {
      const broken = join(folder, 'no-bundle.evidence.json');
      writeFileSync(broken, '{');
      const out = join(folder, `broken.${format}`);
      const made = call(exportCommand(), ...trust, '--format', format, '--out', out, broken);
      await expect(made).rejects.toMatchObject({ code: 7 });
      expect(existsSync(out)).toBe(false);
    },
  );

  it('signs no statement about a bundle that is not verified', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = join(folder, 'exporter.pem');
    writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const out = join(folder, 'forged.scitt');
    const made = call(exportCommand(), ...trust, '--format', 'scitt', '--key', key, '--out', out, forgery());
    await expect(made).rejects.toMatchObject({ code: 1 });
    expect(existsSync(out)).toBe(false);
    const unsigned = await call(exportCommand(), ...trust, '--format', 'scitt', '--out', out, approved);
    expect(unsigned.out).toContain('UNSIGNED');
    expect(unsigned.out).toContain('[SIMULATED hardware]');
  });

  it.each(['pdf', 'oscal', 'eat'])(
    'makes %s as of the time that is said, and refuses another notation',
    async (format) => {
      const out = (name: string) => join(folder, `${name}.${format}`);
      const at = (name: string, time: string) =>
        call(exportCommand(), ...trust, '--format', format, '--made-at', time, '--out', out(name), approved);
      await expect(at('refused', 'yesterday')).rejects.toMatchObject({ code: 2 });
      expect((await at('one', '2026-11-21T08:00:00.000Z')).code).toBe(0);
      await at('two', '2026-11-21T08:00:00.000Z');
      expect(Buffer.compare(readFileSync(out('one')), readFileSync(out('two')))).toBe(0);
    },
  );

  it('refuses an archive whose name tells no form', async () => {
    const out = join(folder, 'archive.rar');
    const made = call(exportCommand(), ...trust, '--format', 'archive', '--out', out, approved);
    await expect(made).rejects.toMatchObject({ code: 2 });
  });

  it('writes JSON with the verdict', async () => {
    const out = join(folder, 'approved.json');
    const { code } = await call(exportCommand(), ...trust, '--format', 'json', '--out', out, approved);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ outcome: 'verified', exitCode: 0 });
  });
});

describe('sealflow explain', () => {
  it.each(['NO_SUCH_REASON', 'constructor', ''])('refuses %j as usage', async (name) => {
    await expect(call(explainCommand(), name)).rejects.toMatchObject({ code: 2 });
  });

  it.each([
    ['LOG_INCLUSION_INVALID', 'failed, exit 1'],
    ['LOG_PENDING', 'incomplete, exit 3'],
    ['KEY_STATE_DEV', 'policy, exit 4'],
    ['LOG_UNKNOWN', 'trust-root, exit 5'],
    ['BUNDLE_VERSION_UNSUPPORTED', 'version, exit 6'],
    ['JSON_DUPLICATE_KEY', 'malformed, exit 7'],
    ['TCB_OUT_OF_DATE', 'policy, exit 4'],
  ])('says of %s: %s', async (name, words) => {
    expect((await call(explainCommand(), name)).out).toContain(`as a failed check: ${words}`);
  });

  it('knows the checks of hardware evidence', async () => {
    expect((await call(explainCommand(), 'TEE-TDX-012')).out).toContain('failed');
  });
});
