import { FIELD_MODULUS, type Json } from '#canonical';
import { parseCanonicalNumber } from './numbers.js';
import { type G1, type G2, parseG1, parseG2 } from './points.js';
import { Shape } from './shape.js';
import { PUBLIC_SIGNALS_MAX } from './verification-key.js';

export interface Groth16Proof {
  readonly a: G1;
  readonly b: G2;
  readonly c: G1;
}

/** Reads a proof as snarkjs writes it. @throws ProofsError PROOF_MALFORMED, FIELD_RANGE, POINT_INVALID */
export function parseProof(value: Json): Groth16Proof {
  const shape = new Shape('PROOF_MALFORMED', 'proof');
  const proof = shape.object(value, ['protocol', 'curve', 'pi_a', 'pi_b', 'pi_c']);
  shape.at('protocol').oneOf(proof['protocol'], ['groth16']);
  shape.at('curve').oneOf(proof['curve'], ['bn128']);
  return {
    a: parseG1(proof['pi_a'], 'proof.pi_a'),
    b: parseG2(proof['pi_b'], 'proof.pi_b'),
    c: parseG1(proof['pi_c'], 'proof.pi_c'),
  };
}

/** Reads public signals: decimal text below r, in circuit order. @throws ProofsError SIGNALS_MALFORMED, FIELD_RANGE */
export function parsePublicSignals(value: Json): readonly bigint[] {
  return new Shape('SIGNALS_MALFORMED', 'publicSignals')
    .array(value, 1, PUBLIC_SIGNALS_MAX)
    .map((signal, index) => parseCanonicalNumber(signal, FIELD_MODULUS, `publicSignals[${index}]`));
}
