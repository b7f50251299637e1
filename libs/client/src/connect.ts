import { ApiError, fromServiceError } from '#contracts';
import { parseTrustFile, type TrustFile } from '#evidence';
import { SealflowClient } from './client.js';
import { type ClientOptions, signalOf, type Until } from './client-connection.js';
import { readTrust } from './read-trust.js';

const READY_MS = 10_000;

/** As `ClientOptions`, with the platform's clock and randomness, and a trust file by its path. */
export interface ClientSettings extends Omit<ClientOptions, 'trust' | 'random' | 'now'>, Until {
  /** What this client believes without proof, the bytes that say it, or their file. There is no default and no way around it. */
  readonly trust: TrustFile | Uint8Array | string;
}

/**
 * A client of an orchestrator that answers. Whether it may be believed is asked for each plan, worker and bundle.
 *
 * @throws ApiError UNAVAILABLE where nobody answers within `timeoutMs` (10 seconds)
 * @throws EvidenceError TRUST_FILE_MALFORMED
 */
export async function connect({
  trust,
  signal,
  timeoutMs = READY_MS,
  ...options
}: ClientSettings): Promise<SealflowClient> {
  const until = signalOf({ signal });
  until?.throwIfAborted();
  const client = new SealflowClient({
    ...options,
    trust: await trustOf(trust),
    random: (count) => globalThis.crypto.getRandomValues(new Uint8Array(count)),
    now: () => Date.now(),
  });
  try {
    await ready(client, timeoutMs, until);
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

async function trustOf(trust: TrustFile | Uint8Array | string): Promise<TrustFile> {
  if (typeof trust === 'string') return parseTrustFile(await readTrust(trust));
  return trust instanceof Uint8Array ? parseTrustFile(trust) : trust;
}

function ready(
  { services, options }: SealflowClient,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    services.run.waitForReady(Date.now() + timeoutMs, (error) => {
      signal?.removeEventListener('abort', abort);
      if (error === undefined) resolve();
      // Somebody answered, and will not do better.
      else if ('code' in error) reject(fromServiceError(error));
      else reject(new ApiError('UNAVAILABLE', `${options.target}: nobody answered within ${timeoutMs} ms`));
    });
  });
}
