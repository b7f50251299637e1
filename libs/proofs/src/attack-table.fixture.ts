/**
 * Attacks on Groth16 verifiers, each as the files that an attacker would hand over. What snarkjs 0.7.6 makes of them
 * stands beside: those that it accepts are attacks that work.
 */
import { bn254 } from '@noble/curves/bn254.js';
import { FIELD_MODULUS, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import {
  type Change,
  expectationFor,
  key,
  piA,
  proofWith,
  signals,
  signalsWith,
  vkeyWith,
} from './groth16-case.fixture.js';
import { BASE_MODULUS } from './points.js';
import { g1Json, g2Json, proveByTrapdoor } from './trapdoor.js';

export interface Attack {
  readonly name: string;
  readonly snarkjs: 'accepts' | 'rejects' | 'throws';
  /** Our only reason. Null: inherent to Groth16, and accepted by any verifier. */
  readonly reason: string | null;
  readonly files: Change;
}

const { G1, G2 } = bn254;
const { alpha, beta, gamma, delta, ic } = key.trapdoor;
const mod = (value: bigint): bigint => bn254.fields.Fr.create(value);
const g1 = (scalar: bigint): readonly string[] => g1Json(G1.Point.BASE.multiply(mod(scalar)));
const g2 = (scalar: bigint): Json => g2Json(G2.Point.BASE.multiply(mod(scalar)));
const vkX = mod(signals.reduce((sum, signal, index) => sum + signal * (ic[index + 1] ?? 0n), ic[0] ?? 0n));
const zeroContext = [...signals.slice(0, 4), 0n];
const dropped: Change = {
  proof: proveByTrapdoor(key, zeroContext),
  publicSignals: zeroContext.slice(0, 4).map(String),
  expectation: expectationFor('approve', 0n),
};

export const attacks: readonly Attack[] = [
  row('a public signal + r', 'rejects', 'FIELD_RANGE', {
    publicSignals: signalsWith(4, `${99n + FIELD_MODULUS}`),
  }),
  row('a public signal in hex', 'accepts', 'FIELD_RANGE', { publicSignals: signalsWith(4, '0x63') }),
  row('the last public signal dropped where it is 0', 'accepts', 'SIGNAL_SCHEMA_MISMATCH', dropped),
  row('an extra public signal', 'throws', 'SIGNAL_SCHEMA_MISMATCH', {
    publicSignals: [...signals, 0n].map(String),
  }),
  row('a coordinate + q', 'accepts', 'FIELD_RANGE', { proof: piA((x) => `${x + BASE_MODULUS}`) }),
  row('a coordinate in hex', 'accepts', 'FIELD_RANGE', { proof: piA((x) => `0x${x.toString(16)}`) }),
  row('a coordinate with a leading zero', 'accepts', 'FIELD_RANGE', { proof: piA((x) => `0${x}`) }),
  row('a coordinate with a space', 'rejects', 'FIELD_RANGE', { proof: piA((x) => ` ${x}`) }),
  row('7 as third coordinate of A', 'rejects', 'POINT_INVALID', { proof: thirdCoordinate('7') }),
  row('A = (0, 0)', 'rejects', 'POINT_INVALID', { proof: proofWith({ pi_a: ['0', '0', '1'] }) }),
  row('B outside of the subgroup', 'rejects', 'POINT_INVALID', { proof: proofWith({ pi_b: strayPoint() }) }),
  row('(-A, -B), the same proof anew', 'accepts', null, {
    proof: proofWith({ pi_a: g1(-12345n), pi_b: g2(-67890n) }),
  }),
  row('the proof of a corrupt witness', 'rejects', 'PROOF_INVALID', { proof: proofWith({ pi_c: g1(1n) }) }),
  forgery('gamma = delta, a key without phase 2', 'VKEY_WITHOUT_PHASE2', { delta: gamma }, [
    alpha,
    beta,
    -vkX,
  ]),
  row('the same with a leading zero in delta', 'accepts', 'FIELD_RANGE', {
    ...vkeyWith({ vk_delta_2: respelt(parseJsonStrict(key.vkey) as JsonObject) }),
    proof: proof([alpha, beta, -vkX]),
  }),
  forgery('gamma = -delta', 'VKEY_DEGENERATE', { delta: -gamma }, [alpha, beta, vkX]),
  forgery('gamma = beta', 'VKEY_DEGENERATE', { gamma: beta }, [alpha + vkX, beta + delta, alpha + vkX]),
  forgery('gamma = -beta', 'VKEY_DEGENERATE', { gamma: -beta }, [alpha - vkX, beta + delta, alpha - vkX]),
  forgery('delta = beta', 'VKEY_DEGENERATE', { delta: beta }, [vkX, gamma, -alpha]),
  forgery('delta = -beta', 'VKEY_DEGENERATE', { delta: -beta }, [vkX, gamma, alpha]),
];

function row(name: string, snarkjs: Attack['snarkjs'], reason: string | null, files: Change): Attack {
  return { name, snarkjs, reason, files };
}

/** No witness and no trapdoor: A, B and C come from points that the key shows. */
function forgery(
  name: string,
  reason: string,
  changed: { readonly gamma?: bigint; readonly delta?: bigint },
  scalars: readonly [bigint, bigint, bigint],
): Attack {
  const points: JsonObject = {
    ...(changed.gamma === undefined ? {} : { vk_gamma_2: g2(changed.gamma) }),
    ...(changed.delta === undefined ? {} : { vk_delta_2: g2(changed.delta) }),
  };
  return row(name, 'accepts', reason, { ...vkeyWith(points), proof: proof(scalars) });
}

function proof([a, b, c]: readonly [bigint, bigint, bigint]): Json {
  return proofWith({ pi_a: g1(a), pi_b: g2(b), pi_c: g1(c) });
}

function respelt(vkey: JsonObject): Json {
  const [x, ...rest] = vkey['vk_gamma_2'] as string[][];
  return [[`0${x?.[0]}`, `${x?.[1]}`], ...rest];
}

function thirdCoordinate(z: string): Json {
  const [x, y] = g1(12345n);
  return proofWith({ pi_a: [`${x}`, `${y}`, z] });
}

/** The twist has a large cofactor, so the first point found by trying x = 1, 2, ... lies outside the subgroup. */
export function strayPoint(): Json {
  const { Fp2 } = bn254.fields;
  for (let c0 = 1n; ; c0 += 1n) {
    const x = Fp2.fromBigTuple([c0, 0n]);
    const right = Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.Point.CURVE().b);
    try {
      const y = Fp2.sqrt(right);
      if (Fp2.eql(Fp2.sqr(y), right)) {
        return [
          [`${x.c0}`, `${x.c1}`],
          [`${y.c0}`, `${y.c1}`],
          ['1', '0'],
        ];
      }
    } catch {
      // Not a square: the next x.
    }
  }
}

/** The files of an attack as a verifier that reads no manifest takes them. */
export function bareFiles({ files }: Attack): {
  readonly vkey: Json;
  readonly publicSignals: Json;
  readonly proof: Json;
} {
  return {
    vkey: parseJsonStrict(files.vkey ?? key.vkey),
    publicSignals: files.publicSignals ?? signals.map(String),
    proof: files.proof ?? proveByTrapdoor(key, signals),
  };
}
