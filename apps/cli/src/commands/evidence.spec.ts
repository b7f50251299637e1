import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseEvidencePackage } from '#attestation';
import { type Check, ed25519PublicKey, toBase64 } from '#canonical';
import { formatVerifierKey, noteKeyTypes, noteVerifierKey } from '#evidence';
import { Installation } from '../installation/installation.js';
import { projectRoot } from '../installation/paths.js';
import { reportFailure } from '../output/report-failure.js';
import { evidenceCommand } from './evidence.js';

const nonce = 'ab'.repeat(32);
const vectors = join(projectRoot, '../shared/vectors/attestation');
if (!existsSync(vectors)) console.log('vectors absent: attestation skipped');
const folder = mkdtempSync(join(tmpdir(), 'sealflow-evidence-'));
const home = join(folder, 'home');
const collected = join(folder, 'machine.json');

let out: string;
let err: string;

beforeAll(() => {
  vi.stubEnv('SEALFLOW_HOME', home);
  const origin = 'a.example/log';
  const key = ed25519PublicKey(new Uint8Array(randomBytes(32)));
  const vkey = formatVerifierKey(noteVerifierKey(origin, noteKeyTypes.ed25519, key));
  Installation.open(home).writeTrust({ orchestratorKeys: [toBase64(key)], log: { origin, vkey } });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  process.exitCode = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** Runs `sealflow evidence …` as the program does, and returns its exit code. */
async function evidence(...args: readonly string[]): Promise<number> {
  const command = evidenceCommand();
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await command.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return reportFailure(error);
  }
}

function failedReasons(): string[] {
  const { checks } = JSON.parse(out) as { checks: readonly Check[] };
  return checks
    .filter(({ result }) => result === 'fail' || result === 'error')
    .map(({ reason }) => reason ?? '');
}

describe('evidence collect', () => {
  it.each([
    ['tsm', 'QUOTE_SOURCE_ABSENT'],
    ['sev-guest', 'QUOTE_SOURCE_ABSENT'],
    ['tdx-guest', 'QUOTE_SOURCE_ABSENT'],
  ])('says what is missing where there is no %s', async (source, code) => {
    expect(await evidence('collect', '--out', join(folder, 'none.json'), '--source', source)).toBe(7);
    expect(err).toContain(code);
    expect(err).toMatch(/expected .+, got nothing there; /);
    expect(existsSync(join(folder, 'none.json'))).toBe(false);
  });

  it.each([
    ['a source that does not exist', ['--source', 'magic'], 'QUOTE_SOURCE_UNKNOWN'],
    ['a short nonce', ['--source', 'simulated', '--nonce', 'abcd'], '--nonce: expected 32 bytes as hex'],
    ['a crowd of GPUs', ['--source', 'simulated', '--gpus', '1000'], '--gpus: expected 0 to 16'],
  ])('refuses %s as a matter of usage', async (_what, args, message) => {
    expect(await evidence('collect', '--out', join(folder, 'none.json'), ...args)).toBe(2);
    expect(err).toContain(message);
  });

  it('never makes simulated hardware by itself', async () => {
    vi.stubEnv('SEALFLOW_HOME', join(folder, 'elsewhere'));
    expect(await evidence('collect', '--out', join(folder, 'none.json'), '--source', 'simulated')).toBe(2);
    expect(err).toContain('sealflow up');
    vi.stubEnv('SEALFLOW_HOME', home);
  });

  it('writes a package that answers the nonce, and calls simulated hardware simulated', async () => {
    const args = ['--source', 'simulated', '--gpus', '1', '--nonce', nonce];
    expect(await evidence('collect', '--out', collected, ...args)).toBe(0);
    expect(out).toContain('SIMULATED: this says nothing of any machine');
    expect(out).toContain(`evidence verify --package ${collected} --nonce ${nonce}`);
    expect(parseEvidencePackage(new Uint8Array(readFileSync(collected))).gpus).toHaveLength(1);
  });
});

describe('evidence verify', () => {
  const trust = ['--trust', join(home, 'trust.json'), '--json'];

  it('does not know the issuer of simulated evidence, unless a trust file names it', async () => {
    expect(await evidence('verify', '--package', collected, '--nonce', nonce, '--json')).toBe(5);
    expect(failedReasons()).toContain('UNKNOWN_ISSUER');
  });

  it.each([
    ['an answer to another nonce', ['--nonce', 'cd'.repeat(32)], 1, 'NONCE_UNKNOWN'],
    ['a guest that the policy does not list', ['--nonce', nonce], 1, 'MEASUREMENT_UNKNOWN'],
  ])('refuses %s by its reason', async (_what, args, code, reason) => {
    expect(await evidence('verify', '--package', collected, ...args, ...trust)).toBe(code);
    expect(failedReasons()).toContain(reason);
  });

  it('refuses bytes that are no package as a check that failed, and not as an accident', async () => {
    const file = join(folder, 'noise');
    writeFileSync(file, 'noise');
    expect(await evidence('verify', '--package', file, ...trust)).toBe(1);
    expect(failedReasons()).toContain('EVIDENCE_MALFORMED');
  });

  it.each([
    ['nothing to verify', [], 2, 'nothing to verify'],
    [
      'a package beside other evidence',
      ['--package', 'a', '--cpu', 'b'],
      2,
      'leave --cpu, --gpu and --switch out',
    ],
    ['a time of no form', ['--cpu', 'a', '--at', 'yesterday'], 2, '--at'],
    ['a file that is not there', ['--cpu', join(folder, 'absent')], 7, 'ENOENT'],
    ['a file of no known form', ['--cpu', collected], 7, 'expected a TDX quote'],
    [
      'a trust file of no form',
      ['--cpu', collected, '--trust', collected],
      5,
      'trust file.binding: expected',
    ],
    ['a policy of no form', ['--cpu', collected, '--policy', collected], 7, 'POLICY_MALFORMED'],
  ])('with %s says so', async (_what, args, code, message) => {
    expect(await evidence('verify', ...args)).toBe(code);
    expect(err).toContain(message);
  });

  const tdx = join(vectors, 'tdx/tdx-v4-uptodate-1');
  it.skipIf(!existsSync(vectors))(
    'judges a real quote: everything holds but that its guest is known',
    async () => {
      const args = ['--cpu', join(tdx, 'quote.bin'), '--collateral', tdx, '--at', '2025-06-20T00:00:00.000Z'];
      expect(await evidence('verify', ...args, '--json')).toBe(4);
      expect(failedReasons()).toEqual(['MEASUREMENT_UNKNOWN']);
    },
  );

  it.skipIf(!existsSync(vectors))(
    'without collateral says that revocation could not be checked',
    async () => {
      const args = ['--cpu', join(tdx, 'quote.bin'), '--at', '2025-06-20T00:00:00.000Z', '--json'];
      expect(await evidence('verify', ...args)).toBe(3);
      expect(failedReasons()).toContain('REVOCATION_UNKNOWN');
    },
  );
});

describe('evidence explain', () => {
  it.each(['TEE-TDX-012', 'TCB_OUT_OF_DATE', 'EVIDENCE_MALFORMED', 'rim_missing'])(
    'knows %s',
    async (name) => {
      expect(await evidence('explain', name)).toBe(0);
      expect(out.split('\n').length).toBeGreaterThan(2);
    },
  );

  it('lists all checks when asked for none', async () => {
    expect(await evidence('explain')).toBe(0);
    expect(out.split('\n').length).toBeGreaterThan(50);
  });

  it('does not know everything', async () => {
    expect(await evidence('explain', 'TEE-XXX-999')).toBe(2);
    expect(err).toContain('no check or reason of this name');
  });
});
