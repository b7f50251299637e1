import { describe, expect, it } from 'vitest';
import { FIELD_MODULUS, type Json, parseCommitment } from '#canonical';
import { NO_MINIMUMS, parseDefinition, planWorkflow } from '#workflow';
import { ClientError } from './client-error.js';
import { ClientIdentity } from './client-identity.js';
import { orchestrator, random } from './orchestrator.fixture.js';
import { sealInputs } from './seal-inputs.js';

const SECRET = '4711471147114711';
const plan = planWorkflow({
  definition: parseDefinition(`schema: sealflow/workflow/v1
name: pay
version: 1
inputs:
  balance: { class: financial-state, type: fields, bytesMax: 2048 }
  order: { class: financial-state, type: fields, bytesMax: 2048 }
steps:
  pay: { operation: balance.transfer, in: { balance: inputs/balance, order: inputs/order } }
outputs: { rest: pay/rest }
`),
  minimums: NO_MINIMUMS,
  connected: ['balance.transfer'],
});

async function seal(balance: Json) {
  const { services, uploads } = orchestrator({});
  const sealed = await sealInputs(
    {
      plan,
      runId: '01J0000000000000000000000',
      tenant: 'acme',
      policyDigest: plan.definitionDigest,
      identity: new ClientIdentity(random),
      values: { balance, order: ['1', '2', '3', '4'] },
      workers: new Map(),
      notAfterMs: 1_800_000_000_000,
    },
    { services, random },
  ).catch((error: unknown) => error);
  return { sealed, uploads };
}

describe('fields for a circuit', () => {
  it.each<[string, Json]>([
    ['no list', SECRET],
    ['an empty list', []],
    ['sixteen fields', Array.from({ length: 16 }, () => SECRET)],
    ['a number instead of its text', [Number(SECRET)]],
    ['a negative number', [`-${SECRET}`]],
    ['a leading zero', [`0${SECRET}`]],
    ['hexadecimal text', ['0x10']],
    ['the order of the field', [`${FIELD_MODULUS}`]],
    ['a list in the list', [[SECRET]]],
  ])('are refused before anything is sealed, and not repeated, when they are %s', async (_, balance) => {
    const { sealed, uploads } = await seal(balance);
    expect(sealed).toBeInstanceOf(ClientError);
    expect(sealed).toMatchObject({ code: 'INPUT_INVALID' });
    expect(String(sealed)).toContain('balance');
    expect(String(sealed)).not.toContain(SECRET);
    expect(uploads).toEqual([]);
  });

  it('are committed with Poseidon and a salt of their own', async () => {
    const { sealed } = await seal(['1', '2', `${FIELD_MODULUS - 1n}`]);
    const [balance, order] = sealed as { name: string; commitment: string }[];
    expect(balance?.commitment).toMatch(/^commit:poseidon-bn254:/);
    expect(parseCommitment(order?.commitment ?? '')).toMatch(/^commit:poseidon-bn254:/);
    const again = (await seal(['1', '2', `${FIELD_MODULUS - 1n}`])).sealed as { commitment: string }[];
    expect(again[0]?.commitment).not.toBe(balance?.commitment);
  });
});
