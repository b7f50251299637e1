/**
 * The same permutation, with constants that are computed when they are first asked for: as tables they weigh 430 kB
 * compressed, more than client and verifier together. circomlib's are those of the reference (Grassi and others,
 * "Poseidon", USENIX Security 2021, appendix F: the Grain LFSR), which the library draws.
 */
import { Field } from '@noble/curves/abstract/modular.js';
import { grainGenConstants, poseidon } from '@noble/curves/abstract/poseidon.js';
import { FIELD_MODULUS } from './poseidon.js';

/** By the number of inputs, as circomlib's `poseidon.circom` has them. */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
const FULL_ROUNDS = 8;
const SBOX_POWER = 5;

type Permutation = (state: bigint[]) => bigint[];

const known = new Map<number, Permutation>();

/** @param inputs 1 to 16 integers below r */
export function poseidonOf(inputs: bigint[]): bigint {
  return permutationOf(inputs.length)([0n, ...inputs])[0] ?? 0n;
}

function permutationOf(inputs: number): Permutation {
  const before = known.get(inputs);
  if (before !== undefined) return before;
  const roundsPartial = PARTIAL_ROUNDS[inputs - 1];
  if (roundsPartial === undefined)
    throw new RangeError(`expected 1 to ${PARTIAL_ROUNDS.length} inputs, got ${inputs}`);
  const shape = {
    Fp: Field(FIELD_MODULUS),
    t: inputs + 1,
    roundsFull: FULL_ROUNDS,
    roundsPartial,
    sboxPower: SBOX_POWER,
    isSboxInverse: false,
  };
  const made = poseidon({ ...shape, ...grainGenConstants(shape) });
  known.set(inputs, made);
  return made;
}
