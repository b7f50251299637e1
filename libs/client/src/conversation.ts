import {
  type Digest,
  digestOf,
  fromUtf8,
  isJsonObject,
  type Json,
  type JsonObject,
  toHex,
  utf8,
} from '#canonical';
import { ApiError, type Run__Output, serverStream } from '#contracts';
import {
  CALL_ID_BYTES,
  type CallContext,
  ConversationError,
  FrameDigest,
  type FrameKind,
  FrameOpener,
  FrameSealer,
  parseServedModels,
  type ServedModel,
  type UsageReceipt,
} from '#conversation';
import { EvidenceError, openUsageReceipt } from '#evidence';
import type { PlanTask } from '#workflow';
import { CallRefused } from './call-refused.js';
import { anySignal, type ClientConnection } from './client-connection.js';
import { ClientError } from './client-error.js';
import type { ConversationCall, ConversationCalls } from './conversation-calls.js';
import { endStates } from './event-chain.js';
import { pause } from './pause.js';

export interface ConversationParts {
  readonly client: ClientConnection;
  /** `tenants/{tenant}/runs/{run}` */
  readonly name: string;
  readonly runId: string;
  readonly task: PlanTask;
  /** Key of the conversation, as it was sealed into the run's input. */
  readonly key: Uint8Array;
  /** Raw Ed25519 keys of the workers that were accepted for the step. */
  readonly signKeys: readonly Uint8Array[];
  /** The run now. */
  readonly get: () => Promise<Run__Output>;
}

/** How long one answer may take, on the way. */
const CALL_DEADLINE_MS = 30 * 60_000;
/** A step that waits for its worker is waited for. */
const OPEN_MS = 120_000;
const RETRY_MS = 50;
const RETRY_MS_MAX = 1_000;

/**
 * A conversation with a model, through a relay that is not trusted: the frames of every answer are held against the
 * key that only the accepted worker has, and its receipt against the plan.
 */
export class Conversation implements ConversationCalls {
  #attempt = 0;
  /** Private to the language, so that a key does not print. */
  readonly #parts: ConversationParts;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /**
   * One call. It begins when the first chunk is asked for; leaving the loop ends it, and then nothing is charged.
   *
   * Raises ConversationError (`STREAM_CUT` and its like), CallRefused with the worker's code, or ApiError.
   */
  call(
    request: JsonObject,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): ConversationCall {
    let settle: { resolve(receipt: UsageReceipt): void; reject(error: unknown): void } | null = null;
    const receipt = new Promise<UsageReceipt>((resolve, reject) => {
      settle = { resolve, reject };
    });
    receipt.catch(() => undefined);
    const answer = this.#answer(request, anySignal(signal, this.#parts.client.signal));
    async function* iterate(): AsyncGenerator<string, void, undefined> {
      let last: UsageReceipt | undefined;
      try {
        for (;;) {
          const next = await answer.next();
          if (next.done === true) {
            last = next.value;
            return;
          }
          yield next.value;
        }
      } catch (error) {
        settle?.reject(error);
        throw error;
      } finally {
        if (last === undefined) {
          await answer.return(undefined as never).catch(() => undefined);
          settle?.reject(new CallRefused('CALL_CANCELLED', 'the answer was left before its end'));
        } else settle?.resolve(last);
      }
    }
    const data = iterate();
    return { receipt, [Symbol.asyncIterator]: () => data };
  }

  /** What the worker states under the key of the conversation: the relay can neither make nor change it. */
  async models(): Promise<readonly ServedModel[]> {
    const exchange = this.#exchange('models', new Uint8Array(), this.#parts.client.signal);
    const served: ServedModel[] = [];
    for await (const { kind, content } of exchange.frames) {
      if (kind === 'failure') throw refusalOf(content);
      if (kind !== 'models') throw new ConversationError('FRAME_MALFORMED', `expected models, got a ${kind}`);
      served.push(...parseServedModels(content));
    }
    const { weights } = this.#parts.task.parameters;
    if (served.length > 0 && served.every((model) => model.weights === weights)) return served;
    throw new ConversationError('MODELS_MISMATCH', 'models: expected the weights of the plan, got others');
  }

  async close(): Promise<void> {
    const exchange = this.#exchange('close', new Uint8Array(), this.#parts.client.signal);
    for await (const { kind, content } of exchange.frames) {
      if (kind === 'failure') throw refusalOf(content);
      if (kind !== 'close') throw new ConversationError('FRAME_MALFORMED', `expected the end, got a ${kind}`);
    }
  }

  async *#answer(
    request: JsonObject,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<string, UsageReceipt, undefined> {
    const exchange = this.#exchange('call', utf8(JSON.stringify(request)), signal);
    let bytes = 0;
    for await (const { kind, content } of exchange.frames) {
      if (kind === 'chunk') {
        bytes += content.length;
        for (const data of fromUtf8(content).split('\n')) yield data;
      } else if (kind === 'receipt') {
        return this.#receipt(content, { ...exchange, bytes });
      } else if (kind === 'failure') throw refusalOf(content);
      else throw new ConversationError('FRAME_MALFORMED', `expected an answer, got a ${kind}`);
    }
    throw new ConversationError('STREAM_CUT', 'the answer ended without its receipt');
  }

  /** Sends one frame, and opens what comes back. */
  #exchange(kind: FrameKind, content: Uint8Array, signal: AbortSignal | undefined): Exchange {
    const call = this.#parts.client.options.random(CALL_ID_BYTES);
    const exchange = { call: toHex(call), request: null as Digest | null, digest: new FrameDigest() };
    return Object.assign(exchange, { frames: this.#frames(exchange, { call, kind, content }, signal) });
  }

  async *#frames(
    exchange: Omit<Exchange, 'frames'>,
    {
      call,
      kind,
      content,
    }: { readonly call: Uint8Array; readonly kind: FrameKind; readonly content: Uint8Array },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ kind: FrameKind; content: Uint8Array }, void, undefined> {
    const { client, name, runId, task, key } = this.#parts;
    const untilMs = client.options.now() + OPEN_MS;
    for (let tries = 0; ; tries += 1) {
      this.#attempt ||= await this.#opened(untilMs, signal);
      const { tenant } = client.options;
      const context: CallContext = { tenant, runId, taskId: task.id, attempt: this.#attempt, call };
      const sealer = await FrameSealer.begin(key, context, 'request');
      const frame = await sealer.seal({ kind, content, last: true });
      exchange.request = digestOf(frame);
      const opener = await FrameOpener.begin(key, context, 'answer');
      const request = { name, task: task.id, attempt: this.#attempt, frame };
      let began = false;
      try {
        const stream = serverStream((options) => client.services.conversation.converse(request, options), {
          deadlineMs: CALL_DEADLINE_MS,
          signal,
        });
        for await (const message of stream) {
          began = true;
          const opened = await opener.open(message.frame);
          if (!opened.last) exchange.digest.add(message.frame);
          yield opened;
        }
        opener.end();
        return;
      } catch (error) {
        signal?.throwIfAborted();
        const goesOn = !began && client.options.now() < untilMs && isBeforeTheWorker(error);
        if (!goesOn) throw cutOr(error);
        if (error instanceof ApiError && error.reason === 'CONVERSATION_NOT_OPEN') this.#attempt = 0;
        // Another replica takes the next one at once; a step that is not open yet takes a moment.
        await pause(Math.min(RETRY_MS * tries, RETRY_MS_MAX), signal);
      }
    }
  }

  /** The attempt that has a worker, or is about to have one. The orchestrator says it; a false one opens nothing. */
  async #opened(untilMs: number, signal: AbortSignal | undefined): Promise<number> {
    const { get, task, runId, client } = this.#parts;
    for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)) {
      const run = await get();
      if (endStates.includes(run.state))
        throw new ClientError('CONVERSATION_OVER', `run ${runId} ended: begin another`);
      const step = run.steps.find(({ id }) => id === task.id);
      if (step !== undefined && step.attempt > 0) return step.attempt;
      if (client.options.now() >= untilMs)
        throw new ClientError('CONVERSATION_OVER', `step ${task.id} of run ${runId} did not open in time`);
      await pause(pauseMs, signal);
    }
  }

  /** What the worker signed is about this very call, at the prices and the weights of the plan. */
  #receipt(content: Uint8Array, { call, request, digest, bytes }: Answered): UsageReceipt {
    const receipt = this.#signed(content);
    const { parameters, id } = this.#parts.task;
    const expected: Readonly<Record<string, Json>> = {
      runId: this.#parts.runId,
      taskId: id,
      attempt: this.#attempt,
      call,
      request,
      answer: digest.digest,
      frames: digest.frames,
      weights: parameters['weights'] ?? null,
      inputNanosPerToken: parameters['inputNanosPerToken'] ?? null,
      outputNanosPerToken: parameters['outputNanosPerToken'] ?? null,
    };
    const given: Readonly<Record<string, unknown>> = { ...receipt };
    const other = Object.keys(expected).find((name) => given[name] !== expected[name]);
    if (other !== undefined)
      throw new ConversationError('RECEIPT_MISMATCH', `receipt.${other}: another than of this call and plan`);
    // A token is at least a byte of what came.
    if (receipt.completionTokens > bytes) {
      throw new ConversationError(
        'USAGE_IMPLAUSIBLE',
        `receipt.completionTokens: expected at most ${bytes} in an answer of ${bytes} bytes`,
      );
    }
    return receipt;
  }

  #signed(content: Uint8Array): UsageReceipt {
    for (const key of this.#parts.signKeys) {
      try {
        return openUsageReceipt(content, key);
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
        if (error.code !== 'SIGNATURE_INVALID')
          throw new ConversationError('RECEIPT_MALFORMED', error.message);
      }
    }
    throw new ConversationError(
      'RECEIPT_MISMATCH',
      'the receipt is not signed by a worker that was accepted',
    );
  }
}

interface Exchange {
  readonly call: string;
  /** Of the sealed request, once it was sent. */
  request: Digest | null;
  readonly digest: FrameDigest;
  readonly frames: AsyncIterable<{ readonly kind: FrameKind; readonly content: Uint8Array }>;
}

type Answered = Omit<Exchange, 'frames'> & { readonly bytes: number };

/** Nothing of the call reached a worker, so that it may be made again. */
function isBeforeTheWorker(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { reason, facts } = error;
  return (
    reason === 'WORKER_ELSEWHERE' ||
    reason === 'CONVERSATION_NOT_OPEN' ||
    (reason === 'UNAVAILABLE' && facts['task'] !== undefined)
  );
}

/** However the way broke: an answer without its last frame is cut. */
function cutOr(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.reason === 'CALL_FAILED')
    return new CallRefused(error.facts['reason'] ?? 'WORKER_ERROR', error.message);
  if (!['STREAM_CUT', 'UNAVAILABLE', 'DRAINING', 'INTERNAL'].includes(error.reason)) return error;
  return new ConversationError('STREAM_CUT', `the answer was cut: ${error.reason}`);
}

function refusalOf(content: Uint8Array): CallRefused {
  const parsed = JSON.parse(fromUtf8(content)) as Json;
  const { code, message } = isJsonObject(parsed) ? parsed : { code: null, message: null };
  return new CallRefused(
    typeof code === 'string' ? code : 'WORKER_ERROR',
    typeof message === 'string' ? message : 'the call failed inside the worker',
  );
}
