import { digestOf, formatTime, toHex, utf8 } from '#canonical';
import {
  type CallContext,
  ConversationError,
  callOf,
  chargeMicros,
  type Frame,
  FrameOpener,
  FrameSealer,
  servedModels,
  sumOf,
  type UsageReceipt,
} from '#conversation';
import { type IncomingCall, type OpenTask, type TaskCalls, TaskError } from '#worker';
import { parseRequest, passAnswer } from './answer-call.js';
import { CallError } from './call-error.js';
import type { ConversationTerms } from './terms.js';
import type { ModelFacts, Upstream } from './upstream.js';
import { UpstreamError } from './upstream-error.js';

/** Answers at a time; more are refused by name. */
const CALLS_AT_ONCE_MAX = 64;

export interface ConversationParts {
  readonly task: OpenTask;
  readonly calls: TaskCalls;
  readonly key: Uint8Array;
  readonly terms: ConversationTerms;
  readonly model: ModelFacts;
  readonly upstream: Upstream;
  readonly now: () => number;
}

/** A signed receipt. */
export interface SignedReceipt {
  readonly receipt: UsageReceipt;
  readonly envelope: Uint8Array;
}

/** Whom everything else of a conversation is about, once. */
export class Conversation {
  readonly #signed: SignedReceipt[] = [];
  readonly #seen = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #asked = 0;
  #closing = false;
  #close: () => void = () => undefined;
  #idle: NodeJS.Timeout | null = null;
  readonly #closed = new Promise<void>((resolve) => {
    this.#close = resolve;
  });

  constructor(private readonly parts: ConversationParts) {}

  /** In the order in which the calls ended. */
  get signed(): readonly SignedReceipt[] {
    return this.#signed;
  }

  get sum(): ReturnType<typeof sumOf> {
    return sumOf(this.#signed.map(({ receipt }) => receipt));
  }

  /** Answers until the client closes, nobody says anything for long, or the signal. */
  async serve(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const stop = (): void => this.#end();
    signal.addEventListener('abort', stop, { once: true });
    const { ending } = this.parts.calls;
    ending.addEventListener('abort', stop, { once: true });
    if (ending.aborted) stop();
    this.#rest();
    this.parts.calls.take((call) => {
      const running = this.#take(call, signal).finally(() => {
        this.#running.delete(running);
        this.#rest();
      });
      this.#running.add(running);
    });
    await this.#closed;
    signal.removeEventListener('abort', stop);
    ending.removeEventListener('abort', stop);
    // What was begun is answered to its end, unless the task is over.
    while (this.#running.size > 0) await Promise.all(this.#running);
    signal.throwIfAborted();
  }

  /** Begins to count the time in which nothing is said. */
  #rest(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    if (this.#closing || this.#running.size > 0) return;
    this.#idle = setTimeout(() => this.#end(), this.parts.terms.idleMs);
  }

  #end(): void {
    this.#closing = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#close();
  }

  /** Never rejects: what goes wrong is said to the caller. */
  async #take(call: IncomingCall, signal: AbortSignal): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    let opened: { context: CallContext; id: string; frame: Frame };
    try {
      opened = await this.#open(call);
    } catch (error) {
      if (error instanceof ConversationError || error instanceof CallError)
        call.fail(error.code, error.message);
      else call.fail('WORKER_ERROR', 'the call failed inside the worker');
      return;
    }
    const sealer = await FrameSealer.begin(this.parts.key, opened.context, 'answer');
    try {
      const { kind } = opened.frame;
      let last: Omit<Frame, 'last'>;
      if (kind === 'close') last = this.#closeCall();
      else if (kind === 'models') last = this.#models();
      else last = await this.#answer(call, opened, sealer, signal);
      await call.send(await sealer.seal({ ...last, last: true }));
      call.end();
    } catch (error) {
      const { code, message } = failureOf(error);
      try {
        const content = utf8(JSON.stringify({ code, message }));
        await call.send(await sealer.seal({ kind: 'failure', content, last: true }));
        call.end();
      } catch {
        call.fail('WORKER_ERROR', 'the call failed inside the worker');
      }
    }
  }

  /** The frame of a call, which counts once: its key seals one answer and never a second. */
  async #open(call: IncomingCall): Promise<{ context: CallContext; id: string; frame: Frame }> {
    const { tenant, runId, taskId, attempt } = this.parts.task;
    const context = { tenant, runId, taskId, attempt, call: callOf(call.frame) };
    const opener = await FrameOpener.begin(this.parts.key, context, 'request');
    const frame = await opener.open(call.frame);
    opener.end();
    const id = toHex(context.call);
    if (this.#seen.has(id)) throw new CallError('CALL_REPEATED', `call ${id} came before`);
    this.#seen.add(id);
    return { context, id, frame };
  }

  #closeCall(): Omit<Frame, 'last'> {
    this.#end();
    return { kind: 'close', content: new Uint8Array() };
  }

  /** Costs nothing, and is none of the calls that a plan counts. */
  #models(): Omit<Frame, 'last'> {
    if (this.#closing) throw new CallError('CONVERSATION_CLOSED', 'the conversation is over');
    return { kind: 'models', content: servedModels([this.parts.model]) };
  }

  async #answer(
    call: IncomingCall,
    { id, frame }: { readonly id: string; readonly frame: Frame },
    sealer: FrameSealer,
    taskSignal: AbortSignal,
  ): Promise<Omit<Frame, 'last'>> {
    const { terms, upstream, model } = this.parts;
    if (this.#closing) throw new CallError('CONVERSATION_CLOSED', 'the conversation is over');
    if (frame.kind !== 'call') throw new CallError('CALL_MALFORMED', 'expected a call');
    if (this.#running.size > CALLS_AT_ONCE_MAX)
      throw new CallError('CALLS_AT_ONCE', `expected at most ${CALLS_AT_ONCE_MAX} calls at a time`);
    if (this.#asked >= terms.callsMax)
      throw new CallError('CALLS_EXHAUSTED', `expected at most ${terms.callsMax} calls in this conversation`);
    this.#asked += 1;
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new CallError('CALL_TOO_LONG', `expected an answer within ${terms.callMs} ms`)),
      terms.callMs,
    );
    const signal = AbortSignal.any([call.signal, taskSignal, late.signal]);
    try {
      const request = parseRequest(frame.content);
      // A worker may have others; the plan and every receipt are about this one.
      if (request['model'] !== model.id)
        throw new UpstreamError(
          'MODEL_UNKNOWN',
          `request.model: expected ${model.id}, the model of the plan`,
        );
      const answered = await passAnswer(upstream, request, { call, sealer, signal });
      signal.throwIfAborted();
      const { envelope, receipt } = this.#sign(call, id, answered);
      this.#signed.push({ envelope, receipt });
      return { kind: 'receipt', content: envelope };
    } finally {
      clearTimeout(timer);
    }
  }

  #sign(
    call: IncomingCall,
    id: string,
    { usage, digest, end }: Awaited<ReturnType<typeof passAnswer>>,
  ): SignedReceipt {
    const { task, terms, model, calls, now } = this.parts;
    const { promptTokens, completionTokens } = usage;
    const receipt: UsageReceipt = {
      runId: task.runId,
      taskId: task.taskId,
      attempt: task.attempt,
      call: id,
      request: digestOf(call.frame),
      answer: digest.digest,
      frames: digest.frames,
      model: model.id,
      weights: model.weights,
      promptTokens,
      completionTokens,
      ...terms.price,
      chargeMicros: chargeMicros(usage, terms.price),
      end,
      endedAt: formatTime(now()),
    };
    return { receipt, envelope: calls.sign(receipt) };
  }
}

/** Errors of libraries may quote what they read; only texts that were written for it leave the worker. */
function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  const known =
    error instanceof CallError ||
    error instanceof UpstreamError ||
    error instanceof ConversationError ||
    error instanceof TaskError;
  if (known) return { code: error.code, message: error.message };
  if (error instanceof Error && error.name === 'AbortError')
    return { code: 'CALL_CANCELLED', message: 'nobody waits for the answer' };
  return { code: 'WORKER_ERROR', message: 'the call failed inside the worker' };
}
