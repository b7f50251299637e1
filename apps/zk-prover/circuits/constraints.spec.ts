// SPDX-License-Identifier: GPL-3.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import { afterAll, describe, expect, it } from 'vitest';
import { FIELD_MODULUS as r } from '#canonical';
import { loadCircuit, shippedArtifacts } from '../src/circuit/circuit.js';
import { goldenRows } from '../src/scorecard/golden-rows.fixture.js';
import { parseModel } from '../src/scorecard/model.js';
import { buildWitness } from '../src/scorecard/witness.js';

const folder = shippedArtifacts('scorecard');
const out = mkdtempSync(join(tmpdir(), 'sealflow-r1cs-'));
const script = join(import.meta.dirname, '../scripts/build-circuits.ts');
const compiled = spawnSync(process.execPath, [script, '--check', '--out', out], { encoding: 'utf8' });

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** One wire with its coefficient. */
type Term = readonly [wire: number, coefficient: bigint];
/** A * B = C, each a linear combination of wires. */
type Constraint = readonly [readonly Term[], readonly Term[], readonly Term[]];

/** Reads the constraints of an r1cs file (iden3 binary format, version 1). */
function readConstraints(bytes: Buffer): readonly Constraint[] {
  const sections = new Map<number, number>();
  for (let at = 12; at < bytes.length; at += 12 + Number(bytes.readBigUInt64LE(at + 4))) {
    sections.set(bytes.readUInt32LE(at), at + 12);
  }
  // Header section: field size, prime, four counts, labels, constraints.
  const header = sections.get(1) ?? 0;
  const count = bytes.readUInt32LE(header + 4 + 32 + 16 + 8);
  let at = sections.get(2) ?? 0;
  const combination = (): Term[] => {
    const terms = bytes.readUInt32LE(at);
    at += 4;
    return Array.from({ length: terms }, (): Term => {
      const wire = bytes.readUInt32LE(at);
      const coefficient = BigInt(
        `0x${Buffer.from(bytes.subarray(at + 4, at + 36))
          .reverse()
          .toString('hex')}`,
      );
      at += 36;
      return [wire, coefficient];
    });
  };
  return Array.from({ length: count }, (): Constraint => [combination(), combination(), combination()]);
}

function holds(constraint: Constraint, witness: readonly bigint[]): boolean {
  const [a, b, c] = constraint.map((terms) =>
    terms.reduce((sum, [wire, coefficient]) => sum + coefficient * (witness[wire] ?? 0n), 0n),
  );
  return ((a ?? 0n) * (b ?? 0n) - (c ?? 0n)) % r === 0n;
}

describe('committed artifacts', () => {
  it('follow byte for byte from the sources', () => {
    expect(compiled.stderr).toBe('');
    expect(compiled.stdout).toContain('committed artifacts follow from the sources');
    expect(compiled.status).toBe(0);
  });

  it('say that their keys are dev keys', () => {
    const { manifest } = loadCircuit(folder);
    expect(manifest.state).toBe('dev');
    expect(manifest.setup.contributions).toHaveLength(2);
  });
});

describe('the constraints of the scorecard circuit', () => {
  it('break when any single wire of an honest witness is changed', async () => {
    const constraints = readConstraints(readFileSync(join(out, 'scorecard.r1cs')));
    const model = parseModel(readFileSync(join(folder, 'model.json')));
    const input = buildWitness(goldenRows[0].attributes, model, { featuresSalt: 1n, limitSalt: 2n }, 3n);
    const wtns: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
    const wasm = new Uint8Array(readFileSync(join(folder, 'circuit.wasm')));
    await snarkjs.wtns.calculate(input, wasm, wtns, { memorySize: 1 });
    const witness = await snarkjs.wtns.exportJson(wtns);
    expect(constraints.every((constraint) => holds(constraint, witness))).toBe(true);

    const touching = new Map<number, Constraint[]>();
    for (const constraint of constraints) {
      for (const wire of new Set(constraint.flat().map(([index]) => index))) {
        touching.set(wire, [...(touching.get(wire) ?? []), constraint]);
      }
    }
    const loose: number[] = [];
    // Wire 0 is the constant one. Both a step to the neighbour and the flip of a bit must be noticed.
    for (let wire = 1; wire < witness.length; wire += 1) {
      const value = witness[wire] ?? 0n;
      for (const changed of new Set([(value + 1n) % r, (1n - value + r) % r])) {
        const forged = witness.with(wire, changed);
        if (!(touching.get(wire) ?? []).some((constraint) => !holds(constraint, forged))) loose.push(wire);
      }
    }
    expect(witness).toHaveLength(1516);
    expect(loose).toEqual([]);
  }, 120_000);
});
