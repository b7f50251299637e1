import type { FheParameters } from './parameters.js';

/**
 * What the ledger asks of a homomorphic library. Engines are interchangeable: for equal inputs `add` gives equal
 * bytes on every one of them, which the known-answer tests pin down.
 *
 * All ciphertexts and public keys are canonical (see `canonicalCiphertext`). Every method pre-parses those that it
 * is given. There is no method for the noise budget: reading it on chosen ciphertexts leaks the key. There is no
 * other scheme than that of `FheParameters`: approximate arithmetic has no place where money is counted.
 */
export interface FheEngine extends Disposable {
  readonly library: FheLibrary;
  readonly parameters: FheParameters;
  /** Native objects in use. Back at its starting value after every call, or memory leaks. */
  readonly handleCount: number;

  /**
   * A new secret key, drawn from the platform's random source, or made of 32 bytes that the caller drew: then the
   * same bytes give the same key. The caller wipes the bytes.
   */
  createSecretKey(seed?: Uint8Array): Uint8Array;

  /** @throws CiphertextError `SECRET_KEY_INVALID` */
  openKey(secretKey: Uint8Array): FheKey;

  /** @throws CiphertextError `CIPHERTEXT_*`, `PUBLIC_KEY_INVALID` */
  openPublicKey(publicKey: Uint8Array): FhePublicKey;

  /** Slot-wise sum modulo t. Needs no key. @throws CiphertextError */
  add(page: Uint8Array, delta: Uint8Array): Uint8Array;

  /** Loads a ciphertext as the engine would to compute on it. @throws CiphertextError when it is not usable. */
  check(ciphertext: Uint8Array): void;
}

/** An opened secret key; disposing it removes the key from the engine's memory. */
export interface FheKey extends Disposable {
  /**
   * Symmetric: the coins of such a ciphertext must never be shown, they give the key away.
   *
   * @param slots as the page codec made them: values below t.
   */
  encrypt(slots: BigUint64Array): Uint8Array;
  /** Only for ciphertexts whose lineage the caller has verified: a decryption oracle gives the key away. */
  decrypt(ciphertext: Uint8Array): BigUint64Array;
  /** The public half, anew at each call; of 32 bytes that the caller drew, the same one again. */
  createPublicKey(seed?: Uint8Array): Uint8Array;
}

/** An opened public key. */
export interface FhePublicKey extends Disposable {
  /**
   * Encrypts with coins that the caller drew: the same slots and the same 32 bytes give the same ciphertext, so
   * whoever is shown both can make it again and compare. Another ciphertext needs other coins.
   *
   * @throws CiphertextError `COINS_INVALID`, `SLOT_RANGE`, `AMOUNT_RANGE`
   */
  encryptWithCoins(slots: BigUint64Array, seed: Uint8Array): Uint8Array;
}

export interface FheLibrary {
  readonly name: string;
  readonly version: string;
}
