import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GetRunResponse__Output, readBlob, unary } from '#contracts';
import { generateSealKeyPair, openEnvelope } from '#sealing';
import { type AttackCase, refusal, type Scene } from '../attack-case.js';

const BLOB_BYTES_MAX = 16 * 1024 * 1024;
const DEADLINE_MS = 10_000;

/** The sealed limit of a loan, as it lies in the store, under a key that is not among its readers'. */
export const openSealedResult: AttackCase = {
  name: 'open-sealed-result',
  actor: 'orchestrator',
  tries: 'open a sealed result with a key that it was not sealed to',
  expected: 'ENVELOPE_NOT_FOR_RECIPIENT',
  noticedBy: 'nobody who looks',
  needs: 'target',
  leaves: '',
  attack: async (scene) => {
    const blob = await limitBlob(scene);
    const { blob: store } = scene.client.services;
    const bytes = await readBlob(store, blob, { deadlineMs: DEADLINE_MS, bytesMax: BLOB_BYTES_MAX });
    const secretKey = keyOfSomebodyElse(scene);
    return refusal(() => openEnvelope({ bytes, secretKey, expected: {}, at: Date.now() }));
  },
};

/** The orchestrator's own, where it is at hand: programs that were deployed otherwise have theirs elsewhere. */
function keyOfSomebodyElse({ stack }: Scene): Uint8Array {
  const file = stack === null ? null : join(stack.installation.home, 'orchestrator.key');
  if (file !== null && existsSync(file)) return readFileSync(file);
  return generateSealKeyPair((count) => new Uint8Array(randomBytes(count))).secretKey;
}

async function limitBlob({ client, credit }: Scene): Promise<string> {
  const [approved] = (await credit()).runs;
  const name = `tenants/${client.options.tenant}/runs/${approved?.runId ?? ''}`;
  const { run } = await unary<GetRunResponse__Output>(
    (options, callback) => client.services.run.getRun({ name }, options, callback),
    { deadlineMs: DEADLINE_MS },
  );
  return run?.outputs.find((output) => output.name === 'limit')?.blob ?? '';
}
