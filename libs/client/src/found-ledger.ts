import { failedChecks, isDigest, isJsonObject, type Json, parseJsonStrict } from '#canonical';
import { readBlob } from '#contracts';
import { parseEnvelope, statementOf } from '#evidence';
import {
  type BatchReceipt,
  type Charter,
  ledgerBatchPredicateType,
  parseBatchReceipt,
  signCharter,
} from '#ledger';
import { builtinText } from '#workflow';
import type { RunOptions, SealflowClient } from './client.js';
import { ClientError } from './client-error.js';
import { type LedgerPin, PageLedger, readReceipt } from './page-ledger.js';
import type { RunHandle } from './run-handle.js';

const CALL_DEADLINE_MS = 60_000;
const BLOB_BYTES_MAX = 1024 * 1024;

/** A ledger that was just founded, with what proves it. */
export interface FoundedLedger {
  readonly ledger: PageLedger;
  readonly pin: LedgerPin;
  readonly receipt: BatchReceipt;
  /** Sealed shares of the ledger's secrets, one for each recovery holder of the charter. */
  readonly shares: Json;
  readonly run: RunHandle;
}

/**
 * Founds a ledger of pages: a run of the built-in workflow, whose bundle is verified before the ledger's key is believed.
 *
 * @throws ClientError BUNDLE_REFUSED, OUTPUT_MISSING, LEDGER_UNTRUSTED
 */
export async function foundLedger(
  client: SealflowClient,
  charter: Omit<Charter, 'digest'>,
  issuerSeed: Uint8Array,
  options: RunOptions,
): Promise<FoundedLedger> {
  const { ledger } = charter;
  const planned = await client.plan({
    definition: builtinText('ledger-found'),
    parameters: { found: { ledger } },
  });
  const document = parseJsonStrict(signCharter(charter, issuerSeed), { bytesMax: 4 * 1024 * 1024 });
  const run = await client.create(await client.prepare(planned, { charter: document }, options));
  const { state, reason } = await run.wait();
  if (state !== 'RUN_STATE_SUCCEEDED') {
    throw new ClientError('OUTPUT_MISSING', `ledger ${ledger} was not founded: ${state} ${reason}`);
  }
  const envelope = await disclosed(client, run, 'receipt');
  const { predicate } = statementOf(parseEnvelope(envelope), ledgerBatchPredicateType);
  const { ledgerKey } = parseBatchReceipt(predicate);
  const pin = { ledger, ledgerKey };
  const receipt = readReceipt(envelope, pin);
  const shares = parseJsonStrict(await disclosed(client, run, 'shares'));
  return { ledger: new PageLedger(client, pin), pin, receipt, shares, run };
}

/** A disclosed output of a run, by the digest that its verified bundle has. */
async function disclosed(client: SealflowClient, run: RunHandle, name: string): Promise<Uint8Array> {
  const verdict = await run.verify();
  if (verdict.outcome !== 'verified') {
    const failed = failedChecks(verdict.stages.flatMap(({ checks }) => checks));
    const why = failed.map(({ id, reason }) => `${id} ${reason ?? ''}`).join(', ');
    throw new ClientError(
      'BUNDLE_REFUSED',
      `the bundle of the founding is not verified (${verdict.outcome}: ${why})`,
      failed,
    );
  }
  const commitment = verdict.run?.outputs.find((output) => output.name === name)?.commitment ?? '';
  if (!isDigest(commitment)) throw new ClientError('OUTPUT_MISSING', `the founding has no output ${name}`);
  const limits = { deadlineMs: CALL_DEADLINE_MS, bytesMax: BLOB_BYTES_MAX };
  const bytes = await readBlob(client.services.blob, commitment, limits);
  if (isJsonObject(parseJsonStrict(bytes))) return bytes;
  throw new ClientError('OUTPUT_MISSING', `output ${name} of the founding is no document`);
}
