import { failedChecks, isDigest } from '#canonical';
import { readBlob } from '#contracts';
import type { SealflowClient } from './client.js';
import { ClientError } from './client-error.js';
import type { RunHandle } from './run-handle.js';

const CALL_DEADLINE_MS = 60_000;
const BLOB_BYTES_MAX = 1024 * 1024;

/**
 * An output of a run, by the digest that its verified bundle has.
 *
 * @param about what the run did, for the message where its bundle does not verify
 * @throws ClientError BUNDLE_REFUSED, OUTPUT_MISSING
 */
export async function verifiedOutput(
  client: SealflowClient,
  run: RunHandle,
  { name, about }: { readonly name: string; readonly about: string },
): Promise<Uint8Array> {
  const verdict = await run.verify();
  if (verdict.outcome !== 'verified') {
    const failed = failedChecks(verdict.stages.flatMap(({ checks }) => checks));
    const why = failed.map(({ id, reason }) => `${id} ${reason ?? ''}`).join(', ');
    throw new ClientError(
      'BUNDLE_REFUSED',
      `the bundle of ${about} is not verified (${verdict.outcome}: ${why})`,
      failed,
    );
  }
  const commitment = verdict.run?.outputs.find((output) => output.name === name)?.commitment ?? '';
  if (!isDigest(commitment)) throw new ClientError('OUTPUT_MISSING', `${about} has no output ${name}`);
  const limits = { deadlineMs: CALL_DEADLINE_MS, bytesMax: BLOB_BYTES_MAX, signal: client.signal };
  return await readBlob(client.services.blob, commitment, limits);
}
