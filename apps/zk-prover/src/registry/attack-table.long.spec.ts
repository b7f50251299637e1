// SPDX-License-Identifier: GPL-3.0
/** What snarkjs makes of the attacks that `libs/proofs` refuses: the column of the table that is not ours to choose. */
import * as snarkjs from 'snarkjs';
import { afterAll, describe, expect, it } from 'vitest';
import { attacks, bareFiles } from '../../../../libs/proofs/src/attack-table.fixture.js';

afterAll(async () => (await snarkjs.curves.getCurveFromName('bn128')).terminate());

describe('snarkjs.groth16.verify', () => {
  it.each(attacks)('$snarkjs $name', async (attack) => {
    const { vkey, publicSignals, proof } = bareFiles(attack);
    // Not what our parser gives: snarkjs asks its objects for methods that these do not have.
    const plain = JSON.parse(JSON.stringify({ vkey, publicSignals, proof })) as {
      vkey: object;
      publicSignals: string[];
      proof: object;
    };
    const found = await snarkjs.groth16
      .verify(plain.vkey, plain.publicSignals, plain.proof)
      .then((accepted) => (accepted ? 'accepts' : 'rejects'))
      .catch(() => 'throws');
    expect(found).toBe(attack.snarkjs);
  });
});
