import type { MainModule, ParmsIdType, SEALContext } from 'node-seal';
import { CiphertextError } from '../ciphertext-error.js';
import type { FheParameters } from '../parameters.js';
import { Arena, type HandleCounter } from './arena.js';

/** @throws CiphertextError `ENGINE_FAILED` */
export async function loadSeal(): Promise<MainModule> {
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

/** @throws CiphertextError `ENGINE_PARAMETERS` */
export function createContext(
  seal: MainModule,
  set: FheParameters,
  counter: HandleCounter,
  owner: Arena,
): SEALContext {
  using arena = new Arena(counter);
  const level = seal.SecLevelType.tc128;
  const primes = arena.keep(new seal.VectorModulus());
  for (const prime of [...set.coeffModulus, set.keyPrime]) {
    primes.push_back(arena.keep(new seal.Modulus(prime)));
  }
  const parameters = arena.keep(new seal.EncryptionParameters(seal.SchemeType.bfv));
  parameters.setPolyModulusDegree(set.polyModulusDegree);
  parameters.setCoeffModulus(primes);
  parameters.setPlainModulus(arena.keep(new seal.Modulus(set.plainModulus)));
  // The level makes SEAL refuse primes that together are too long for it.
  const context = owner.keep(new seal.SEALContext(parameters, true, level));
  checkDerivedParameters(context, set, arena);
  return context;
}

/** The pre-parser compares with constants; an engine that would write anything else must not start. */
function checkDerivedParameters(context: SEALContext, set: FheParameters, arena: Arena): void {
  if (!context.parametersSet()) {
    throw new CiphertextError('ENGINE_PARAMETERS', `SEAL refuses the parameters of ${set.name}`);
  }
  const derived = [context.firstParmsId(), context.keyParmsId()].map((id) => hexOf(arena.keep(id)));
  for (const [index, expected] of [set.paramsId, set.keyParamsId].entries()) {
    if (derived[index] === expected) continue;
    throw new CiphertextError(
      'ENGINE_PARAMETERS',
      `SEAL derives parms_id ${derived[index]} for ${set.name}, expected ${expected}`,
    );
  }
}

function hexOf(id: ParmsIdType): string {
  const words = id.values() as BigUint64Array;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
