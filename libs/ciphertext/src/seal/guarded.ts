import { CiphertextError } from '../ciphertext-error.js';

/**
 * Runs a call into node-seal and turns what it throws into an error that loggers and filters understand: a C++
 * exception arrives as a WebAssembly.Exception, which is no `Error` and whose message is a [type, text] pair.
 *
 * SEAL's texts are fixed sentences; they hold no data.
 */
export function guarded<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof CiphertextError) throw error;
    const [type, text] = cppException(error);
    if (type !== undefined) throw new CiphertextError('ENGINE_REFUSED', `${what}: ${type}: ${text ?? ''}`);
    const name = error instanceof Error ? error.name : typeof error;
    throw new CiphertextError('ENGINE_FAILED', `${what}: engine raised ${name}`);
  }
}

function cppException(error: unknown): readonly (string | undefined)[] {
  if (typeof error !== 'object' || error === null || !('message' in error)) return [];
  const { message } = error;
  return Array.isArray(message) ? message.map((part) => String(part).slice(0, 200)) : [];
}
