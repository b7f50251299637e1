import { ed25519PublicKey } from '#canonical';
import { generateSealKeyPair } from '#sealing';

export type RandomSource = (n: number) => Uint8Array;

/**
 * The client's keys of one run: outputs are sealed to one, input envelopes are signed with the other, and commitment
 * salts come from the secret. Whoever has it can open the run's results: keep it, and do not log it.
 */
export class ClientIdentity {
  readonly sealPublicKey: Uint8Array;
  readonly signPublicKey: Uint8Array;
  readonly #sealSecretKey: Uint8Array;
  readonly #signSeed: Uint8Array;
  readonly #runSecret: Uint8Array;

  constructor(random: RandomSource) {
    const sealing = generateSealKeyPair(random);
    this.sealPublicKey = sealing.publicKey;
    this.#sealSecretKey = sealing.secretKey;
    this.#signSeed = random(32);
    this.signPublicKey = ed25519PublicKey(this.#signSeed);
    this.#runSecret = random(32);
  }

  get sealSecretKey(): Uint8Array {
    return this.#sealSecretKey;
  }

  get signSeed(): Uint8Array {
    return this.#signSeed;
  }

  get runSecret(): Uint8Array {
    return this.#runSecret;
  }

  /** Private fields do not print; this says so where they would be expected. */
  toJSON(): string {
    return '[ClientIdentity]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toJSON();
  }
}
