import { type Json, toBase64 } from '#canonical';
import { bytesField, fieldBytes } from './note.js';

/** A Groth16 proof as its eight coordinates, 32 bytes each: A, then B with the real part first, then C. */
export const packedProofBytes = 256;

const COORDINATE = 32;

/** The proof as snarkjs and the verifier write it. Nothing is checked here: the verifier does. */
export function unpackProof(packed: Uint8Array): Json {
  const at = (index: number): string =>
    `${bytesField(packed.subarray(index * COORDINATE, (index + 1) * COORDINATE))}`;
  return {
    protocol: 'groth16',
    curve: 'bn128',
    pi_a: [at(0), at(1), '1'],
    pi_b: [
      [at(2), at(3)],
      [at(4), at(5)],
      ['1', '0'],
    ],
    pi_c: [at(6), at(7), '1'],
  };
}

/** Base64. @throws RangeError for what is no proof of the usual spelling */
export function packProof(proof: Json): string {
  const { pi_a, pi_b, pi_c } = (proof ?? {}) as Readonly<Record<string, Json>>;
  const texts = [pi_a, pi_b, pi_c].flatMap((point, place) =>
    Array.isArray(point) ? point.slice(0, 2).flatMap((part: Json) => (place === 1 ? part : [part])) : [],
  );
  if (texts.length !== packedProofBytes / COORDINATE) throw new RangeError('proof: expected three points');
  const packed = new Uint8Array(packedProofBytes);
  for (const [index, text] of texts.entries()) {
    if (typeof text !== 'string' || !/^[0-9]{1,78}$/.test(text))
      throw new RangeError('proof: expected decimals');
    packed.set(fieldBytes(BigInt(text)), index * COORDINATE);
  }
  return toBase64(packed);
}
