import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, type JsonObject, toBase64, utf8 } from '#canonical';
import type { PlannedWorkflow } from '#client';
import { CATALOGUE, NO_MINIMUMS, parseDefinition, planWorkflow } from '#workflow';
import { projectRoot } from '../installation/paths.js';
import { networkOf, soldModel } from './requirements.js';

const weights = digestOf(utf8('weights'));
const ledger = { ledger: 'eur' };

/** What a client has after planning one of the examples, with every worker there. */
function planned(example: string, parameters: Readonly<Record<string, JsonObject>>): PlannedWorkflow {
  const text = readFileSync(join(projectRoot, 'examples', `${example}.yaml`), 'utf8');
  const definition = parseDefinition(text);
  const connected = [...CATALOGUE.values()]
    .flatMap(({ candidates }) => candidates.flatMap(({ tasks }) => tasks))
    .map(({ operation }) => operation);
  const plan = planWorkflow({
    definition,
    minimums: NO_MINIMUMS,
    connected,
    parameters,
  });
  return { plan } as PlannedWorkflow;
}

describe('a plan sells no calls', () => {
  it('without a reservation before them and a settlement after', () => {
    expect(soldModel(planned('conversation', { converse: { weights } }))).toBeNull();
  });

  it('without a conversation', () => {
    expect(soldModel(planned('ledger-disclose', { disclose: ledger }))).toBeNull();
  });
});

describe('a plan sells calls', () => {
  it('of the model that it pins, at the price that it states', () => {
    const sold = soldModel(planned('agent-call', { reserve: ledger, settle: ledger, converse: { weights } }));
    expect(sold).toEqual({ weights, inputNanosPerToken: 300, outputNanosPerToken: 1200 });
  });
});

describe('a network of x402', () => {
  it('is a ledger by the key of its receipts, as CAIP-2 writes it, and another for another key', () => {
    const [first, second] = [7, 8].map((byte) => networkOf(toBase64(new Uint8Array(32).fill(byte))));
    expect(first).toMatch(/^sealflow:[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
  });
});
