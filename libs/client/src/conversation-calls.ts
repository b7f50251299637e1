import type { JsonObject } from '#canonical';
import type { ServedModel, UsageReceipt } from '#conversation';

/** One call: the data of its answer as they come, and what it came to. */
export interface ConversationCall extends AsyncIterable<string> {
  /** After the last chunk, verified. Rejects where the call ended without one; then nothing is charged. */
  readonly receipt: Promise<UsageReceipt>;
}

/** A conversation that is open. Each chunk is the data of one server-sent event, JSON, without `[DONE]`. */
export interface ConversationCalls {
  /** @param request body of `/v1/chat/completions` or `/v1/completions`; without `stream` the answer is one chunk */
  call(request: JsonObject, options?: { readonly signal?: AbortSignal | undefined }): ConversationCall;
  /** The models that the accepted worker states, each with the weights of the plan; free, and no call of the plan. */
  models(): Promise<readonly ServedModel[]>;
  /** Ends the step: what was signed until then is charged. */
  close(): Promise<void>;
}
