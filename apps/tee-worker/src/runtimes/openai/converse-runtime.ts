import { ConversationError, parseSession, type UsageFacts } from '#conversation';
import { encodeUsageReceipts } from '#evidence';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { Conversation } from './conversation.js';
import { parseTerms } from './terms.js';
import type { ModelFacts, Upstream } from './upstream.js';
import { UpstreamError } from './upstream-error.js';

export interface ConverseOptions {
  readonly upstream: Upstream;
  readonly now: () => number;
}

/**
 * An attested front to a model server of the same machine. It answers sealed calls of the client for as long as the step
 * is open, and signs what each came to (ADR 020).
 *
 * Input port `session`: the key of the conversation. Output `usage`: public.
 * Errors of `run`: TaskError PARAMETER_INVALID, INPUT_INVALID, MODEL_MISMATCH, or a code of the upstream; none repeats a value.
 */
export function converseRuntime({ upstream, now }: ConverseOptions): TaskRuntime {
  return {
    operation: 'model.converse',
    kind: 'tee.cpu',
    converses: true,
    run: async (task: OpenTask, signal: AbortSignal): Promise<TaskOutcome> => {
      const terms = parseTerms(task.parameters);
      const key = keyOf(task);
      const { calls } = task;
      if (calls === undefined) throw new TaskError('WORKER_ERROR', 'this task has no calls to answer');
      const model = await servedModel(upstream, terms.weights, signal);
      const parts = { task, calls, key, terms, model, upstream, now };
      const conversation = new Conversation(parts);
      await conversation.serve(signal);
      const receipts = await task.blobs.put(
        encodeUsageReceipts(conversation.signed.map(({ envelope }) => envelope)),
      );
      const { id, weights } = model;
      const facts: UsageFacts = { model: id, weights, ...conversation.sum, receipts };
      return {
        public: {},
        outputs: { usage: { kind: 'public', value: { ...facts } } },
        evidence: { usage: receipts },
        blobs: [receipts],
      };
    },
  };
}

function keyOf(task: OpenTask): Uint8Array {
  const input = task.inputs['session'];
  if (input?.kind !== 'opened')
    throw new TaskError('INPUT_INVALID', 'input session: expected a sealed value');
  try {
    return parseSession(input.payload.value);
  } catch (error) {
    if (error instanceof ConversationError) throw new TaskError('INPUT_INVALID', error.message);
    throw error;
  }
}

/** The model that the plan names by its weights: no other answers in its place. */
async function servedModel(upstream: Upstream, weights: string, signal: AbortSignal): Promise<ModelFacts> {
  let served: readonly ModelFacts[];
  try {
    served = await upstream.models(signal);
  } catch (error) {
    if (error instanceof UpstreamError) throw new TaskError(error.code, error.message, error.retryable);
    throw error;
  }
  const model = served.find((candidate) => candidate.weights === weights);
  if (model !== undefined) return model;
  const known = served.map((candidate) => candidate.weights).join(', ');
  throw new TaskError(
    'MODEL_MISMATCH',
    `parameters.weights: expected a model that this worker serves (${known})`,
  );
}
