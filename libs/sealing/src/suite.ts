import type { Bytes } from '#canonical';
import type { RandomSource } from './keys.js';

export interface WrapTarget {
  /** Raw X25519 public key. */
  readonly publicKey: Uint8Array;
  readonly kid: string;
}

export interface WrappedKey {
  readonly enc: Uint8Array;
  readonly wrapped: Uint8Array;
}

/**
 * One fixed set of algorithms. There is no negotiation inside a suite: what changes gets another number.
 *
 * `context` of wrap and unwrap is the header digest without wrapped keys, of encrypt and decrypt the digest of
 * the whole header. Both `unwrap` and `decrypt` fail with `ENVELOPE_OPEN_FAILED` and give no further reason.
 */
export interface Suite {
  /** Length of the payload for a plaintext of this length. */
  payloadBytes(plaintextBytes: number): number;
  wrap(
    payloadKey: Uint8Array,
    targets: readonly WrapTarget[],
    context: Uint8Array,
    random: RandomSource,
  ): Promise<WrappedKey[]>;
  unwrap(key: WrappedKey, secretKey: Uint8Array, kid: string, context: Uint8Array): Promise<Bytes>;
  encrypt(
    payloadKey: Uint8Array,
    context: Uint8Array,
    plaintext: Uint8Array,
    random: RandomSource,
  ): Promise<Bytes>;
  decrypt(payloadKey: Uint8Array, context: Uint8Array, payload: Uint8Array): Promise<Bytes>;
}
