import { type Digest, digestOf } from '#canonical';
import { ciphertextBytes } from '#ciphertext';
import { ApiError, readBlob, type ServiceClients } from '#contracts';
import { ciphertextsToReplay } from '#evidence';

const CALL_DEADLINE_MS = 30_000;

export interface FetchedCiphertext {
  readonly digest: Digest;
  /** Null when the store has none, or gives other bytes than were asked for. */
  readonly bytes: Uint8Array | null;
}

/** One after the other what a replay of the bundle needs: half a megabyte each, so nothing holds all of them. */
export async function* readCiphertexts(
  { blob }: Pick<ServiceClients, 'blob'>,
  bundle: Uint8Array,
  signal?: AbortSignal,
): AsyncGenerator<FetchedCiphertext, void, undefined> {
  const limits = { deadlineMs: CALL_DEADLINE_MS, bytesMax: ciphertextBytes(), signal };
  for (const digest of ciphertextsToReplay(bundle)) {
    let bytes: Uint8Array | null = null;
    try {
      bytes = await readBlob(blob, digest, limits);
    } catch (error) {
      // No refusal of the service: more bytes came than a ciphertext has.
      const other = error instanceof ApiError ? error.reason === 'NOT_FOUND' : error instanceof Error;
      if (!other) throw error;
    }
    yield { digest, bytes: bytes !== null && digestOf(bytes) === digest ? bytes : null };
  }
}
