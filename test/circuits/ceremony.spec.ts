import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import { type CircuitManifest, encodeManifest, parseManifest, sampleManifest } from '#proofs';
import { repositoryRoot } from '../architecture/source-file.js';
import { circuits } from '../support/circuits-command.js';

/** Five public signals, as the sample manifest declares them; three constraints are enough for a ceremony. */
const SOURCE = `pragma circom 2.1.0;
template Sample() {
  signal input a; signal input b; signal input c; signal input secret;
  signal output x; signal output y;
  x <== a * secret; y <== b * secret;
  signal square; square <== c * c;
}
component main {public [a, b, c]} = Sample();`;

const folder = mkdtempSync(join(tmpdir(), 'sealflow-ceremony-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const beacon = '11'.repeat(32);
let releaser: string;

beforeAll(async () => {
  writeFileSync(at('sample.circom'), SOURCE);
  for (const name of ['out', 'base', 'keys']) mkdirSync(at(name));
  const compiler = join(repositoryRoot, 'node_modules/circom2/cli.js');
  const flags = ['--O2', '--r1cs', '--sym', '--wasm', '-o', 'out'];
  const compiled = spawnSync(process.execPath, [compiler, 'sample.circom', ...flags], { cwd: folder });
  expect(compiled.status, String(compiled.stderr)).toBe(0);
  cpSync(at('out/sample.r1cs'), at('keys/circuit.r1cs'));
  cpSync(at('out/sample.sym'), at('keys/circuit.sym'));
  cpSync(at('out/sample_js/sample.wasm'), at('keys/circuit.wasm'));
  writeFileSync(at('base/manifest.json'), encodeManifest(baseManifest({})));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(at('releaser.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  releaser = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  await circuits('ceremony', 'powers', at('tau.ptau'), '--power', '4');
});

afterAll(() => {
  // The commands' verdicts are not this process' own.
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe('a ceremony', () => {
  it('does not start from constraints that the manifest does not name', async () => {
    mkdirSync(at('other'));
    writeFileSync(
      at('other/manifest.json'),
      encodeManifest(baseManifest({ r1cs: digestOf(new Uint8Array()) })),
    );
    const start = circuits('ceremony', 'start', at('keys'), '--circuit', at('other'), ...powers());
    await expect(start).rejects.toThrow(/circuit\.r1cs: expected sha256:/);
  });

  it('does not start from a file that holds no powers of tau', async () => {
    const start = circuits(
      'ceremony',
      'start',
      at('keys'),
      '--circuit',
      at('base'),
      ...powers(at('sample.circom')),
    );
    await expect(start).rejects.toThrow(/^PTAU_MALFORMED/);
  });

  it('takes two contributors by distinct names before the beacon', async () => {
    await circuits('ceremony', 'start', at('keys'), '--circuit', at('base'), ...powers());
    await expect(endCeremony()).rejects.toThrow(/0 contributions, expected 2 or more/);
    const said = await circuits('ceremony', 'contribute', at('keys'), '--name', 'alice');
    const hash = said.trim().split('\n').at(-1);
    expect(hash).toMatch(/^[0-9a-f]{128}$/);
    await expect(circuits('ceremony', 'contribute', at('keys'), '--name', 'alice')).rejects.toThrow(
      /counts once/,
    );
    await expect(endCeremony()).rejects.toThrow(/1 contributions, expected 2 or more/);
    writeFileSync(at('dice'), '4 2 6 1');
    const bob = ['--name', 'bob', '--entropy', at('dice')];
    expect(await circuits('ceremony', 'contribute', at('keys'), ...bob)).not.toContain('4 2 6 1');
    const list = await circuits('ceremony', 'verify', at('keys'), '--ptau', at('tau.ptau'));
    expect(list).toContain(`alice  ${hash}`);
  });

  it('ends only with the powers of tau that it started with, and then leaves the key as it was', async () => {
    const before = readFileSync(at('keys/circuit.zkey'));
    await circuits('ceremony', 'powers', at('other.ptau'), '--power', '4');
    await expect(endCeremony(at('other.ptau'))).rejects.toThrow(/expected the powers of tau sha256:/);
    expect(readFileSync(at('keys/circuit.zkey')).equals(before)).toBe(true);
  });

  it('ends with the beacon in a circuit that is accepted when somebody known releases it', async () => {
    await endCeremony();
    expect(manifest().setup.contributions.map(({ name }) => name)).toEqual(['alice', 'bob']);
    await expect(circuits('ceremony', 'contribute', at('keys'), '--name', 'eve')).rejects.toThrow(
      /has ended/,
    );
    expect(await verdict()).toEqual({ code: 4, reasons: ['MANIFEST_UNSIGNED', 'KEY_STATE_INVALID'] });
    await expect(circuits('sign', at('keys'), '--dev')).rejects.toThrow(/signs dev circuits alone/);
    await circuits('sign', at('keys'), '--key', at('releaser.pem'), '--activate');
    expect(manifest().state).toBe('active');
    expect(await verdict()).toEqual({ code: 0, reasons: [] });
    await circuits('verify', at('keys'));
    expect(process.exitCode).toBe(4);
  });

  it('is refused once it is on the list of who keeps it, and no further without that key', async () => {
    cpSync(at('keys'), at('registry/keys'), { recursive: true });
    const digest = digestOf(new Uint8Array(readFileSync(at('keys/manifest.json'))));
    const revoke = ['revoke', at('registry'), digest, '--reason', 'a bit was left out', '--key'];
    await circuits(...revoke, at('releaser.pem'));
    expect(await verdict('registry/keys')).toEqual({ code: 4, reasons: ['MANIFEST_REVOKED'] });
    await expect(circuits('verify', at('registry'))).rejects.toThrow(/expected a signature by a key given/);
    await expect(circuits(...revoke, at('releaser.pem'))).rejects.toThrow(/on the list already/);
    await expect(
      circuits('revoke', at('registry'), digestOf(new Uint8Array(1)), '--reason', 'x', '--dev'),
    ).rejects.toThrow(/signed by another key/);
  });

  it('tells a key with another contribution from the one that was released', async () => {
    cpSync(at('keys'), at('forged'), { recursive: true });
    const key = readFileSync(at('forged/circuit.zkey'));
    // Inside the head's alpha, behind the file header, section 1 and the moduli.
    key[120] = (key[120] ?? 0) ^ 1;
    writeFileSync(at('forged/circuit.zkey'), key);
    const { code, reasons } = await verdict('forged');
    expect(code).toBe(1);
    expect(reasons).toContain('CIRCUIT_ARTIFACT_MISMATCH');
  });

  it('gives a contract that checks the key', async () => {
    await circuits('export-solidity', at('keys'), '--out', at('Verifier.sol'));
    const source = readFileSync(at('Verifier.sol'), 'utf8');
    const { vk_delta_2: delta } = JSON.parse(readFileSync(at('keys/vkey.json'), 'utf8')) as {
      vk_delta_2: string[][];
    };
    expect(source).toContain(`${delta[0]?.[0]}`);
  });
});

function baseManifest(artifacts: Partial<CircuitManifest['artifacts']>): CircuitManifest {
  const sample = sampleManifest(new Uint8Array(), {});
  const r1cs = digestOf(new Uint8Array(readFileSync(at('out/sample.r1cs'))));
  return { ...sample, artifacts: { ...sample.artifacts, r1cs, ...artifacts } };
}

function manifest(): CircuitManifest {
  return parseManifest(new Uint8Array(readFileSync(at('keys/manifest.json'))));
}

function powers(file = at('tau.ptau')): readonly string[] {
  return ['--ptau', file, '--origin', 'rehearsal on one machine'];
}

function endCeremony(ptau = at('tau.ptau')): Promise<string> {
  return circuits('ceremony', 'beacon', at('keys'), '--value', beacon, '--ptau', ptau);
}

/** Of an outsider who knows the releaser's key and has nothing of snarkjs. */
async function verdict(name = 'keys'): Promise<{ code: unknown; reasons: readonly string[] }> {
  const said = await circuits('verify', at(name), '--signer', releaser, '--json');
  const { checks } = JSON.parse(said) as { checks: { result: string; reason: string }[] };
  const reasons = checks.filter(({ result }) => result === 'fail').map(({ reason }) => reason);
  return { code: process.exitCode, reasons };
}
