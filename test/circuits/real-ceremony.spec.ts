import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, failedChecks, toJson } from '#canonical';
import { parseManifest, type ReleasePolicy, verifyGroth16 } from '#proofs';
import { loadCircuit, ownerOf, ProverPool, shippedArtifacts } from '../../apps/zk-prover/src/index.js';
import { transferWitness } from '../../apps/zk-prover/src/transfer/runtime.js';
import { circuits } from '../support/circuits-command.js';

/*
 * Keys of a circuit that ships, made by the commands that operators use: no step is shorter here than there, but for
 * who contributes. The powers of tau are a rehearsal's.
 */

const CIRCUIT = 'transfer';
const folder = mkdtempSync(join(tmpdir(), 'sealflow-real-ceremony-'));
const at = (...names: readonly string[]): string => join(folder, ...names);
const keys = at('keys');
const ptau = ['--ptau', at('tau.ptau')];
let releaser: string;
let trust: ReleasePolicy;

beforeAll(async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(at('releaser.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  releaser = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  const signers = [new Uint8Array(Buffer.from(releaser, 'base64'))];
  trust = { signers, manifests: [], allowDev: false };
});

afterAll(() => {
  // The commands' verdicts are not this process' own.
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function manifest() {
  return parseManifest(new Uint8Array(readFileSync(join(keys, 'manifest.json'))));
}

function transferInput() {
  const [asset, spendKey] = [840n, 12_345n];
  const balance = { asset, amount: 100n, owner: ownerOf(spendKey) };
  const order = { asset, amount: 60n, recipient: 6_789n, spendKey };
  return transferWitness(balance, order, { balance: 1n, order: 2n, rest: 3n, payment: 4n }, 5n);
}

describe('keys that nobody can check', () => {
  it.each([
    ['credit-network', /^KNOWN_TAU: the keys of credit-network were made without powers of tau/],
    [CIRCUIT, /^NO_CEREMONY: the keys of transfer \(state dev\)/],
  ])('are said to be that, by name: %s', async (circuit, said) => {
    const checked = circuits('ceremony', 'verify', shippedArtifacts(circuit));
    await expect(checked).rejects.toMatchObject({ code: 4, message: expect.stringMatching(said) });
  });
});

describe('the ceremony of a circuit that ships', () => {
  it('starts from constraints that follow from its sources', async () => {
    await circuits('build', CIRCUIT, '--out', keys);
    expect(digestOf(new Uint8Array(readFileSync(join(keys, 'circuit.r1cs'))))).toBe(
      parseManifest(new Uint8Array(readFileSync(join(shippedArtifacts(CIRCUIT), 'manifest.json')))).artifacts
        .r1cs,
    );
    await circuits('ceremony', 'powers', at('tau.ptau'), '--power', '11');
    const from = ['--circuit', shippedArtifacts(CIRCUIT), ...ptau, '--origin', 'rehearsal on one machine'];
    expect(await circuits('ceremony', 'start', keys, ...from)).toContain('2^11');
  });

  it('is not over before two persons contributed, the beacon spoke and all of it was checked', async () => {
    const beacon = ['ceremony', 'beacon', keys, '--value', '5a'.repeat(32), ...ptau];
    await expect(circuits(...beacon)).rejects.toThrow(/0 contributions, expected 2 or more/);
    await circuits('ceremony', 'contribute', keys, '--name', 'alice');
    await expect(circuits(...beacon)).rejects.toThrow(/1 contributions, expected 2 or more/);
    await circuits('ceremony', 'contribute', keys, '--name', 'bob');
    expect(existsSync(join(keys, 'manifest.json'))).toBe(false);
    expect(await circuits(...beacon)).toContain('transfer: alice, bob and the beacon; state ceremony');
    expect(manifest().state).toBe('ceremony');
    expect(await circuits('ceremony', 'verify', keys, ...ptau)).toMatch(/alice {2}[0-9a-f]{128}/);
  });

  it('gives keys that prove nothing for anybody until they are released', async () => {
    await circuits('verify', keys, '--signer', releaser);
    expect(process.exitCode).toBe(4);
    expect(() => loadCircuit(keys, trust)).toThrow(/MANIFEST_UNSIGNED/);
    await circuits('sign', keys, '--key', at('releaser.pem'), '--activate');
    expect(manifest().state).toBe('active');
    await circuits('verify', keys, '--signer', releaser);
    expect(process.exitCode).toBe(0);
    await circuits('verify', keys);
    expect(process.exitCode).toBe(4);
  });

  it('and then proofs that hold without any allowance for development keys', async () => {
    const circuit = loadCircuit(keys, trust);
    await using pool = new ProverPool({ processes: 1 });
    const made = await pool.prove(circuit, transferInput(), new AbortController().signal);
    const reasons = failedChecks(
      verifyGroth16(
        {
          manifest: circuit.manifestBytes,
          vkey: circuit.vkeyBytes,
          proof: toJson(JSON.parse(made.proof)),
          publicSignals: [...made.publicSignals],
        },
        { context: 5n, inputs: {}, outputs: {}, public: {} },
        { manifests: [circuit.manifestDigest], allowDev: false },
      ),
    ).filter(({ id }) => id !== 'ZK-G16-012');
    expect(reasons).toEqual([]);
    // The key of the same circuit that ships is another one: its proofs are for development.
    cpSync(shippedArtifacts(CIRCUIT), at('dev'), { recursive: true });
    expect(() => loadCircuit(at('dev'), trust)).toThrow(/KEY_STATE/);
  });
});
