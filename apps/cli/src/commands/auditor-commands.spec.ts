import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { digestOf, fromBase64, parseJsonStrict } from '#canonical';
import { openStatement, parseEnvelope, verificationResultType } from '#evidence';
import { projectRoot } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { attestResultCommand } from './attest-result.js';
import { explainCommand } from './explain.js';
import { trustCommand } from './trust.js';
import { verifyCommand } from './verify.js';

const golden = join(projectRoot, 'test/golden/v1');
const trustPath = join(golden, 'trust.json');
const approved = join(golden, 'approved.evidence.json.gz');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealflow-auditor-'));
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

/** A trust file that differs from the golden one in one place. */
function changedTrust(name: string, change: (trust: Record<string, unknown>) => void): string {
  const trust = JSON.parse(readFileSync(trustPath, 'utf8')) as Record<string, unknown>;
  change(trust);
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(trust));
  return file;
}

describe('sealflow verify, asked for more than the trust file asks', () => {
  const verify = (...args: string[]) =>
    call(verifyCommand({ readTrust }), '--trust', trustPath, approved, ...args);

  it.each([
    ['--require-class', 'gold'],
    ['--require-class', '=proved'],
    ['--min-witness', 'many'],
  ])('refuses %s %s as usage', async (flag, value) => {
    await expect(verify(flag, value)).rejects.toMatchObject({ code: 2 });
  });

  it('exits with 4 when a step is worth less', async () => {
    const { code, out } = await verify('--require-class', 'attested');
    expect(code).toBe(4);
    expect(out).toContain('FAIL BND-ASSURE-002 CLASS_NOT_REACHED');
  });

  it('exits with 4 when witnesses are missing', async () => {
    const { code, out } = await verify('--min-witness', '1');
    expect(code).toBe(4);
    expect(out).toContain('WITNESS_QUORUM_NOT_MET');
  });

  it('exits with 0 when the step that is named is worth it', async () => {
    expect(await verify('--require-class', 'score=simulated', '--min-witness', '0')).toMatchObject({
      code: 0,
    });
  });
});

describe('sealflow attest-result', () => {
  function key(type: 'ed25519' | 'x25519' = 'ed25519'): {
    file: string;
    publicFile: string;
    raw: Uint8Array;
  } {
    const pair = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
    const file = join(folder, `${type}.pem`);
    const publicFile = join(folder, `${type}.pub.pem`);
    writeFileSync(file, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(publicFile, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const der = pair.publicKey.export({ type: 'spki', format: 'der' });
    return { file, publicFile, raw: der.subarray(-32) };
  }
  const attest = (bundle: string, out: string, keyFile: string, trust = trustPath) =>
    call(attestResultCommand(), bundle, '--trust', trust, '--key', keyFile, '--out', join(folder, out));

  it('signs nothing about a bundle that is not verified, and exits as verify does', async () => {
    const refusing = changedTrust('production.json', (trust) => {
      trust['policy'] = { ...(trust['policy'] as object), allowSimulated: false };
    });
    await expect(attest(approved, 'none.json', key().file, refusing)).rejects.toMatchObject({ code: 4 });
    expect(() => readFileSync(join(folder, 'none.json'))).toThrow('ENOENT');
  });

  it('refuses a key that cannot sign, and repeats nothing of it', async () => {
    const { file } = key('x25519');
    await expect(attest(approved, 'none.json', file)).rejects.toMatchObject({
      code: 2,
      message: expect.not.stringContaining('PRIVATE') as string,
    });
  });

  it('names the bytes, the trust file and what is simulated, under the key of the signer', async () => {
    const { file, raw } = key();
    const { code } = await attest(approved, 'result.json', file);
    expect(code).toBeUndefined();
    const envelope = readFileSync(join(folder, 'result.json'));
    const statement = openStatement({ envelope, publicKey: raw, predicateType: verificationResultType });
    const bytes = gunzipSync(readFileSync(approved));
    expect(`sha256:${statement.subject[0]?.digest['sha256']}`).toBe(digestOf(bytes));
    const { properties } = statement.predicate as unknown as { properties: string[] };
    expect(properties[0]).toBe('SEALFLOW_SIMULATED_PROTECTS_NOTHING');
    expect(properties).toContain('SEALFLOW_BUNDLE_VERIFIED');
    expect(properties).toContain('SEALFLOW_LOG_OPERATOR_ONLY');
  });

  it('verifies with openssl alone', async (context) => {
    if (spawnSync('openssl', ['version']).status !== 0) context.skip('openssl is not on this machine');
    const { file, publicFile } = key();
    await attest(approved, 'for-openssl.json', file);
    const envelope = parseEnvelope(readFileSync(join(folder, 'for-openssl.json')));
    const signed = join(folder, 'pae.bin');
    const signature = join(folder, 'sig.bin');
    writeFileSync(signed, envelope.pae);
    writeFileSync(signature, envelope.signatures[0] ?? '');
    const args = ['pkeyutl', '-verify', '-pubin', '-inkey', publicFile, '-rawin', '-in', signed];
    expect(execFileSync('openssl', [...args, '-sigfile', signature]).toString()).toContain('Successfully');
  });
});

describe('sealflow trust diff', () => {
  const diff = (...args: string[]) => call(trustCommand(), 'diff', ...args);

  it('exits with 5 for a file that is no trust file', async () => {
    await expect(diff(trustPath, approved)).rejects.toMatchObject({ code: 5 });
  });

  it('exits with 1 and names what only one of them believes', async () => {
    const approvers = (parseJsonStrict(readFileSync(trustPath)) as { approvers: string[] }).approvers;
    const other = changedTrust('other.json', (trust) => {
      trust['approvers'] = [Buffer.alloc(32, 7).toString('base64'), ...approvers];
      trust['policy'] = { ...(trust['policy'] as object), allowSimulated: false };
    });
    const { code, out } = await diff(trustPath, other);
    expect(code).toBe(1);
    expect(out).toContain('only in the second  approvers[BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=]\n');
    expect(out).toContain('policy.allowSimulated\n  first   true\n  second  false\n');
    expect(out).not.toContain(`only in the first   approvers`);
    expect(approvers.map(fromBase64).every(({ length }) => length === 32)).toBe(true);
  });

  it('exits with 0 for the same rules in another order of members', async () => {
    const trust = JSON.parse(readFileSync(trustPath, 'utf8')) as Record<string, unknown>;
    const turned = join(folder, 'turned.json');
    writeFileSync(turned, JSON.stringify(Object.fromEntries(Object.entries(trust).reverse())));
    expect(await diff(trustPath, turned)).toMatchObject({ code: 0, out: 'both say the same\n' });
  });
});

describe('sealflow explain', () => {
  it('knows the checks of a bundle by their area, and no others', async () => {
    expect((await call(explainCommand(), 'bnd-log-005')).out).toContain(
      'the place of the run in the transparency log',
    );
    await expect(call(explainCommand(), 'BND-NONE-001')).rejects.toMatchObject({ code: 2 });
  });
});
