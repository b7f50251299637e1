import initialize, {
  type Ciphertext,
  type Decryptor,
  type Evaluator,
  type MainModule,
  type SEALContext,
} from 'node-seal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FheEngine } from '../fhe-engine.js';
import { addCountMax, pageParameters } from '../parameters.js';
import { withVersionMinor } from '../pre-parser.js';
import { Arena } from './arena.js';
import { createContext } from './seal-context.js';
import { createSealEngine } from './seal-engine.js';

/** What the product must never ask SEAL for, asked with a key that exists for this test alone. */
describe('noise of a page', () => {
  const arena = new Arena({ count: 0 });
  let engine: FheEngine;
  let seal: MainModule;
  let context: SEALContext;
  let decryptor: Decryptor;
  let evaluator: Evaluator;
  let fresh: Uint8Array;

  beforeAll(async () => {
    engine = await createSealEngine(pageParameters);
    const secret = engine.createSecretKey();
    using key = engine.openKey(secret);
    using publicKey = engine.openPublicKey(key.createPublicKey());
    const slots = new BigUint64Array(pageParameters.polyModulusDegree).fill(pageParameters.plainModulus - 1n);
    fresh = publicKey.encryptWithCoins(slots, new Uint8Array(32).fill(1));
    seal = await initialize();
    context = createContext(seal, pageParameters, { count: 0 }, arena);
    const secretKey = arena.keep(new seal.SecretKey());
    secretKey.loadFromArray(context, secret);
    decryptor = arena.keep(new seal.Decryptor(context, secretKey));
    evaluator = arena.keep(new seal.Evaluator(context));
  });

  afterAll(() => {
    arena[Symbol.dispose]();
    engine[Symbol.dispose]();
  });

  function load(bytes: Uint8Array): Ciphertext {
    const ciphertext = arena.keep(new seal.Ciphertext());
    ciphertext.loadFromArray(context, withVersionMinor(bytes, 1));
    return ciphertext;
  }

  it('leaves at least 32 bits after as many additions as a page may take, of the same noise each time', () => {
    const page = load(fresh);
    const delta = load(fresh);
    const budgetBits = decryptor.invariantNoiseBudget(page);
    // The same noise again and again grows as n; independent noise grows as its root.
    for (let count = 0; count < addCountMax; count += 1) evaluator.addInplace(page, delta);
    const leftBits = decryptor.invariantNoiseBudget(page);
    expect(budgetBits).toBeGreaterThanOrEqual(46);
    expect(budgetBits - leftBits).toBeLessThanOrEqual(13);
    expect(leftBits).toBeGreaterThanOrEqual(32);
  });
});
