/**
 * The public part of a proving key file (iden3 zkey format, version 1, groth16): the verification key in it and the
 * record of its ceremony. Prover and file are not trusted. The record tells that contributions were made and in which
 * order, each bound to those before it; that each was made with a secret of its own is the full check, which needs
 * powers of tau and constraints, and is the ceremony's.
 */
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, equalBytes, FIELD_MODULUS, fromUtf8, toHex } from '#canonical';
import { affineG1, affineG2, BASE_MODULUS, type Fp2, type G1, type G2 } from './points.js';
import { ProofsError } from './proofs-error.js';
import { PUBLIC_SIGNALS_MAX, type VerificationKey } from './verification-key.js';

/** Reads a part of the file; fewer bytes where it ends. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

export interface ZkeyContribution {
  readonly name: string;
  /** Hex of the BLAKE2b-512 over its points: what the contributor publishes. */
  readonly hash: string;
  /** Public randomness instead of a secret. */
  readonly beacon: { readonly value: string; readonly iterationsExp: number } | null;
}

export interface ZkeyHead {
  readonly wires: number;
  readonly domainSize: number;
  readonly vkey: VerificationKey;
  /** In the order in which they were made. */
  readonly contributions: readonly ZkeyContribution[];
  /** delta after the last contribution, as the record has it; null where none was made. */
  readonly deltaAfter: G1 | null;
  readonly delta1: G1;
  /** Whether each contribution's transcript follows from those before it. */
  readonly chained: boolean;
}

const SECTIONS_MAX = 64;
const CONTRIBUTIONS_MAX = 256;
const G1_BYTES = 64;
const HASH_BYTES = 64;
const PARAMS_BYTES_MAX = 1024;
const GROTH16 = 1;
/** Coordinates are stored times 2^256 (Montgomery form). */
const UNSCALE = inverse(2n ** 256n, BASE_MODULUS);

/** @throws ProofsError ZKEY_MALFORMED, POINT_INVALID */
export function parseZkeyHead(read: ReadAt): ZkeyHead {
  const sections = sectionsOf(read);
  const of = (type: number, lengthMax: number): Cursor => {
    const section = sections.get(type);
    if (section === undefined) throw malformed(`section ${type}`, 'to be there');
    if (section.length > lengthMax) throw malformed(`section ${type}`, `at most ${lengthMax} bytes`);
    return new Cursor(exactly(read, section.offset, section.length), `section ${type}`);
  };
  if (of(1, 4).u32() !== GROTH16) throw malformed('section 1', 'protocol 1, groth16');
  const header = of(2, 1024);
  field(header, BASE_MODULUS, 'q');
  field(header, FIELD_MODULUS, 'r');
  const [wires, signals, domainSize] = [header.u32(), header.u32(), header.u32()];
  if (signals < 1 || signals > PUBLIC_SIGNALS_MAX)
    throw malformed('section 2', `1 to ${PUBLIC_SIGNALS_MAX} public signals`);
  const alpha = header.g1('alpha1');
  header.g1('beta1');
  const [beta, gamma] = [header.g2('beta2'), header.g2('gamma2')];
  const [delta1, delta] = [header.g1('delta1'), header.g2('delta2')];
  const points = of(3, (signals + 1) * G1_BYTES);
  const ic = Array.from({ length: signals + 1 }, (_, index) => points.g1(`IC[${index}]`));
  const record = ceremony(of(10, HASH_BYTES + 4 + CONTRIBUTIONS_MAX * (5 * G1_BYTES + PARAMS_BYTES_MAX)));
  return { wires, domainSize, vkey: { alpha, beta, gamma, delta, ic }, delta1, ...record };
}

function sectionsOf(read: ReadAt): Map<number, { readonly offset: number; readonly length: number }> {
  const start = new Cursor(exactly(read, 0, 12), 'header');
  if (fromUtf8(start.bytes(4)) !== 'zkey' || start.u32() !== 1) throw malformed('header', 'zkey, version 1');
  const count = start.u32();
  if (count > SECTIONS_MAX) throw malformed('header', `at most ${SECTIONS_MAX} sections`);
  const sections = new Map<number, { readonly offset: number; readonly length: number }>();
  let offset = 12;
  for (let index = 0; index < count; index += 1) {
    const entry = new Cursor(exactly(read, offset, 12), `section entry ${index}`);
    const [type, length] = [entry.u32(), entry.u64()];
    if (sections.has(type)) throw malformed(`section ${type}`, 'to be there once');
    sections.set(type, { offset: offset + 12, length });
    offset += 12 + length;
  }
  return sections;
}

function ceremony(record: Cursor): Pick<ZkeyHead, 'contributions' | 'deltaAfter' | 'chained'> {
  const circuitHash = record.bytes(HASH_BYTES);
  const count = record.u32();
  if (count > CONTRIBUTIONS_MAX) throw malformed('section 10', `at most ${CONTRIBUTIONS_MAX} contributions`);
  const contributions: ZkeyContribution[] = [];
  const history: Uint8Array[] = [circuitHash];
  let deltaAfter: G1 | null = null;
  let chained = true;
  for (let index = 0; index < count; index += 1) {
    const where = `contribution ${index + 1}`;
    deltaAfter = record.g1(`${where} deltaAfter`);
    const secret = [record.g1(`${where} s`), record.g1(`${where} sx`)].map(bytesG1);
    const publicKey = bytesG2(record.g2(`${where} spx`));
    const transcript = record.bytes(HASH_BYTES);
    chained &&= equalBytes(transcript, blake2b(concatBytes(...history, ...secret)));
    const shown = concatBytes(bytesG1(deltaAfter), ...secret, publicKey, transcript);
    history.push(shown);
    contributions.push({ ...parameters(record), hash: toHex(blake2b(shown)) });
  }
  return { contributions, deltaAfter, chained };
}

function parameters(record: Cursor): Pick<ZkeyContribution, 'name' | 'beacon'> {
  const type = record.u32();
  const length = record.u32();
  if (length > PARAMS_BYTES_MAX)
    throw malformed('section 10', `parameters of at most ${PARAMS_BYTES_MAX} bytes`);
  const params = new Cursor(record.bytes(length), 'contribution parameters');
  let [name, iterationsExp, value] = ['', 0, ''];
  while (!params.done) {
    const tag = params.u8();
    if (tag === 1) name = printable(params.bytes(params.u8()));
    else if (tag === 2) iterationsExp = params.u8();
    else if (tag === 3) value = toHex(params.bytes(params.u8()));
    else throw malformed('contribution parameters', 'name, iterations or beacon');
  }
  return { name, beacon: type === 1 ? { value, iterationsExp } : null };
}

/** Reads little-endian bytes in order; what is missing at the end is refused. */
class Cursor {
  #at = 0;

  constructor(
    private readonly data: Uint8Array,
    private readonly where: string,
  ) {}

  get done(): boolean {
    return this.#at === this.data.length;
  }

  bytes(length: number): Uint8Array {
    const part = this.data.subarray(this.#at, this.#at + length);
    if (part.length < length) throw malformed(this.where, `${this.#at + length} bytes or more`);
    this.#at += length;
    return part;
  }

  u8(): number {
    return Number(this.#number(1));
  }

  u32(): number {
    return Number(this.#number(4));
  }

  u64(): number {
    const value = this.#number(8);
    if (value > 2n ** 40n) throw malformed(this.where, 'lengths below 1 TiB');
    return Number(value);
  }

  number(length: number): bigint {
    return this.#number(length);
  }

  g1(name: string): G1 {
    const point = { x: this.#coordinate(name), y: this.#coordinate(name) };
    return affineG1(point, `zkey.${name}`);
  }

  g2(name: string): G2 {
    const pair = (): Fp2 => ({ c0: this.#coordinate(name), c1: this.#coordinate(name) });
    return affineG2({ x: pair(), y: pair() }, `zkey.${name}`);
  }

  #coordinate(name: string): bigint {
    const value = this.#number(32);
    if (value >= BASE_MODULUS) throw malformed(this.where, `${name} below the field modulus`);
    return (value * UNSCALE) % BASE_MODULUS;
  }

  #number(length: number): bigint {
    return BigInt(`0x${toHex(Uint8Array.from(this.bytes(length)).reverse())}`);
  }
}

function field(cursor: Cursor, expected: bigint, name: string): void {
  if (cursor.u32() !== 32 || cursor.number(32) !== expected) throw malformed('section 2', `${name} of BN254`);
}

function exactly(read: ReadAt, offset: number, length: number): Uint8Array {
  const bytes = read(offset, length);
  if (bytes.length !== length) throw malformed(`byte ${offset}`, `${length} bytes, got ${bytes.length}`);
  return bytes;
}

function bytesG1(point: G1): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(bigEndian(x), bigEndian(y));
}

/** Higher coefficient first. */
function bytesG2(point: G2): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(bigEndian(x.c1), bigEndian(x.c0), bigEndian(y.c1), bigEndian(y.c0));
}

function bigEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * (31 - index))) & 0xffn));
}

function printable(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  if (!/^[\x20-\x7e]{0,64}$/.test(text))
    throw malformed('contribution parameters', 'a name of printable ASCII');
  return text;
}

/** Fermat: `modulus` is prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [result, base, exponent] = [1n, value % modulus, modulus - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

function malformed(where: string, expected: string): ProofsError {
  return new ProofsError('ZKEY_MALFORMED', `zkey ${where}: expected ${expected}`);
}
