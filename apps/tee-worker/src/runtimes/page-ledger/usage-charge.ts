/**
 * What may be taken of a reservation, as the key enclave sees it: exactly the charge that an attested step of this run
 * states, within the price and the models that the payer's order names.
 *
 * The agent around this runtime verified signature and evidence of that step. The counts are the word of its worker;
 * that the charge is no more than they come to, and no more than was set aside, is computed here.
 */

import { isJsonObject } from '#canonical';
import { ConversationError, chargeMicros, parseUsageFacts, type UsageFacts } from '#conversation';
import { parseStepPredicate, type StepPredicate } from '#evidence';
import type { UsageOrder } from '#ledger';
import type { OpenTask, Producer } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { edgesByPort } from '../shared/proven-step.js';
import { publicInput } from '../shared/task-inputs.js';

const PORT = 'usage';
const OPERATION = 'model.converse';

/**
 * The charge in minor units; 0 where nothing was used. Refuses with `USAGE_NOT_SIGNED`, `MODEL_NOT_LISTED`,
 * `CHARGE_ABOVE_TERMS`.
 */
export function chargeOf(task: OpenTask, order: UsageOrder): bigint {
  const usage = signedUsage(task);
  if (!order.weights.includes(usage.weights))
    throw refusal('MODEL_NOT_LISTED', 'usage.weights: not among the models of the order');
  if (usage.chargeMicros > mostOf(usage, order))
    throw refusal(
      'CHARGE_ABOVE_TERMS',
      'usage.chargeMicros: more than its tokens come to at the price of the order',
    );
  const charge = BigInt(usage.chargeMicros);
  if (charge > order.reserve.intent.amount)
    throw refusal('CHARGE_ABOVE_TERMS', 'usage.chargeMicros: more than was set aside');
  return charge;
}

function signedUsage(task: OpenTask): UsageFacts {
  const { value, commitment, producer } = publicInput(task, PORT);
  const predicate = statementOf(task, producer);
  if (predicate.kind !== 'tee.cpu' || predicate.operation !== OPERATION)
    throw notSigned(`its statement is of ${predicate.operation} (${predicate.kind})`);
  if (edgesByPort(predicate.outputs)[PORT] !== commitment)
    throw notSigned('not an output of the step that signed');
  if (!isJsonObject(value)) throw notSigned('expected the usage of a conversation');
  try {
    return parseUsageFacts(value);
  } catch (error) {
    if (error instanceof ConversationError) throw notSigned(error.message);
    throw error;
  }
}

function statementOf(task: OpenTask, producer: Producer | null): StepPredicate {
  if (producer === null) throw notSigned('no step of this run made it');
  const predicate = parseStepPredicate(producer.predicate);
  if (predicate.runId === task.runId && predicate.stepId === producer.taskId) return predicate;
  throw notSigned('its statement is of another run or task');
}

/** Each call rounds each side up, so a conversation may come to that much more than its sums. */
function mostOf(usage: UsageFacts, price: UsageOrder): number {
  return chargeMicros(usage, price) + 2 * Math.max(usage.calls - 1, 0);
}

function notSigned(message: string): Error {
  return refusal('USAGE_NOT_SIGNED', `input ${PORT}: ${message}`);
}
