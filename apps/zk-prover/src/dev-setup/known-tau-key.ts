// SPDX-License-Identifier: GPL-3.0
/**
 * A proving key for development, made in seconds from a tau that this process draws and forgets.
 *
 * Whoever runs it could keep tau and prove anything: such keys are state `dev`, which a verifier refuses unless its
 * policy allows it. Knowing tau replaces every multi-exponentiation over powers of tau by field arithmetic and one
 * multiple of the generator a point, which is what makes 160 000 constraints a matter of a minute.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { type Curve, type CurveCoordinates, curves } from 'snarkjs';
import { concatBytes, type Json, type JsonObject, FIELD_MODULUS as r, toHex, utf8 } from '#canonical';
import { ZkmlError } from '../zkml/zkml-error.js';
import { drawContributions, encodeContributions } from './contributions.js';
import { FixedBase } from './fixed-base.js';
import { type R1csHeader, readR1csHeader, scanR1cs } from './r1cs-scan.js';

export interface KnownTauKey {
  readonly constraints: number;
  readonly wires: number;
  readonly domainPower: number;
  /** Verification key in snarkjs' form, without its precomputed pairing: a verifier that used that would trust a file. */
  readonly vkey: JsonObject;
  /** Names tau without telling it: the digest of [tau] in G1. There is no powers-of-tau file. */
  readonly tauDigest: string;
  readonly contributions: readonly { readonly name: string; readonly hash: string }[];
  readonly beacon: { readonly value: string; readonly iterationsExp: number; readonly hash: string };
}

export interface KnownTauOptions {
  readonly r1cs: Uint8Array;
  readonly zkeyPath: string;
  readonly contributors: readonly string[];
  /** 32 bytes. */
  readonly beacon: Uint8Array;
  readonly random: (byteCount: number) => Uint8Array;
}

const DOMAIN_POWER_MAX = 20;
const BEACON_ITERATIONS_EXP = 10;
const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** @throws R1csError R1CS_MALFORMED, WRONG_FIELD; ZkmlError CIRCUIT_TOO_LARGE, TAU_UNUSABLE */
export async function writeKnownTauKey(options: KnownTauOptions): Promise<KnownTauKey> {
  const curve = await curves.getCurveFromName('bn128', { singleThread: true });
  const secret = (): bigint => (fieldOf(options.random(48)) % (r - 1n)) + 1n;
  const [tau, alpha, beta] = [secret(), secret(), secret()] as const;
  const header = readR1csHeader(options.r1cs);
  const publics = header.outputs + header.publicInputs;
  const power = Math.floor(Math.log2(header.constraints + publics)) + 1;
  if (power > DOMAIN_POWER_MAX) {
    throw new ZkmlError(
      'CIRCUIT_TOO_LARGE',
      `${header.constraints} constraints need a domain of 2^${power}, limit 2^${DOMAIN_POWER_MAX}`,
    );
  }
  const g1 = (scalar: bigint): Uint8Array => curve.G1.toAffine(curve.G1.timesScalar(curve.G1.g, scalar));
  const g2 = (scalar: bigint): Uint8Array => curve.G2.toAffine(curve.G2.timesScalar(curve.G2.g, scalar));
  const circuitHash = circuitHashOf(options.r1cs, [g1(tau), g1(alpha), g1(beta)]);
  const beacon = { name: 'dev-beacon', value: options.beacon, iterationsExp: BEACON_ITERATIONS_EXP };
  const made = drawContributions(curve, circuitHash, options.contributors, beacon, options.random);
  const delta = made.reduce((product, { secret: factor }) => mul(product, factor), 1n);

  const file = new KeyFile(options.zkeyPath);
  let ic: Uint8Array;
  try {
    file.section(1, u32(1));
    file.section(
      2,
      concatBytes(
        u32(32),
        littleEndian(Q),
        u32(32),
        littleEndian(r),
        u32(header.wires),
        u32(publics),
        u32(2 ** power),
        g1(alpha),
        g1(beta),
        g2(beta),
        g2(1n),
        g1(delta),
        g2(delta),
      ),
    );
    ic = writePoints(file, curve, { ...options, header, publics, power, tau, alpha, beta, delta });
    file.section(10, encodeContributions(circuitHash, made));
  } finally {
    file.close();
  }
  const hashes = made.map(({ name, hash }) => ({ name, hash: toHex(hash) }));
  return {
    constraints: header.constraints,
    wires: header.wires,
    domainPower: power,
    vkey: {
      protocol: 'groth16',
      curve: 'bn128',
      nPublic: publics,
      vk_alpha_1: decimal(curve.G1.toObject(g1(alpha))),
      vk_beta_2: decimal(curve.G2.toObject(g2(beta))),
      vk_gamma_2: decimal(curve.G2.toObject(g2(1n))),
      vk_delta_2: decimal(curve.G2.toObject(g2(delta))),
      IC: Array.from({ length: publics + 1 }, (_, index) =>
        decimal(curve.G1.toObject(ic.subarray(64 * index, 64 * index + 64))),
      ),
    },
    tauDigest: `sha256:${createHash('sha256')
      .update(curve.G1.toUncompressed(g1(tau)))
      .digest('hex')}`,
    contributions: hashes.slice(0, -1),
    beacon: {
      value: toHex(options.beacon),
      iterationsExp: BEACON_ITERATIONS_EXP,
      hash: hashes.at(-1)?.hash ?? '',
    },
  };
}

interface Setup {
  readonly r1cs: Uint8Array;
  readonly header: R1csHeader;
  readonly publics: number;
  readonly power: number;
  readonly tau: bigint;
  readonly alpha: bigint;
  readonly beta: bigint;
  readonly delta: bigint;
}

/** @returns the points of section 3, which the verification key repeats. */
function writePoints(file: KeyFile, curve: Curve, setup: Setup): Uint8Array {
  const { header, publics, power, tau, alpha, beta, delta } = setup;
  const root = curve.Fr.w[power + 1];
  if (root === undefined)
    throw new ZkmlError('CIRCUIT_TOO_LARGE', `no root of unity of order 2^${power + 1}`);
  const halfRoot = curve.Fr.toObject(root);
  const lagrange = lagrangeAt(tau, 2 ** power, mul(halfRoot, halfRoot));
  const [u, v, w] = [0, 1, 2].map(() => new Array<bigint>(header.wires).fill(0n)) as [
    bigint[],
    bigint[],
    bigint[],
  ];
  const coefficients = new CoefficientList();
  scanR1cs(setup.r1cs, (matrix, constraint, wire, coefficient) => {
    const column = matrix === 0 ? u : matrix === 1 ? v : w;
    column[wire] = ((column[wire] ?? 0n) + coefficient * (lagrange[constraint] ?? 0n)) % r;
    if (matrix !== 2) coefficients.add(matrix, constraint, wire, coefficient);
  });
  // Rows that tie the public signals down: without them, signals in no A would be free (section 4.1 of "Scalable
  // Multi-party Computation for zk-SNARK Parameters" and every Groth16 setup since).
  for (let signal = 0; signal <= publics; signal += 1) {
    const row = header.constraints + signal;
    u[signal] = ((u[signal] ?? 0n) + (lagrange[row] ?? 0n)) % r;
    coefficients.add(0, row, signal, 1n);
  }
  const inverseDelta = inverse(delta);
  const joined = u.map((value, wire) => (beta * value + alpha * (v[wire] ?? 0n) + (w[wire] ?? 0n)) % r);
  const odd = lagrangeAt(tau, 2 ** (power + 1), halfRoot).filter((_, index) => index % 2 === 1);
  const pointsG1 = 4 * header.wires + 2 ** power;
  const g1 = new FixedBase(curve, 'G1', pointsG1);
  const ic = g1.multiples(joined.slice(0, publics + 1));
  file.section(3, ic);
  file.section(4, coefficients.encode());
  file.section(5, g1.multiples(u));
  file.section(6, g1.multiples(v));
  file.section(7, new FixedBase(curve, 'G2', header.wires).multiples(v));
  file.section(8, g1.multiples(joined.slice(publics + 1).map((value) => mul(value, inverseDelta))));
  file.section(9, g1.multiples(odd.map((value) => mul(value, inverseDelta))));
  return ic;
}

/** Every Lagrange polynomial of the domain at x: `(x^n - 1)/n * w^i / (x - w^i)`, with one inversion for all. */
function lagrangeAt(x: bigint, size: number, root: bigint): bigint[] {
  const differences = new Array<bigint>(size);
  const prefixes = new Array<bigint>(size);
  let power = 1n;
  let product = 1n;
  for (let index = 0; index < size; index += 1) {
    const difference = (x - power + r) % r;
    differences[index] = difference;
    prefixes[index] = product;
    product = mul(product, difference);
    power = mul(power, root);
  }
  if (product === 0n) throw new ZkmlError('TAU_UNUSABLE', 'tau is a root of unity: run the setup again');
  let rest = inverse(product);
  const scale = mul((exp(x, BigInt(size)) - 1n + r) % r, inverse(BigInt(size)));
  const inverseRoot = inverse(root);
  for (let index = size - 1; index >= 0; index -= 1) {
    power = mul(power, inverseRoot);
    const reciprocal = mul(rest, prefixes[index] ?? 0n);
    rest = mul(rest, differences[index] ?? 0n);
    prefixes[index] = mul(mul(scale, power), reciprocal);
  }
  return prefixes;
}

/** Section 4: the coefficients of A and B, in Montgomery form twice over, as snarkjs' prover takes them. */
class CoefficientList {
  #bytes = new Uint8Array(2 ** 20);
  #count = 0;
  readonly #forms = new Map<bigint, Uint8Array>();

  add(matrix: 0 | 1, constraint: number, wire: number, coefficient: bigint): void {
    const at = 4 + this.#count * 44;
    if (at + 44 > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#bytes.length);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    const view = new DataView(this.#bytes.buffer);
    view.setUint32(at, matrix, true);
    view.setUint32(at + 4, constraint, true);
    view.setUint32(at + 8, wire, true);
    this.#bytes.set(this.#form(coefficient), at + 12);
    this.#count += 1;
  }

  encode(): Uint8Array {
    new DataView(this.#bytes.buffer).setUint32(0, this.#count, true);
    return this.#bytes.subarray(0, 4 + this.#count * 44);
  }

  #form(coefficient: bigint): Uint8Array {
    const known = this.#forms.get(coefficient);
    if (known !== undefined) return known;
    const form = littleEndian((coefficient << 512n) % r);
    // Most coefficients are powers of two; those of a hash are not, and need not be kept for ever.
    if (this.#forms.size < 65_536) this.#forms.set(coefficient, form);
    return form;
  }
}

/** The key file of snarkjs: `zkey`, version 1, ten sections, each with its number and length. */
class KeyFile {
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w', 0o644);
    writeSync(this.#descriptor, concatBytes(utf8('zkey'), u32(1), u32(10)));
  }

  section(id: number, bytes: Uint8Array): void {
    const head = new Uint8Array(12);
    const view = new DataView(head.buffer);
    view.setUint32(0, id, true);
    view.setBigUint64(4, BigInt(bytes.length), true);
    writeSync(this.#descriptor, head);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Ties the contributions to the circuit and to this tau. Not snarkjs' hash, which is over all points of a first key. */
function circuitHashOf(r1cs: Uint8Array, points: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha512').update('sealflow/known-tau-key/v1\n').update(r1cs);
  for (const point of points) hash.update(point);
  return new Uint8Array(hash.digest());
}

function mul(a: bigint, b: bigint): bigint {
  return (a * b) % r;
}

function exp(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let power = base % r;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mul(result, power);
    power = mul(power, power);
  }
  return result;
}

function inverse(value: bigint): bigint {
  return exp(value, r - 2n);
}

function fieldOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Coordinates as decimal texts, however deep they lie. */
function decimal(point: CurveCoordinates): Json {
  return typeof point === 'bigint' ? point.toString() : point.map(decimal);
}
