import {
  type CiphertextCode,
  CiphertextError,
  checkSlot,
  type FheEngine,
  type FheKey,
  type FhePublicKey,
} from '#ciphertext';
import { FheProcessError } from './fhe-error.js';
import type { FheFault, FheRequest, FheValue, WrappedKey } from './fhe-protocol.js';
import { unwrapSecretKey, wrapSecretKey } from './key-wrap.js';

const ofEngine: ReadonlySet<CiphertextCode> = new Set([
  'ENGINE_REFUSED',
  'PUBLIC_KEY_INVALID',
  'SECRET_KEY_INVALID',
]);

/**
 * The engine's side of the protocol: one engine, at most one opened secret key and one opened public key.
 *
 * A keyless host refuses to make, open or use a secret key. The FHE service runs one, so that even a confused request
 * cannot turn it into a decryptor.
 */
export class FheHost {
  #opened: { readonly wrapped: Uint8Array; readonly context: string; readonly key: FheKey } | null = null;
  #openedPublic: { readonly bytes: Uint8Array; readonly key: FhePublicKey } | null = null;
  /** Handles of the engine and of the keys that are open. */
  #held: number;
  #exceptions = 0;

  constructor(
    private readonly engine: FheEngine,
    private readonly keyed: boolean,
  ) {
    this.#held = engine.handleCount;
  }

  /** Native objects that calls left behind. */
  get handles(): number {
    return this.engine.handleCount - this.#held;
  }

  /** Calls that ended in an exception of the engine itself; what stands before it refuses at no cost. */
  get exceptions(): number {
    return this.#exceptions;
  }

  handle(request: FheRequest): FheValue {
    try {
      return this.#handle(request);
    } catch (error) {
      if (error instanceof CiphertextError && ofEngine.has(error.code)) this.#exceptions += 1;
      throw error;
    }
  }

  #handle(request: FheRequest): FheValue {
    switch (request.op) {
      case 'createKey':
        return this.#createKey(request.wrapKey, request.context);
      case 'createPublicKey':
        return this.#open(request.key).createPublicKey();
      case 'encrypt':
        return this.#open(request.key).encrypt(request.slots);
      case 'encryptWithCoins':
        return this.#openPublic(request.publicKey).encryptWithCoins(request.slots, request.seed);
      case 'readSlots':
        return this.#readSlots(request.key, request.page, request.slots);
      case 'decrypt':
        return this.#open(request.key).decrypt(request.page);
      case 'add':
        return this.engine.add(request.page, request.delta);
      case 'check':
        this.engine.check(request.ciphertext);
        return null;
    }
  }

  #createKey(wrapKey: Uint8Array, context: string): Uint8Array {
    this.#requireKeyed();
    const secretKey = this.engine.createSecretKey();
    try {
      return wrapSecretKey(secretKey, wrapKey, context);
    } finally {
      secretKey.fill(0);
    }
  }

  /** Only the slots asked for leave the process; the rest of the page stays unread. */
  #readSlots(key: WrappedKey, page: Uint8Array, slots: readonly number[]): readonly bigint[] {
    const values = this.#open(key).decrypt(page);
    try {
      return slots.map((slot) => values[checkSlot(slot)] ?? 0n);
    } finally {
      values.fill(0n);
    }
  }

  #open(key: WrappedKey): FheKey {
    this.#requireKeyed();
    const { wrapped, context } = key;
    const opened = this.#opened;
    if (opened?.context === context && Buffer.compare(opened.wrapped, wrapped) === 0) return opened.key;
    const secretKey = unwrapSecretKey(key);
    try {
      const next = this.#holding(() => {
        const opening = this.engine.openKey(secretKey);
        opened?.key[Symbol.dispose]();
        return opening;
      });
      this.#opened = { wrapped: new Uint8Array(wrapped), context, key: next };
      return next;
    } finally {
      secretKey.fill(0);
    }
  }

  /** Half a megabyte comes with every call, and opening it takes longer than to see that it is the same one. */
  #openPublic(bytes: Uint8Array): FhePublicKey {
    const opened = this.#openedPublic;
    if (opened !== null && Buffer.compare(opened.bytes, bytes) === 0) return opened.key;
    const key = this.#holding(() => {
      const opening = this.engine.openPublicKey(bytes);
      opened?.key[Symbol.dispose]();
      return opening;
    });
    this.#openedPublic = { bytes: new Uint8Array(bytes), key };
    return key;
  }

  /** What `change` adds to the handles in use, or gives back, is held on purpose. */
  #holding<T>(change: () => T): T {
    const before = this.engine.handleCount;
    const result = change();
    this.#held += this.engine.handleCount - before;
    return result;
  }

  #requireKeyed(): void {
    if (this.keyed) return;
    throw new FheProcessError('FHE_KEYLESS', 'this engine was started without the right to hold a key');
  }
}

export function faultOf(error: unknown): FheFault {
  if (error instanceof CiphertextError) {
    return { kind: 'ciphertext', code: error.code, message: error.message };
  }
  if (error instanceof FheProcessError) return { kind: 'process', code: error.code, message: error.message };
  // An unknown error's text may quote its arguments.
  const name = error instanceof Error ? error.name : typeof error;
  return { kind: 'ciphertext', code: 'ENGINE_FAILED', message: `engine process raised ${name}` };
}
