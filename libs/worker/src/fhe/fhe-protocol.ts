import type { CiphertextCode, FheLibrary, ParameterSetName } from '#ciphertext';
import type { FheProcessCode } from './fhe-error.js';

/** A secret key as it exists outside the engine's process: encrypted under `wrapKey`, bound to `context`. */
export interface WrappedKey {
  readonly wrapped: Uint8Array;
  /** 32 bytes. */
  readonly wrapKey: Uint8Array;
  /** Names what the key belongs to; a key wrapped for one context does not open in another. */
  readonly context: string;
}

/** What a child may do, fixed when it is started. */
export interface FheRole {
  /** True only in the key enclave: the child may make, open and use secret keys. */
  readonly keyed: boolean;
  /** The one parameter set whose ciphertexts the child takes. */
  readonly parameters: ParameterSetName;
}

/**
 * Requests to the child, one at a time. Ciphertexts are canonical. Every request that needs a key carries it
 * wrapped, so that a child that was just restarted can serve it.
 */
export type FheRequest =
  | { readonly op: 'createKey'; readonly wrapKey: Uint8Array; readonly context: string }
  | { readonly op: 'createPublicKey'; readonly key: WrappedKey }
  | { readonly op: 'encrypt'; readonly key: WrappedKey; readonly slots: BigUint64Array }
  | {
      readonly op: 'encryptWithCoins';
      readonly publicKey: Uint8Array;
      readonly slots: BigUint64Array;
      readonly seed: Uint8Array;
    }
  | {
      readonly op: 'readSlots';
      readonly key: WrappedKey;
      readonly page: Uint8Array;
      readonly slots: readonly number[];
    }
  | { readonly op: 'decrypt'; readonly key: WrappedKey; readonly page: Uint8Array }
  | { readonly op: 'add'; readonly page: Uint8Array; readonly delta: Uint8Array }
  | { readonly op: 'check'; readonly ciphertext: Uint8Array };

export type FheValue = Uint8Array | BigUint64Array | readonly bigint[] | null;

/** How the child stands after a call. */
export interface FheVitals {
  readonly rssBytes: number;
  /** Native objects beyond those of the engine itself and of the keys that it keeps open: more than 0 is a leak. */
  readonly handles: number;
  /** C++ exceptions that the engine raised in the life of the child; each leaves some of its stack behind. */
  readonly exceptions: number;
}

export type FheMessage =
  | ({ readonly type: 'ready'; readonly library: FheLibrary } & FheVitals)
  | ({ readonly type: 'done'; readonly id: number; readonly value: FheValue } & FheVitals)
  | ({ readonly type: 'refused'; readonly id: number; readonly fault: FheFault } & FheVitals)
  | { readonly type: 'unfit'; readonly fault: FheFault };

export type FheFault =
  | { readonly kind: 'ciphertext'; readonly code: CiphertextCode; readonly message: string }
  | { readonly kind: 'process'; readonly code: FheProcessCode; readonly message: string };

export interface FheCall {
  readonly id: number;
  readonly request: FheRequest;
}
