/**
 * The engine on node-seal 7 (SEAL 4.1.2 compiled to WebAssembly).
 *
 * Trusted for confidentiality where a key is opened, for nothing where none is: whoever replays an addition finds
 * a wrong one. It must run in a process of its own, because its calls are synchronous and its memory only grows.
 */
import type {
  BatchEncoder,
  Ciphertext,
  Decryptor,
  Evaluator,
  MainModule,
  Plaintext,
  SEALContext,
  SecretKey,
} from 'node-seal';
import { CiphertextError } from '../ciphertext-error.js';
import type { FheEngine, FheKey, FheLibrary, FhePublicKey } from '../fhe-engine.js';
import { type FheParameters, ledgerParameters } from '../parameters.js';
import {
  canonicalCiphertext,
  canonicalPublicKey,
  checkCiphertext,
  checkPublicKey,
  withVersionMinor,
} from '../pre-parser.js';
import { Arena, type HandleCounter } from './arena.js';
import { guarded } from './guarded.js';
import { createContext, loadSeal } from './seal-context.js';
import { withCoins } from './with-coins.js';

/** Minor of the SEAL release inside node-seal 7.0.0; it refuses bytes that name another one. */
const sealMinor = 1;

export const sealLibrary: FheLibrary = { name: 'node-seal', version: '7.0.0' };

/**
 * Loads node-seal (20 ms) and builds the context (0.3 s, during which the thread answers nothing).
 *
 * @throws CiphertextError `ENGINE_FAILED` when the runtime cannot run it, `ENGINE_PARAMETERS` when this build of
 *   SEAL derives other parameters than those of the set.
 */
export async function createSealEngine(parameters: FheParameters = ledgerParameters): Promise<FheEngine> {
  const seal = await loadSeal();
  const counter: HandleCounter = { count: 0 };
  const arena = new Arena(counter);
  try {
    const context = guarded('context', () => createContext(seal, parameters, counter, arena));
    return guarded('engine', () => new SealEngine(seal, parameters, context, counter, arena));
  } catch (error) {
    arena[Symbol.dispose]();
    throw error;
  }
}

class SealEngine implements FheEngine {
  readonly library = sealLibrary;
  readonly #encoder: BatchEncoder;
  readonly #evaluator: Evaluator;

  constructor(
    private readonly seal: MainModule,
    readonly parameters: FheParameters,
    private readonly context: SEALContext,
    private readonly counter: HandleCounter,
    private readonly arena: Arena,
  ) {
    this.#encoder = arena.keep(new seal.BatchEncoder(context));
    this.#evaluator = arena.keep(new seal.Evaluator(context));
  }

  get handleCount(): number {
    return this.counter.count;
  }

  createSecretKey(seed?: Uint8Array): Uint8Array {
    return guarded('create key', () => {
      using arena = new Arena(this.counter);
      const generator = seeded(seed, () => arena.keep(new this.seal.KeyGenerator(this.context)));
      return arena.keep(generator.secretKey()).saveToArray(this.seal.ComprModeType.none) as Uint8Array;
    });
  }

  openPublicKey(publicKey: Uint8Array): FhePublicKey {
    const arena = new Arena(this.counter);
    try {
      return guarded('open public key', () => this.#openPublicKey(publicKey, arena));
    } catch (error) {
      arena[Symbol.dispose]();
      if (error instanceof CiphertextError && error.code === 'ENGINE_REFUSED') {
        throw new CiphertextError('PUBLIC_KEY_INVALID', error.message);
      }
      throw error;
    }
  }

  openKey(secretKey: Uint8Array): FheKey {
    const arena = new Arena(this.counter);
    try {
      return guarded('open key', () => this.#openKey(secretKey, arena));
    } catch (error) {
      arena[Symbol.dispose]();
      if (error instanceof CiphertextError && error.code === 'ENGINE_REFUSED') {
        throw new CiphertextError('SECRET_KEY_INVALID', error.message);
      }
      throw error;
    }
  }

  add(page: Uint8Array, delta: Uint8Array): Uint8Array {
    return guarded('add', () => {
      using arena = new Arena(this.counter);
      const sum = this.#load(page, arena);
      this.#evaluator.addInplace(sum, this.#load(delta, arena));
      return this.#save(sum);
    });
  }

  check(ciphertext: Uint8Array): void {
    guarded('check', () => {
      using arena = new Arena(this.counter);
      this.#load(ciphertext, arena);
    });
  }

  [Symbol.dispose](): void {
    this.arena[Symbol.dispose]();
  }

  #openKey(bytes: Uint8Array, arena: Arena): FheKey {
    const { seal, context } = this;
    const secretKey = arena.keep(new seal.SecretKey());
    secretKey.loadFromArray(context, plainView(bytes));
    using scratch = new Arena(this.counter);
    const generator = scratch.keep(new seal.KeyGenerator(context, secretKey));
    // The Encryptor's constructor wants a public key; symmetric encryption, which has less noise, never reads it.
    const publicKey = scratch.keep(generator.createPublicKey());
    const encryptor = arena.keep(new seal.Encryptor(context, publicKey, secretKey));
    const decryptor = arena.keep(new seal.Decryptor(context, secretKey));
    return {
      encrypt: (slots) =>
        guarded('encrypt', () =>
          this.#encrypt(slots, (plaintext, ciphertext) => encryptor.encryptSymmetric(plaintext, ciphertext)),
        ),
      decrypt: (ciphertext) => guarded('decrypt', () => this.#decrypt(decryptor, ciphertext)),
      createPublicKey: (seed) => guarded('create public key', () => this.#createPublicKey(secretKey, seed)),
      [Symbol.dispose]: () => arena[Symbol.dispose](),
    };
  }

  #createPublicKey(secretKey: SecretKey, seed: Uint8Array | undefined): Uint8Array {
    using arena = new Arena(this.counter);
    const generator = arena.keep(new this.seal.KeyGenerator(this.context, secretKey));
    const publicKey = seeded(seed, () => arena.keep(generator.createPublicKey()));
    const bytes = publicKey.saveToArray(this.seal.ComprModeType.none) as Uint8Array;
    return canonicalPublicKey(bytes, this.parameters);
  }

  #openPublicKey(bytes: Uint8Array, arena: Arena): FhePublicKey {
    const { seal, context } = this;
    checkPublicKey(bytes, this.parameters);
    const publicKey = arena.keep(new seal.PublicKey());
    publicKey.loadFromArray(context, withVersionMinor(bytes, sealMinor));
    const encryptor = arena.keep(new seal.Encryptor(context, publicKey));
    return {
      encryptWithCoins: (slots, seed) =>
        guarded('encrypt', () =>
          this.#encrypt(slots, (plaintext, ciphertext) =>
            withCoins(seed, () => encryptor.encrypt(plaintext, ciphertext)),
          ),
        ),
      [Symbol.dispose]: () => arena[Symbol.dispose](),
    };
  }

  #encrypt(slots: BigUint64Array, encrypt: (from: Plaintext, to: Ciphertext) => void): Uint8Array {
    checkSlots(slots, this.parameters);
    using arena = new Arena(this.counter);
    const plaintext = arena.keep(new this.seal.Plaintext());
    this.#encoder.encode(slots, plaintext);
    const ciphertext = arena.keep(new this.seal.Ciphertext());
    encrypt(plaintext, ciphertext);
    return this.#save(ciphertext);
  }

  #decrypt(decryptor: Decryptor, bytes: Uint8Array): BigUint64Array {
    using arena = new Arena(this.counter);
    const plaintext = arena.keep(new this.seal.Plaintext());
    decryptor.decrypt(this.#load(bytes, arena), plaintext);
    return this.#encoder.decodeBigUint64(plaintext) as BigUint64Array;
  }

  #load(bytes: Uint8Array, arena: Arena): Ciphertext {
    checkCiphertext(bytes, this.parameters);
    const ciphertext = arena.keep(new this.seal.Ciphertext());
    ciphertext.loadFromArray(this.context, withVersionMinor(bytes, sealMinor));
    if (ciphertext.isTransparent()) {
      throw new CiphertextError('CIPHERTEXT_TRANSPARENT', 'ciphertext shows its message without a key');
    }
    return ciphertext;
  }

  #save(ciphertext: Ciphertext): Uint8Array {
    const bytes = ciphertext.saveToArray(this.seal.ComprModeType.none) as Uint8Array;
    return canonicalCiphertext(bytes, this.parameters);
  }
}

/** embind takes exactly a Uint8Array, not a Buffer, which is a subclass. */
function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Without a seed the platform's random source stays in place. */
function seeded<T>(seed: Uint8Array | undefined, call: () => T): T {
  return seed === undefined ? call() : withCoins(seed, call);
}

/** SEAL reduces a slot above t instead of refusing it. Callers range-check amounts; this is the last line. */
function checkSlots(slots: BigUint64Array, { polyModulusDegree, plainModulus }: FheParameters): void {
  if (slots.length !== polyModulusDegree) {
    throw new CiphertextError('SLOT_RANGE', `a page has ${polyModulusDegree} slots, got ${slots.length}`);
  }
  for (const value of slots) {
    if (value >= plainModulus) throw new CiphertextError('AMOUNT_RANGE', 'a slot value is not below t');
  }
}
