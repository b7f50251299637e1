// SPDX-License-Identifier: GPL-3.0
/**
 * Runs the witness program that circom 2 wrote for a circuit.
 *
 * The compiled module is kept, an instance serves one witness and its memory is zeroed afterwards: it holds every
 * signal. A refusal names the signal or the line of the template, never a value.
 */
import type { CircuitInput } from '../pool/messages.js';

/** The interface of circom 2.1 and later; numbers cross in a shared area of 32-bit words, the lowest first. */
interface CircomExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly init: (sanityCheck: number) => void;
  readonly getFieldNumLen32: () => number;
  readonly getRawPrime: () => void;
  readonly getInputSize: () => number;
  readonly getInputSignalSize: (hashHigh: number, hashLow: number) => number;
  readonly setInputSignal: (hashHigh: number, hashLow: number, index: number) => void;
  readonly getWitnessSize: () => number;
  readonly getWitness: (index: number) => void;
  readonly readSharedRWMemory: (index: number) => number;
  readonly writeSharedRWMemory: (index: number, word: number) => void;
  readonly getMessageChar: () => number;
}

export type WitnessRefusalCode =
  | 'SIGNAL_UNKNOWN'
  | 'SIGNAL_MISSING'
  | 'SIGNAL_LENGTH'
  | 'SIGNAL_RANGE'
  /** A constraint of the circuit does not hold for these inputs. */
  | 'ASSERTION_FAILED';

export class WitnessRefusal extends Error {
  override readonly name = 'WitnessRefusal';

  constructor(
    readonly code: WitnessRefusalCode,
    /** What may be told: a signal's name, or template and line; no value. */
    readonly place: string,
  ) {
    super(`${code} ${place}`);
  }
}

/** Both section headers and the counts; the prime is between them. */
const HEADER_BYTES = 12 + 12 + 8 + 12;
/** What Node has and its types lack. */
interface Engine {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(
    module: object,
    imports: { readonly [module: string]: { readonly [name: string]: () => unknown } },
  ): Promise<{ readonly exports: unknown }>;
}

const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly: Engine };
const WORD_BITS = 32n;
const WORD = 0xffff_ffffn;
const ASSERTION = /Error in template (\w+) line: (\d+)/;
const MESSAGE_CHARS_MAX = 10_000;

export class WitnessProgram {
  readonly #module: object;

  private constructor(module: object) {
    this.#module = module;
  }

  static async compile(wasm: Uint8Array): Promise<WitnessProgram> {
    return new WitnessProgram(await engine.compile(wasm));
  }

  /**
   * @returns bytes of a .wtns file; the caller zeroes them after use
   * @throws WitnessRefusal
   */
  async calculate(input: CircuitInput): Promise<Uint8Array> {
    const messages: string[] = [];
    let circom: CircomExports | null = null;
    const message = (): string => (circom === null ? '' : readMessage(circom));
    const instance = await engine.instantiate(this.#module, {
      runtime: {
        exceptionHandler: () => {
          throw new WitnessRefusal('ASSERTION_FAILED', placeOf(messages));
        },
        printErrorMessage: () => messages.push(message()),
        // Words that a circuit logs: read, so that the next message starts behind them, and dropped.
        writeBufferMessage: () => message(),
        showSharedRWMemory: () => undefined,
      },
    });
    circom = instance.exports as CircomExports;
    try {
      circom.init(0);
      setInputs(circom, input);
      return wtnsBytes(circom);
    } finally {
      new Uint8Array(circom.memory.buffer).fill(0);
    }
  }
}

/** The first wires of a .wtns file of `wtnsBytes`, in decimal, without the constant one; null where it has fewer. */
export function publicWires(wtns: Uint8Array, count: number): readonly string[] | null {
  const fieldBytes = new DataView(wtns.buffer, wtns.byteOffset).getUint32(24, true);
  const start = HEADER_BYTES + fieldBytes + fieldBytes;
  if (wtns.length < start + count * fieldBytes) return null;
  return Array.from({ length: count }, (_, index) => {
    const wire = wtns.subarray(start + index * fieldBytes, start + (index + 1) * fieldBytes);
    return wire.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n).toString();
  });
}

function setInputs(circom: CircomExports, input: CircuitInput): void {
  const words = circom.getFieldNumLen32();
  const prime = readPrime(circom, words);
  const wanted = circom.getInputSize();
  const signals = Object.entries(input).map(([name, value]) => {
    const values = typeof value === 'bigint' ? [value] : value;
    const [high, low] = signalHash(name);
    const size = circom.getInputSignalSize(high, low);
    if (size <= 0) throw new WitnessRefusal('SIGNAL_UNKNOWN', name.slice(0, 64));
    if (values.length !== size)
      throw new WitnessRefusal('SIGNAL_LENGTH', `${name}: expected ${size} values, got ${values.length}`);
    if (values.some((each) => each < 0n || each >= prime)) throw new WitnessRefusal('SIGNAL_RANGE', name);
    return { high, low, values };
  });
  const given = signals.reduce((sum, { values }) => sum + values.length, 0);
  // The last input starts the calculation: what is missing has to be known before.
  if (given !== wanted) throw new WitnessRefusal('SIGNAL_MISSING', `expected ${wanted} values, got ${given}`);
  for (const { high, low, values } of signals) {
    for (const [index, value] of values.entries()) {
      for (let word = 0; word < words; word += 1) {
        circom.writeSharedRWMemory(word, Number((value >> (WORD_BITS * BigInt(word))) & WORD));
      }
      circom.setInputSignal(high, low, index);
    }
  }
}

function readPrime(circom: CircomExports, words: number): bigint {
  circom.getRawPrime();
  let prime = 0n;
  for (let word = words - 1; word >= 0; word -= 1) {
    prime = (prime << WORD_BITS) | BigInt(circom.readSharedRWMemory(word) >>> 0);
  }
  return prime;
}

/** iden3 binary format: "wtns", version 2, section 1 (prime, count), section 2 (values, little endian). */
function wtnsBytes(circom: CircomExports): Uint8Array {
  const words = circom.getFieldNumLen32();
  const count = circom.getWitnessSize();
  const fieldBytes = words * 4;
  const bytes = new Uint8Array(HEADER_BYTES + fieldBytes + count * fieldBytes);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value >>> 0, true);
    at += 4;
  };
  const section = (id: number, length: number): void => {
    u32(id);
    view.setBigUint64(at, BigInt(length), true);
    at += 8;
  };
  bytes.set([0x77, 0x74, 0x6e, 0x73]);
  at = 4;
  u32(2);
  u32(2);
  section(1, 8 + fieldBytes);
  u32(fieldBytes);
  circom.getRawPrime();
  for (let word = 0; word < words; word += 1) u32(circom.readSharedRWMemory(word));
  u32(count);
  section(2, count * fieldBytes);
  for (let index = 0; index < count; index += 1) {
    circom.getWitness(index);
    for (let word = 0; word < words; word += 1) u32(circom.readSharedRWMemory(word));
  }
  return bytes;
}

/** FNV-1a over the name, 64 bits: how circom names input signals. */
function signalHash(name: string): readonly [high: number, low: number] {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return [Number(hash >> WORD_BITS), Number(hash & WORD)];
}

function readMessage(circom: CircomExports): string {
  let text = '';
  for (let char = circom.getMessageChar(); char !== 0; char = circom.getMessageChar()) {
    if (text.length < MESSAGE_CHARS_MAX) text += String.fromCharCode(char);
  }
  return text;
}

/** The innermost template that refused; the compiler wrote both words. */
function placeOf(messages: readonly string[]): string {
  const found = messages.map((text) => ASSERTION.exec(text)).find((match) => match !== null);
  return found === undefined ? 'a constraint' : `template ${found[1]}, line ${found[2]}`;
}
