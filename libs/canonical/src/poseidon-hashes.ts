/** The permutation with circomlib's constants as a table. A build for browsers puts `poseidon-hashes-browser.ts` here. */
import { poseidon1 } from 'poseidon-lite/poseidon1';
import { poseidon2 } from 'poseidon-lite/poseidon2';
import { poseidon3 } from 'poseidon-lite/poseidon3';
import { poseidon4 } from 'poseidon-lite/poseidon4';
import { poseidon5 } from 'poseidon-lite/poseidon5';
import { poseidon6 } from 'poseidon-lite/poseidon6';
import { poseidon7 } from 'poseidon-lite/poseidon7';
import { poseidon8 } from 'poseidon-lite/poseidon8';
import { poseidon9 } from 'poseidon-lite/poseidon9';
import { poseidon10 } from 'poseidon-lite/poseidon10';
import { poseidon11 } from 'poseidon-lite/poseidon11';
import { poseidon12 } from 'poseidon-lite/poseidon12';
import { poseidon13 } from 'poseidon-lite/poseidon13';
import { poseidon14 } from 'poseidon-lite/poseidon14';
import { poseidon15 } from 'poseidon-lite/poseidon15';
import { poseidon16 } from 'poseidon-lite/poseidon16';

const byArity: readonly ((inputs: bigint[]) => bigint)[] = [
  poseidon1,
  poseidon2,
  poseidon3,
  poseidon4,
  poseidon5,
  poseidon6,
  poseidon7,
  poseidon8,
  poseidon9,
  poseidon10,
  poseidon11,
  poseidon12,
  poseidon13,
  poseidon14,
  poseidon15,
  poseidon16,
];

/** @param inputs 1 to 16 integers below r */
export function poseidonOf(inputs: bigint[]): bigint {
  const hash = byArity[inputs.length - 1];
  if (hash === undefined)
    throw new RangeError(`expected 1 to ${byArity.length} inputs, got ${inputs.length}`);
  return hash(inputs);
}
