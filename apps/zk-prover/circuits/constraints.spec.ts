// SPDX-License-Identifier: GPL-3.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FIELD_MODULUS } from '#canonical';
import { loadCircuit, shippedArtifacts } from '../src/circuit/circuit.js';
import { codes, golden, members } from '../src/claim/golden-claim.fixture.js';
import { claimWitness } from '../src/claim/runtime.js';
import type { CircuitInput } from '../src/pool/messages.js';
import { brokenConstraints, looseWires, unusedPublicWires } from '../src/r1cs/check-witness.js';
import { undeterminedWires } from '../src/r1cs/determinacy.js';
import { type ConstraintSystem, readR1cs } from '../src/r1cs/read-r1cs.js';
import { goldenRows } from '../src/scorecard/golden-rows.fixture.js';
import { parseModel } from '../src/scorecard/model.js';
import { buildWitness } from '../src/scorecard/witness.js';
import { spendingWitness } from '../src/spending/runtime.js';
import { ownerOf } from '../src/transfer/evaluate.js';
import { transferWitness } from '../src/transfer/runtime.js';
import { seeded, witnessOf } from './circuit.fixture.js';

const out = mkdtempSync(join(tmpdir(), 'sealflow-r1cs-'));
const script = join(import.meta.dirname, '../scripts/build-circuits.ts');
const compiled = build('--check', '--out', join(out, 'O2'));
// Of the same sources: what --O2 substitutes away is where the checker sees that bits are bits.
const plain = build('--flags=--O1', '--out', join(out, 'O1'));

afterAll(() => rmSync(out, { recursive: true, force: true }));

function build(...args: readonly string[]) {
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

function systemOf(name: string, level: 'O1' | 'O2'): ConstraintSystem {
  return readR1cs(readFileSync(join(out, level, `${name}.r1cs`)));
}

/** Honest inputs on both sides of what the circuit decides: some wires are only seen on one of them. */
const cases: readonly [name: string, inputs: readonly CircuitInput[]][] = [
  ['claim', [claim({}), claim({ memberId: 5n, totalCents: 7n })]],
  ['scorecard', goldenRows.slice(0, 2).map(scorecard)],
  ['spending', [spending([0n, 781n, 40_000n]), spending([40_001n])]],
  ['transfer', [transfer(1_000n), transfer(5n)]],
];

function claim(change: Partial<typeof golden>): CircuitInput {
  const changed = { ...golden, ...change };
  const rows = changed.lines.map(({ code }) => codes.answer(code));
  const judged = { claim: changed, rows, member: members.answer(changed.memberId) };
  return claimWitness(judged, { claim: 1n, outcome: 2n }, 3n);
}

function scorecard({ attributes }: (typeof goldenRows)[number]): CircuitInput {
  const model = parseModel(readFileSync(join(shippedArtifacts('scorecard'), 'model.json')));
  return buildWitness(attributes, model, { featuresSalt: 1n, limitSalt: 2n }, 3n);
}

function spending(given: readonly bigint[]): CircuitInput {
  const amounts = [...given, ...Array<bigint>(25 - given.length).fill(0n)];
  const mandate = { mandate: 1n, period: 2n, perCall: 40_000n, perPeriod: 5_000_000n };
  return spendingWitness(mandate, { ...mandate, amounts }, { mandate: 3n, settled: 4n, total: 5n }, 6n);
}

function transfer(amount: bigint): CircuitInput {
  const balance = { asset: 1n, amount, owner: ownerOf(2n) };
  const order = { asset: 1n, amount: 400n, recipient: 3n, spendKey: 2n };
  return transferWitness(balance, order, { balance: 4n, order: 5n, rest: 6n, payment: 7n }, 8n);
}

describe('committed artifacts', () => {
  it('follow byte for byte from the sources', () => {
    expect(compiled.stderr).toBe('');
    for (const [name] of cases) expect(compiled.stdout).toContain(`${name}: `);
    const following = compiled.stdout.match(/committed artifacts follow from the sources/g) ?? [];
    expect(following).toHaveLength(cases.length);
    expect(compiled.status).toBe(0);
    expect(plain.status).toBe(0);
  });

  it.each(cases)('of %s say that their keys are dev keys', (name) => {
    const { manifest } = loadCircuit(shippedArtifacts(name));
    expect(manifest.state).toBe('dev');
    expect(manifest.setup.contributions).toHaveLength(2);
  });
});

describe('the constraints', () => {
  it.each(cases)('of %s break when any single wire of an honest witness is changed', async (name, inputs) => {
    const system = systemOf(name, 'O2');
    expect(unusedPublicWires(system)).toEqual([]);
    const draw = seeded(7n);
    for (const input of inputs) {
      const witness = await witnessOf(name, input);
      expect(witness).toHaveLength(system.wires);
      expect(brokenConstraints(system, witness)).toEqual([]);
      expect(looseWires(system, witness, () => draw(256) % FIELD_MODULUS)).toEqual([]);
    }
  });

  it.each(cases)('of %s leave no choice once the inputs are fixed', (name) => {
    const system = systemOf(name, 'O1');
    expect(system.constraints.length).toBeGreaterThan(systemOf(name, 'O2').constraints.length);
    expect(undeterminedWires(system)).toEqual([]);
  });
});
