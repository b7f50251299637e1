// SPDX-License-Identifier: GPL-3.0
import { describe, expect, it } from 'vitest';
import { commitmentOf, type EdgePayload, type Json } from '#canonical';
import { type OpenInput, type OpenTask, TaskError, type TaskRuntime } from '#worker';
import { claimFields } from '../claim/evaluate.js';
import { codes, golden, MEMBER, members } from '../claim/golden-claim.fixture.js';
import { membershipJson } from '../claim/policy.js';
import { claimRuntime } from '../claim/runtime.js';
import { ProverPool } from '../pool/prover-pool.js';
import { spendingRuntime } from '../spending/runtime.js';
import { ownerOf } from '../transfer/evaluate.js';
import { transferRuntime } from '../transfer/runtime.js';
import { shippedArtifacts } from './circuit.js';

/** Looks like a pool and must never be asked: what is refused here is refused before it costs a witness. */
const pool = new ProverPool({ processes: 0, queueMax: 0 });
const asked = new Error('the prover was asked');
pool.prove = () => Promise.reject(asked);

const SECRET = 918_273_645_546_372_819n;
const never = new AbortController().signal;

function fields(port: string, values: readonly (bigint | string)[]): OpenInput {
  return opened(port, {
    alg: 'poseidon-bn254',
    label: port,
    salt: '7',
    fields: values.map(String),
    value: null,
  });
}

function json(port: string, value: Json): OpenInput {
  return opened(port, { alg: 'sha256', label: port, salt: Buffer.alloc(32).toString('base64'), value });
}

function opened(port: string, payload: EdgePayload): OpenInput {
  return {
    kind: 'opened',
    edge: `inputs/${port}`,
    commitment: commitmentOf(payload),
    payload,
    producer: null,
  };
}

async function refusal({ operation, run }: TaskRuntime, inputs: OpenTask['inputs']): Promise<unknown> {
  const task: OpenTask = {
    runId: '01J0000000000000000000000',
    taskId: 'step',
    attempt: 1,
    tenant: 'tenants/demo',
    operation,
    parameters: {},
    context: 5n,
    inputs,
    state: null,
    blobs: { get: () => Promise.reject(asked), put: () => Promise.reject(asked) },
  };
  return await run(task, never).catch((error: unknown) => error);
}

const transfer = transferRuntime(pool, { artifactsDir: shippedArtifacts('transfer') });
const claim = claimRuntime(pool, { artifactsDir: shippedArtifacts('claim'), codes });
const spending = spendingRuntime(pool, { artifactsDir: shippedArtifacts('spending') });

const balance = fields('balance', [1n, 100n, ownerOf(SECRET)]);
const order = fields('order', [1n, 60n, 2n, SECRET]);
const membership = json('membership', membershipJson(members.answer(MEMBER)));
const caps = fields('mandate', [1n, 2n, 3n, 4n]);

describe('a circuit’s runtime refuses before it proves, and repeats no value,', () => {
  it.each<[string, string, TaskRuntime, OpenTask['inputs']]>([
    ['no balance', 'balance', transfer, { order }],
    ['a balance under another commitment', 'balance', transfer, { balance: json('balance', 1), order }],
    [
      'a balance of two fields',
      'FIELDS_MALFORMED',
      transfer,
      { balance: fields('balance', [1n, SECRET]), order },
    ],
    [
      'an order of 2^64',
      'VALUE_OUT_OF_RANGE',
      transfer,
      { balance, order: fields('order', [1n, 2n ** 64n, 2n, SECRET]) },
    ],
    ['another asset', 'ASSET_MISMATCH', transfer, { balance, order: fields('order', [2n, 60n, 2n, SECRET]) }],
    [
      'somebody else’s key',
      'NOT_THE_OWNER',
      transfer,
      { balance, order: fields('order', [1n, 60n, 2n, SECRET + 1n]) },
    ],
    ['no membership', 'membership', claim, { claim: fields('claim', claimFields(golden)) }],
    [
      'a membership that is none',
      'TABLE_MALFORMED',
      claim,
      { claim: fields('claim', claimFields(golden)), membership: json('membership', [1]) },
    ],
    [
      'the row of another member',
      'TABLE_MISMATCH',
      claim,
      { claim: fields('claim', claimFields({ ...golden, memberId: 9_999n })), membership },
    ],
    [
      'a claim of nine fields',
      'FIELDS_MALFORMED',
      claim,
      { claim: fields('claim', claimFields(golden).slice(1)), membership },
    ],
    [
      'amounts of another mandate',
      'MANDATE_MISMATCH',
      spending,
      { mandate: caps, settled: fields('settled', [9n, 2n, SECRET, 0n, 0n, 0n, 0n]) },
    ],
    [
      'a word of 241 bits',
      'VALUE_OUT_OF_RANGE',
      spending,
      { mandate: caps, settled: fields('settled', [1n, 2n, 2n ** 240n, 0n, 0n, 0n, 0n]) },
    ],
  ])('%s', async (_, said, runtime, inputs) => {
    const error = await refusal(runtime, inputs);
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ code: 'WITNESS_OUT_OF_RANGE', retryable: false });
    expect(String(error)).toContain(said);
    expect(String(error)).not.toMatch(/91827364|31337313|18446744073709551616/);
  });

  it('but asks the prover where nothing is wrong', async () => {
    expect(await refusal(transfer, { balance, order })).toBe(asked);
    expect(await refusal(claim, { claim: fields('claim', claimFields(golden)), membership })).toBe(asked);
    const settled = fields('settled', [1n, 2n, 1n, 0n, 0n, 0n, 0n]);
    expect(await refusal(spending, { mandate: caps, settled })).toBe(asked);
  });
});
