// SPDX-License-Identifier: GPL-3.0

import type { Curve } from 'snarkjs';
import * as snarkjs from 'snarkjs';
import {
  BackendError,
  type ProofBackend,
  type ProvingKey,
  type RawProof,
  type SnarkjsThreads,
} from './backend.js';
import { type PreparedKey, prepareKey, witnessValues } from './prepared-key.js';
import { type KeyTables, provePrepared, tableBytes, tablesOf } from './prove-prepared.js';

/** A key of this size fits twice; larger ones are read by snarkjs, part by part. */
const PREPARED_BYTES_MAX = 16 * 2 ** 20;
/** A key that a child meets once or twice is not worth its tables. */
const PROOFS_BEFORE_TABLES = 2;
/** Of all keys of a child together; tables last as long as it. */
const TABLE_BYTES_MAX = 64 * 2 ** 20;

interface WarmKey {
  readonly key: PreparedKey;
  proofs: number;
  tables: KeyTables | null;
}

/** The portable reference: snarkjs inside the child, by a shorter way for keys that are not large. */
export class Groth16Snarkjs implements ProofBackend {
  readonly name = 'groth16-snarkjs';
  readonly #warm = new WeakMap<ProvingKey, WarmKey>();
  #tableBytes = 0;

  private constructor(private readonly curve: Curve) {}

  /**
   * snarkjs starts one thread a CPU core for its curve and keeps it in this global. A single-threaded curve in the
   * same place is found by `prove`, costs a third of the memory and needs no terminate() to let the process end.
   * (Its option `singleThread` would build a new curve for every proof instead.)
   */
  static async start(threads: SnarkjsThreads): Promise<Groth16Snarkjs> {
    const curve = await snarkjs.curves.getCurveFromName('bn128', { singleThread: threads === 'one' });
    Object.assign(globalThis, { curve_bn128: curve });
    return new Groth16Snarkjs(curve);
  }

  async prove(key: ProvingKey, witness: Uint8Array): Promise<RawProof> {
    try {
      if (key.bytes.length <= PREPARED_BYTES_MAX) return await this.#prove(key, witness);
      const { proof, publicSignals } = await snarkjs.groth16.prove(key.bytes, witness);
      return { proof: JSON.stringify(proof), publicSignals };
    } catch {
      throw new BackendError('BACKEND_FAILED');
    }
  }

  async #prove(key: ProvingKey, witness: Uint8Array): Promise<RawProof> {
    const warm = this.#warm.get(key) ?? { key: prepareKey(key.bytes), proofs: 0, tables: null };
    this.#warm.set(key, warm);
    if (warm.proofs === PROOFS_BEFORE_TABLES) warm.tables = this.#tables(warm.key);
    warm.proofs += 1;
    const values = witnessValues(witness, warm.key.wires);
    try {
      return await provePrepared(this.curve, warm.key, values, warm.tables);
    } finally {
      values.fill(0);
    }
  }

  #tables(key: PreparedKey): KeyTables | null {
    const bytes = tableBytes(key);
    if (this.#tableBytes + bytes > TABLE_BYTES_MAX) return null;
    this.#tableBytes += bytes;
    return tablesOf(this.curve, key);
  }

  stop(): void {}
}
