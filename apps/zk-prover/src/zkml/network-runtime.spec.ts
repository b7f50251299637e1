// SPDX-License-Identifier: GPL-3.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commitPoseidon, digestOf, failedChecks, type Json, toJson } from '#canonical';
import { verifyGroth16 } from '#proofs';
import { type OpenTask, TaskError, type TaskOutcome } from '#worker';
import { shippedArtifacts } from '../circuit/circuit.js';
import { ProverPool } from '../pool/prover-pool.js';
import { ATTRIBUTES } from '../scorecard/attributes.js';
import { goldenRows } from '../scorecard/golden-rows.fixture.js';
import { networkRuntime } from './network-runtime.js';

const pool = new ProverPool({ processes: 1 });
const folder = shippedArtifacts('credit-network');
const runtime = networkRuntime(pool, { operation: 'credit.decide.circuit', artifactsDir: folder });
const stored = new Map<string, Uint8Array>();
const context = 77n;

afterAll(() => pool.close());

function task(fields: readonly string[], value: Json = null): OpenTask {
  const payload = { alg: 'poseidon-bn254', label: 'extract/features', salt: '9', fields, value } as const;
  const commitment = commitPoseidon(fields.map(BigInt), 9n);
  return {
    runId: '01J00000000000000000000000',
    taskId: 'prove',
    attempt: 1,
    tenant: 'tenants/test',
    operation: 'credit.decide.circuit',
    parameters: {},
    context,
    inputs: { features: { kind: 'opened', edge: 'extract/features', commitment, payload, producer: null } },
    state: null,
    blobs: {
      get: () => Promise.reject(new Error('this runtime reads no blob')),
      put: (bytes) => {
        stored.set(digestOf(bytes), bytes);
        return Promise.resolve(digestOf(bytes));
      },
    },
  };
}

function run(fields: readonly string[]): Promise<TaskOutcome> {
  return runtime.run(task(fields), new AbortController().signal);
}

async function refusal(fields: readonly string[]): Promise<string> {
  try {
    await run(fields);
  } catch (error) {
    if (error instanceof TaskError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const [demo] = goldenRows;
const fields = ATTRIBUTES.map(({ name }) => String(demo.attributes[name]));

describe('the proved network', () => {
  it('refuses features of another number or outside of their range before a child is asked, and repeats no value', async () => {
    expect(await refusal(fields.slice(1))).toBe(
      'WITNESS_OUT_OF_RANGE input features: inputs: expected 11 field elements, got 10',
    );
    expect(await refusal(fields.with(1, '128'))).toMatch(/^WITNESS_OUT_OF_RANGE input features: /);
    expect(await refusal(fields.with(0, '5'))).toMatch(/^WITNESS_OUT_OF_RANGE input features: /);
    const large = `${1n << 240n}`;
    expect(await refusal(fields.with(7, large))).not.toContain(large);
    expect(pool.open).toEqual([]);
  });

  it('states its decision, its network and a proof that the strict verifier accepts', async () => {
    const { public: stated, evidence, outputs } = await run(fields);
    expect(stated).toMatchObject({
      decision: 'approve',
      network: digestOf(new Uint8Array(readFileSync(join(folder, 'network.json')))),
      circuit: 'credit-network@1',
    });
    expect(outputs['decision']).toEqual({ kind: 'public', value: 'approve' });
    const [manifest, vkey] = ['manifest', 'vkey'].map((name) => stored.get(String(evidence[name])));
    const checks = verifyGroth16(
      {
        manifest: manifest ?? new Uint8Array(),
        vkey: vkey ?? new Uint8Array(),
        proof: toJson(evidence['proof']),
        publicSignals: toJson(evidence['publicSignals']),
      },
      {
        context,
        inputs: { features: commitPoseidon(fields.map(BigInt), 9n) },
        outputs: { decision: digestOf(Buffer.from('"approve"')) },
        public: stated,
      },
      { manifests: [digestOf(manifest ?? new Uint8Array())], allowDev: true },
    );
    expect(failedChecks(checks)).toEqual([]);
  });
});
