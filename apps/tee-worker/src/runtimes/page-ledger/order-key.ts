import { keysOf, orderKey, parseKeyOrder, stateBeforeOrder } from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { openedValue } from '../shared/task-inputs.js';
import { concludeKeys } from './conclude-keys.js';
import { atKeys, epochKeys } from './ledger-secrets.js';
import type { EnclaveParts } from './parts.js';
import { standingOf } from './standing.js';

/**
 * Carries out an order of the issuer about the key of one epoch. It takes effect with its receipt, which has the signed
 * order in it: from the next version on whatever the state of that key does not permit is refused, here and by whoever
 * verifies. A key that was destroyed goes from this enclave's disk with the first task on the chain behind the receipt.
 */
export async function orderLedgerKey(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const order = parseKeyOrder(openedValue(task, 'order'));
  const { record: before, at } = await standingOf(task, parts);
  const state = orderKey(at.state, order, parts.now());
  const from = stateBeforeOrder(at.state, order);
  // The shares open what the ledger is from now on: of a key that is destroyed they have nothing.
  const record = atKeys(before, keysOf(state));
  const keys = epochKeys(record, state.terms.epoch);
  const { epoch, to, notAfterMs, signer, signature } = order;
  return concludeKeys(task, parts, {
    ...{ event: 'key', outcome: 'ordered', at, state, record, keys, heads: at.heads, changes: [], blobs: [] },
    order: { epoch, from, to, notAfterMs, signer, signature },
  });
}
