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
  EncryptionParameters,
  Encryptor,
  Evaluator,
  MainModule,
  SEALContext,
} from 'node-seal';
import { CiphertextError } from '../ciphertext-error.js';
import type { FheEngine, FheKey, FheLibrary } from '../fhe-engine.js';
import { slotCount } from '../page-codec.js';
import { ledgerParameters } from '../parameters.js';
import { canonicalCiphertext, checkCiphertext, withVersionMinor } from '../pre-parser.js';
import { Arena, type HandleCounter } from './arena.js';
import { guarded } from './guarded.js';

/** Minor of the SEAL release inside node-seal 7.0.0; it refuses bytes that name another one. */
const sealMinor = 1;
const plainModulusBits = 60;

export const sealLibrary: FheLibrary = { name: 'node-seal', version: '7.0.0' };

/**
 * Loads node-seal (20 ms) and builds the context (0.3 s, during which the thread answers nothing).
 *
 * @throws CiphertextError `ENGINE_FAILED` when the runtime cannot run it, `ENGINE_PARAMETERS` when this build of
 *   SEAL derives other parameters than the ledger's.
 */
export async function createSealEngine(): Promise<FheEngine> {
  const seal = await loadSeal();
  const counter: HandleCounter = { count: 0 };
  const arena = new Arena(counter);
  try {
    const context = guarded('context', () => createContext(seal, counter, arena));
    return guarded('engine', () => new SealEngine(seal, context, counter, arena));
  } catch (error) {
    arena[Symbol.dispose]();
    throw error;
  }
}

async function loadSeal(): Promise<MainModule> {
  try {
    const { default: initialize } = await import('node-seal');
    return await initialize();
  } catch (error) {
    const reason = error instanceof Error ? error.name : typeof error;
    throw new CiphertextError(
      'ENGINE_FAILED',
      `node-seal does not load on Node ${process.versions.node} (${reason}); it needs Node 22.12 or newer`,
    );
  }
}

function createContext(seal: MainModule, counter: HandleCounter, owner: Arena): SEALContext {
  using arena = new Arena(counter);
  const { polyModulusDegree } = ledgerParameters;
  const level = seal.SecLevelType.tc128;
  const parameters = arena.keep(new seal.EncryptionParameters(seal.SchemeType.bfv));
  parameters.setPolyModulusDegree(polyModulusDegree);
  parameters.setCoeffModulus(arena.keep(seal.CoeffModulus.BFVDefault(polyModulusDegree, level)));
  parameters.setPlainModulus(arena.keep(seal.PlainModulus.Batching(polyModulusDegree, plainModulusBits)));
  const context = owner.keep(new seal.SEALContext(parameters, true, level));
  checkDerivedParameters(context, parameters, arena);
  return context;
}

/** The pre-parser compares with constants; an engine that would write anything else must not start. */
function checkDerivedParameters(context: SEALContext, parameters: EncryptionParameters, arena: Arena): void {
  if (!context.parametersSet()) {
    throw new CiphertextError('ENGINE_PARAMETERS', 'SEAL refuses the ledger parameters');
  }
  const words = arena.keep(context.firstParmsId()).values() as BigUint64Array;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const paramsId = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const plainModulus = arena.keep(parameters.plainModulus()).value();
  if (paramsId !== ledgerParameters.paramsId || plainModulus !== ledgerParameters.plainModulus) {
    throw new CiphertextError(
      'ENGINE_PARAMETERS',
      `SEAL derives parms_id ${paramsId}, expected ${ledgerParameters.paramsId}`,
    );
  }
}

class SealEngine implements FheEngine {
  readonly library = sealLibrary;
  readonly #encoder: BatchEncoder;
  readonly #evaluator: Evaluator;

  constructor(
    private readonly seal: MainModule,
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

  createSecretKey(): Uint8Array {
    return guarded('create key', () => {
      using arena = new Arena(this.counter);
      const generator = arena.keep(new this.seal.KeyGenerator(this.context));
      return arena.keep(generator.secretKey()).saveToArray(this.seal.ComprModeType.none) as Uint8Array;
    });
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
      encrypt: (slots) => guarded('encrypt', () => this.#encrypt(encryptor, slots)),
      decrypt: (ciphertext) => guarded('decrypt', () => this.#decrypt(decryptor, ciphertext)),
      [Symbol.dispose]: () => arena[Symbol.dispose](),
    };
  }

  #encrypt(encryptor: Encryptor, slots: BigUint64Array): Uint8Array {
    checkSlots(slots);
    using arena = new Arena(this.counter);
    const plaintext = arena.keep(new this.seal.Plaintext());
    this.#encoder.encode(slots, plaintext);
    const ciphertext = arena.keep(new this.seal.Ciphertext());
    encryptor.encryptSymmetric(plaintext, ciphertext);
    return this.#save(ciphertext);
  }

  #decrypt(decryptor: Decryptor, bytes: Uint8Array): BigUint64Array {
    using arena = new Arena(this.counter);
    const plaintext = arena.keep(new this.seal.Plaintext());
    decryptor.decrypt(this.#load(bytes, arena), plaintext);
    return this.#encoder.decodeBigUint64(plaintext) as BigUint64Array;
  }

  #load(bytes: Uint8Array, arena: Arena): Ciphertext {
    checkCiphertext(bytes);
    const ciphertext = arena.keep(new this.seal.Ciphertext());
    ciphertext.loadFromArray(this.context, withVersionMinor(bytes, sealMinor));
    if (ciphertext.isTransparent()) {
      throw new CiphertextError('CIPHERTEXT_TRANSPARENT', 'ciphertext shows its message without a key');
    }
    return ciphertext;
  }

  #save(ciphertext: Ciphertext): Uint8Array {
    return canonicalCiphertext(ciphertext.saveToArray(this.seal.ComprModeType.none) as Uint8Array);
  }
}

/** embind takes exactly a Uint8Array, not a Buffer, which is a subclass. */
function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** SEAL reduces a slot above t instead of refusing it. Callers range-check amounts; this is the last line. */
function checkSlots(slots: BigUint64Array): void {
  if (slots.length !== slotCount) {
    throw new CiphertextError('SLOT_RANGE', `a page has ${slotCount} slots, got ${slots.length}`);
  }
  for (const value of slots) {
    if (value >= ledgerParameters.plainModulus) {
      throw new CiphertextError('AMOUNT_RANGE', 'a slot value is not below t');
    }
  }
}
