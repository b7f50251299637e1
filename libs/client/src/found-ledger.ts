import { isJsonObject, type Json, parseJsonStrict } from '#canonical';
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
import { type LedgerPin, readReceipt } from './ledger-receipt.js';
import { PageLedger } from './page-ledger.js';
import type { RunHandle } from './run-handle.js';
import { verifiedOutput } from './verified-output.js';

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

/** A disclosed document among the outputs of a run, by the digest that its verified bundle has. */
export async function disclosed(
  client: SealflowClient,
  run: RunHandle,
  name: string,
  about = 'the founding',
): Promise<Uint8Array> {
  const bytes = await verifiedOutput(client, run, { name, about });
  if (isJsonObject(parseJsonStrict(bytes))) return bytes;
  throw new ClientError('OUTPUT_MISSING', `output ${name} of ${about} is no document`);
}
