import { CiphertextError, checkSlot, type FheEngine, type FheKey } from '#ciphertext';
import { FheProcessError } from './fhe-error.js';
import type { FheFault, FheRequest, FheValue, WrappedKey } from './fhe-protocol.js';
import { unwrapSecretKey, wrapSecretKey } from './key-wrap.js';

/**
 * The engine's side of the protocol: one engine, at most one opened key.
 *
 * A keyless host refuses to make, open or use a key. The FHE service runs one, so that even a confused request
 * cannot turn it into a decryptor.
 */
export class FheHost {
  #opened: { readonly wrapped: Uint8Array; readonly context: string; readonly key: FheKey } | null = null;

  constructor(
    private readonly engine: FheEngine,
    private readonly keyed: boolean,
  ) {}

  handle(request: FheRequest): FheValue {
    switch (request.op) {
      case 'createKey':
        return this.#createKey(request.wrapKey, request.context);
      case 'encrypt':
        return this.#open(request.key).encrypt(request.slots);
      case 'readSlots':
        return this.#readSlots(request.key, request.page, request.slots);
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
      const next = this.engine.openKey(secretKey);
      opened?.key[Symbol.dispose]();
      this.#opened = { wrapped: new Uint8Array(wrapped), context, key: next };
      return next;
    } finally {
      secretKey.fill(0);
    }
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
