import { fromBase64, isJsonObject, type JsonObject } from '#canonical';
import { ConversationError, parseUsageFacts, sumOf, type UsageFacts, type UsageReceipt } from '#conversation';
import { blobMediaTypes } from '../bundle/media-types.js';
import { usageDigest } from '../bundle/references.js';
import { hiddenMembers } from '../disclosure/sd-names.js';
import { EvidenceError } from '../evidence-error.js';
import type { StepPredicate } from '../statements/step.js';
import { openUsageReceipt, parseUsageReceipts } from '../statements/usage-receipt.js';
import type { Session } from './session.js';
import type { StageChecks } from './stage-checks.js';

/*
 * Conversations with a model. The worker is trusted for counts of tokens as far as its evidence reaches. That each call
 * was signed by that very key, is of this step and its attempt, at the prices and the weights of the plan, and that the
 * step states their sum and no more, is computed here.
 */

/** What these checks ask of a verification. */
export interface UsageSession extends Pick<Session, 'blob' | 'isDetached'> {
  readonly root: { readonly runId: string };
  readonly plan: {
    readonly tasks: readonly { readonly id: string; readonly parameters: JsonObject }[];
  } | null;
}

export type UsageStep = Pick<StepPredicate, 'stepId' | 'attempt' | 'operation' | 'public' | 'evidence'> & {
  readonly executor: Pick<StepPredicate['executor'], 'key'>;
};

export function checkUsage(session: Session, checks: StageChecks): void {
  for (const { predicate } of session.steps) {
    if (predicate.operation === 'model.converse') checkConversation(session, checks, predicate);
  }
}

export function checkConversation(session: UsageSession, checks: StageChecks, step: UsageStep): void {
  const about = { step: step.stepId };
  const receipts = receiptsOf(session, checks, step);
  if (receipts === null) return;
  const own = receipts.every(
    ({ runId, taskId, attempt }) =>
      runId === session.root.runId && taskId === step.stepId && attempt === step.attempt,
  );
  checks.passIf(own, 'BND-USAGE-002', 'receipts of this step and attempt', 'USAGE_RECEIPT_MISMATCH', about);
  const calls = new Set(receipts.map(({ call }) => call));
  checks.passIf(
    calls.size === receipts.length,
    'BND-USAGE-002',
    'each call once',
    'USAGE_RECEIPT_REPEATED',
    about,
  );
  const parameters = session.plan?.tasks.find(({ id }) => id === step.stepId)?.parameters;
  if (parameters === undefined) checks.skip('BND-USAGE-003', 'prices of the plan', 'PLAN_UNAVAILABLE');
  else checkPlanned(checks, step, receipts, parameters);
  checkFacts(checks, step, receipts, parameters);
}

/** Null where there are none to look at, which was said. */
function receiptsOf(session: UsageSession, checks: StageChecks, step: UsageStep): UsageReceipt[] | null {
  const about = { step: step.stepId };
  const id = 'BND-USAGE-001';
  const title = 'signed receipts of its calls';
  const digest = usageDigest(step);
  if (digest === null) {
    checks.fail(id, title, 'USAGE_RECEIPT_MALFORMED', { ...about, expected: 'evidence that names them' });
    return null;
  }
  const bytes = session.blob(digest, blobMediaTypes.usageReceipts);
  if (bytes === null) {
    if (session.isDetached(digest)) checks.withheld(id, title, 'BLOB_DETACHED', about);
    else checks.fail(id, title, 'BLOB_MISSING', { ...about, expected: digest });
    return null;
  }
  try {
    const key = fromBase64(step.executor.key);
    const receipts = parseUsageReceipts(bytes).map((envelope) => openUsageReceipt(envelope, key));
    checks.pass(id, `${receipts.length} ${title}`, about);
    return receipts;
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const forged = error.code === 'SIGNATURE_INVALID';
    checks.fail(id, title, forged ? 'USAGE_RECEIPT_SIGNATURE_INVALID' : 'USAGE_RECEIPT_MALFORMED', about);
    return null;
  }
}

/** Prices and weights are what the client agreed to before it asked anything. */
function checkPlanned(
  checks: StageChecks,
  step: UsageStep,
  receipts: readonly UsageReceipt[],
  parameters: JsonObject,
): void {
  const about = { step: step.stepId };
  const names = ['inputNanosPerToken', 'outputNanosPerToken'] as const;
  const priced = receipts.every((receipt) => names.every((name) => receipt[name] === parameters[name]));
  checks.passIf(priced, 'BND-USAGE-003', 'prices of the plan', 'USAGE_PRICE_MISMATCH', about);
  const weighed = receipts.every(({ weights }) => weights === parameters['weights']);
  checks.passIf(weighed, 'BND-USAGE-004', 'model of the plan', 'USAGE_MODEL_MISMATCH', about);
}

/** The step states the sum of its receipts. */
function checkFacts(
  checks: StageChecks,
  step: UsageStep,
  receipts: readonly UsageReceipt[],
  parameters: JsonObject | undefined,
): void {
  const about = { step: step.stepId };
  const id = 'BND-USAGE-005';
  const title = 'sum of the receipts';
  const stated = step.public['usage'];
  if (stated === undefined && hiddenMembers(step.public) > 0) {
    checks.withheld(id, title, 'FIELD_WITHHELD', about);
    return;
  }
  const facts = isJsonObject(stated) ? factsOf(stated) : null;
  if (facts === null) {
    checks.fail(id, title, 'USAGE_SUM_MISMATCH', { ...about, actual: 'no facts of a conversation' });
    return;
  }
  const sum = sumOf(receipts);
  const same =
    facts.receipts === usageDigest(step) &&
    (['calls', 'promptTokens', 'completionTokens', 'chargeMicros'] as const).every(
      (name) => facts[name] === sum[name],
    );
  checks.passIf(same, id, title, 'USAGE_SUM_MISMATCH', {
    ...about,
    expected: `${sum.calls} calls, ${sum.chargeMicros} micros`,
    actual: `${facts.calls} calls, ${facts.chargeMicros} micros`,
  });
  const isModel =
    (parameters === undefined || facts.weights === parameters['weights']) &&
    receipts.every(({ model, weights }) => model === facts.model && weights === facts.weights);
  checks.passIf(isModel, 'BND-USAGE-004', 'model of every call', 'USAGE_MODEL_MISMATCH', about);
}

function factsOf(value: JsonObject): UsageFacts | null {
  try {
    return parseUsageFacts(value);
  } catch (error) {
    if (error instanceof ConversationError) return null;
    throw error;
  }
}
