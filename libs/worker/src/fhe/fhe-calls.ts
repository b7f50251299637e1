import { FheProcessError } from './fhe-error.js';
import type { FheRequest, FheValue, WrappedKey } from './fhe-protocol.js';

/** What can be asked of an engine in another process, whether there is one of them or a pool. */
export abstract class FheCalls {
  abstract call(request: FheRequest): Promise<FheValue>;

  /** Makes a secret key inside the child and returns it wrapped. Keep `wrapKey` and `context`: they open it. */
  async createKey(wrapKey: Uint8Array, context: string): Promise<WrappedKey> {
    const wrapped = await this.#bytes({ op: 'createKey', wrapKey, context });
    return { wrapped, wrapKey, context };
  }

  /** A public key of a secret key, another one at each call: make it once, and keep it with the secret one. */
  async createPublicKey(key: WrappedKey): Promise<Uint8Array> {
    return await this.#bytes({ op: 'createPublicKey', key });
  }

  /**
   * Symmetric: the coins of such a ciphertext may never be shown.
   *
   * @param slots from the page codec
   */
  async encrypt(key: WrappedKey, slots: BigUint64Array): Promise<Uint8Array> {
    return await this.#bytes({ op: 'encrypt', key, slots });
  }

  /**
   * The ciphertext of these slots under these coins: who is shown both, with the public key, makes it again. Needs no
   * secret key, and each ciphertext needs coins of its own.
   *
   * @param seed 32 bytes
   */
  async encryptWithCoins(
    publicKey: Uint8Array,
    slots: BigUint64Array,
    seed: Uint8Array,
  ): Promise<Uint8Array> {
    return await this.#bytes({ op: 'encryptWithCoins', publicKey, slots, seed });
  }

  /** Raw values of the named slots. Only for a page whose lineage the caller has verified. */
  async readSlots(key: WrappedKey, page: Uint8Array, slots: readonly number[]): Promise<readonly bigint[]> {
    const value = await this.call({ op: 'readSlots', key, page, slots });
    if (Array.isArray(value)) return value as readonly bigint[];
    throw otherType('readSlots');
  }

  /** Raw values of all slots, as `readSlots`. */
  async decrypt(key: WrappedKey, page: Uint8Array): Promise<BigUint64Array> {
    const value = await this.call({ op: 'decrypt', key, page });
    if (value instanceof BigUint64Array) return value;
    throw otherType('decrypt');
  }

  /** Page plus delta, canonical. Needs no key. */
  async add(page: Uint8Array, delta: Uint8Array): Promise<Uint8Array> {
    return await this.#bytes({ op: 'add', page, delta });
  }

  /** Refuses a ciphertext that the engine could not compute on. */
  async check(ciphertext: Uint8Array): Promise<void> {
    await this.call({ op: 'check', ciphertext });
  }

  async #bytes(request: FheRequest): Promise<Uint8Array> {
    const value = await this.call(request);
    if (value instanceof Uint8Array) return value;
    throw otherType(request.op);
  }
}

function otherType(op: FheRequest['op']): FheProcessError {
  return new FheProcessError('FHE_PROCESS_LOST', `engine process answered ${op} with another type`);
}
