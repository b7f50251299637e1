import { commitmentOf, digestOf, type Json, parseEdgePayload, parseKeptReference } from '#canonical';
import { readBlob } from '#contracts';
import { openEnvelope } from '#sealing';
import type { ClientConnection } from './client-connection.js';
import { ClientError, ownerRequired } from './client-error.js';
import type { PreparedRun } from './prepared-run.js';

const CALL_DEADLINE_MS = 60_000;
/** An input has at most 16 MiB; label, salt and tags come on top. */
const BLOB_BYTES_MAX = 17 * 1024 * 1024;

/**
 * The values of a run's inputs, from the envelopes that the client sealed to itself as well. The store is not
 * believed: the digests are those that the client uploaded, and the values open its commitments.
 */
export async function openInputs(
  { runId, identity, inputs }: PreparedRun,
  { services, options, signal }: ClientConnection,
): Promise<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const { name, commitment, blob } of inputs) {
    const bytes = await readBlob(services.blob, blob, {
      deadlineMs: CALL_DEADLINE_MS,
      bytesMax: BLOB_BYTES_MAX,
      signal,
    });
    if (digestOf(bytes) !== blob) {
      throw new ClientError('BLOB_DIGEST_MISMATCH', `input ${name}: the store returned another envelope`);
    }
    const { plaintext } = await openEnvelope({
      bytes,
      secretKey: identity.sealSecretKey,
      expected: { tenant: options.tenant, runId, edge: `inputs/${name}` },
      at: options.now(),
    });
    const kept = parseKeptReference(plaintext);
    const content = kept === null ? plaintext : await options.owner?.read(kept);
    if (content == null) throw ownerRequired(`input ${name}`);
    const payload = parseEdgePayload(content);
    if (commitmentOf(payload) !== commitment) {
      throw new ClientError('COMMITMENT_MISMATCH', `input ${name} does not open its commitment`);
    }
    // Of a Poseidon payload only the fields are committed.
    values[name] = payload.alg === 'sha256' ? payload.value : [...payload.fields];
  }
  return values;
}
