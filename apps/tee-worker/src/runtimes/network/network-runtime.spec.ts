import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitPoseidon } from '#canonical';
import { type OpenTask, TaskError } from '#worker';
import { networkRuntime } from './network-runtime.js';

const modelDir = join(import.meta.dirname, '../../../models/credit-network');
const runtime = networkRuntime({ operation: 'credit.decide.enclave', modelDir });

function task(fields: readonly string[]): OpenTask {
  const payload = {
    alg: 'poseidon-bn254',
    label: 'extract/features',
    salt: '9',
    fields,
    value: null,
  } as const;
  const commitment = commitPoseidon(fields.map(BigInt), 9n);
  return {
    runId: '01J00000000000000000000000',
    taskId: 'decide',
    attempt: 1,
    tenant: 'tenants/test',
    operation: 'credit.decide.enclave',
    parameters: {},
    context: 1n,
    inputs: { features: { kind: 'opened', edge: 'extract/features', commitment, payload, producer: null } },
    state: null,
    blobs: {
      get: () => Promise.reject(new Error('this runtime reads no blob')),
      put: () => Promise.reject(new Error('this runtime writes no blob')),
    },
  };
}

async function refusal(open: OpenTask): Promise<string> {
  try {
    await runtime.run(open, new AbortController().signal);
  } catch (error) {
    if (error instanceof TaskError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

/** checking, duration, history, savings, employment, guarantors, otherPlans, amount, rate, incomeBand, consistent */
const good = ['4', '12', '4', '4', '4', '3', '3', '2000', '2', '2', '1'];

describe('a network inside of the enclave', () => {
  it('refuses inputs that its ranges do not have, and repeats none', async () => {
    expect(await refusal(task(good.slice(1)))).toBe(
      'INPUT_INVALID input features: inputs: expected 11 field elements, got 10',
    );
    expect(await refusal(task(good.with(10, '2')))).toMatch(/^INPUT_INVALID input features: /);
    expect(await refusal(task(good.with(7, '987654321')))).not.toContain('987654321');
    expect(await refusal({ ...task(good), inputs: {} })).toBe(
      'INPUT_INVALID input features: expected an opened Poseidon payload',
    );
  });

  it('decides, and an inconsistent statement never gets more than a review', async () => {
    const decide = async (fields: readonly string[]) =>
      (await runtime.run(task(fields), new AbortController().signal)).public['decision'];
    expect(await decide(good)).toBe('approve');
    expect(await decide(good.with(10, '0'))).toBe('review');
    expect(await decide(['1', '48', '1', '1', '2', '2', '1', '9000', '4', '0', '1'])).toBe('decline');
  });

  it('states the digest of its network', async () => {
    const { public: stated } = await runtime.run(task(good), new AbortController().signal);
    expect(stated['network']).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
