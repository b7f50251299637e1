import { ed25519PublicKey } from '#canonical';
import { generateSealKeyPair } from '#sealing';

/** `n` random bytes. */
export type RandomSource = (n: number) => Uint8Array;

/**
 * The keys of one boot of a worker. They are made inside the guest, live in its memory and die with it: what was
 * sealed to them can be opened by no other boot, and what they signed names this boot for ever.
 */
export interface BootIdentity {
  readonly workerId: string;
  /** 16 bytes, new at each boot. */
  readonly bootId: Uint8Array;
  readonly sealPublicKey: Uint8Array;
  readonly sealSecretKey: Uint8Array;
  readonly signSeed: Uint8Array;
  readonly signPublicKey: Uint8Array;
}

export function createBootIdentity(workerId: string, random: RandomSource): BootIdentity {
  const sealing = generateSealKeyPair(random);
  const signSeed = random(32);
  return {
    workerId,
    bootId: random(16),
    sealPublicKey: sealing.publicKey,
    sealSecretKey: sealing.secretKey,
    signSeed,
    signPublicKey: ed25519PublicKey(signSeed),
  };
}
