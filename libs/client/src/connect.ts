import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ApiError } from '#contracts';
import { parseTrustFile, type TrustFile } from '#evidence';
import { SealflowClient } from './client.js';
import { type ClientOptions, signalOf, type Until } from './client-connection.js';

const READY_MS = 10_000;
const TRUST_BYTES_MAX = 1024 * 1024;

/** As `ClientOptions`, with the platform's clock and randomness, and a trust file by its path. */
export interface ClientSettings extends Omit<ClientOptions, 'trust' | 'random' | 'now'>, Until {
  /** What this client believes without proof, or the file that says it. There is no default and no way around it. */
  readonly trust: TrustFile | string;
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
    trust: typeof trust === 'string' ? await readTrust(trust) : trust,
    random: (count) => new Uint8Array(randomBytes(count)),
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

async function readTrust(path: string): Promise<TrustFile> {
  const { size } = await stat(path);
  if (size > TRUST_BYTES_MAX)
    throw new RangeError(`${path}: expected a trust file of at most ${TRUST_BYTES_MAX} bytes, got ${size}`);
  return parseTrustFile(await readFile(path));
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
      else reject(new ApiError('UNAVAILABLE', `${options.target}: nobody answered within ${timeoutMs} ms`));
    });
  });
}
