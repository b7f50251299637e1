/**
 * What the ledger asks of a homomorphic library. Engines are interchangeable: for equal inputs `add` gives equal
 * bytes on every one of them, which the known-answer tests pin down.
 *
 * All ciphertexts are canonical (see `canonicalCiphertext`). Every method pre-parses the ciphertexts it is given.
 * There is no method for the noise budget: reading it on chosen ciphertexts leaks the key.
 */
export interface FheEngine extends Disposable {
  readonly library: FheLibrary;
  /** Native objects in use. Back at its starting value after every call, or memory leaks. */
  readonly handleCount: number;

  /** A new secret key, drawn from the platform's random source. The caller wipes the bytes. */
  createSecretKey(): Uint8Array;

  /** @throws CiphertextError `SECRET_KEY_INVALID` */
  openKey(secretKey: Uint8Array): FheKey;

  /** Slot-wise sum modulo t. Needs no key. @throws CiphertextError */
  add(page: Uint8Array, delta: Uint8Array): Uint8Array;

  /** Loads a ciphertext as the engine would to compute on it. @throws CiphertextError when it is not usable. */
  check(ciphertext: Uint8Array): void;
}

/** An opened secret key; disposing it removes the key from the engine's memory. */
export interface FheKey extends Disposable {
  /** @param slots as the page codec made them: values below t. */
  encrypt(slots: BigUint64Array): Uint8Array;
  /** Only for ciphertexts whose lineage the caller has verified: a decryption oracle gives the key away. */
  decrypt(ciphertext: Uint8Array): BigUint64Array;
}

export interface FheLibrary {
  readonly name: string;
  readonly version: string;
}
