import { type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { type BatchReceipt, type EpochKeyState, impliedKeys, type KeyState, signKeyOrder } from '#ledger';
import { builtinText } from '#workflow';
import type { RunOptions, SealflowClient } from './client.js';
import { ClientError } from './client-error.js';
import { disclosed } from './found-ledger.js';
import { type LedgerPin, readReceipt } from './ledger-receipt.js';
import { PageLedger } from './page-ledger.js';
import type { RunHandle } from './run-handle.js';

/** A version of a ledger that changed its keys, with what proves it. */
export interface ChangedKeys {
  readonly receipt: BatchReceipt;
  /** Sealed shares of the ledger's secrets as they are now, in place of those that holders had. */
  readonly shares: Json;
  readonly run: RunHandle;
}

export interface KeyOrderTerms {
  /** The present one unless told. */
  readonly epoch?: number;
  readonly to: KeyState;
  readonly notAfterMs: number;
}

/** States of the keys of the epochs that a ledger keeps, as a receipt of it says. */
export function statedKeys({ epoch, keys }: BatchReceipt): readonly EpochKeyState[] {
  return keys?.states ?? impliedKeys(epoch);
}

/**
 * Orders another state of the key of one epoch, by the issuer's word: a run whose bundle is verified.
 *
 * @throws ClientError BUNDLE_REFUSED, OUTPUT_MISSING, LEDGER_UNTRUSTED
 */
export async function orderLedgerKey(
  client: SealflowClient,
  pin: LedgerPin,
  { epoch, to, notAfterMs }: KeyOrderTerms,
  issuerSeed: Uint8Array,
  options: RunOptions,
): Promise<ChangedKeys> {
  const head = await new PageLedger(client, pin).head();
  const serial = (head.keys?.serial ?? 0) + 1;
  const draft = { ledger: pin.ledger, epoch: epoch ?? head.epoch, to, serial, notAfterMs };
  return change(client, pin, 'key', { order: signKeyOrder(draft, issuerSeed) }, options);
}

/** Puts every page under a key of a new epoch. Throws as `orderLedgerKey`. */
export function rotateLedger(
  client: SealflowClient,
  pin: LedgerPin,
  options: RunOptions,
): Promise<ChangedKeys> {
  return change(client, pin, 'rotate', {}, options);
}

async function change(
  client: SealflowClient,
  pin: LedgerPin,
  step: 'key' | 'rotate',
  inputs: Readonly<Record<string, JsonObject>>,
  options: RunOptions,
): Promise<ChangedKeys> {
  const { ledger } = pin;
  const planned = await client.plan({
    definition: builtinText(`ledger-${step}`),
    parameters: { [step]: { ledger } },
  });
  const run = await client.create(await client.prepare(planned, inputs, options));
  const about = 'the change of keys';
  const { state, reason } = await run.wait();
  if (state !== 'RUN_STATE_SUCCEEDED')
    throw new ClientError(
      'OUTPUT_MISSING',
      `ledger ${ledger}: its keys are as they were: ${state} ${reason}`,
    );
  const receipt = readReceipt(await disclosed(client, run, 'receipt', about), pin);
  return { receipt, shares: parseJsonStrict(await disclosed(client, run, 'shares', about)), run };
}
