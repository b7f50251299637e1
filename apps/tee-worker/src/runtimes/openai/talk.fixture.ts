/** Test fixture: a task that stays open, calls to it in memory, and a model server that says what it is told. */
import { digestOf, fromUtf8, type JsonObject, toHex, utf8 } from '#canonical';
import {
  type CallContext,
  type FrameKind,
  FrameOpener,
  FrameSealer,
  receiptJson,
  sessionInput,
  type UsageReceipt,
} from '#conversation';
import type { IncomingCall, OpenTask, TaskOutcome } from '#worker';
import { converseRuntime } from './converse-runtime.js';
import type { Upstream, UpstreamPart } from './upstream.js';

export const key = new Uint8Array(32).fill(5);
export const weights = digestOf(utf8('weights'));
export const about = { tenant: 'demo', runId: '01KAQ0000000000000000000RN', taskId: 'converse', attempt: 1 };
export const usage = { kind: 'usage', usage: { promptTokens: 812, completionTokens: 447 } } as const;

export function word(content: string, finish: string | null = null): UpstreamPart {
  const data = JSON.stringify({ choices: [{ delta: { content }, finish_reason: finish }] });
  return { kind: 'chunk', data };
}

/** How a call ended, as its client sees it. */
export interface HeardCall {
  readonly data: readonly string[];
  readonly last: FrameKind | null;
  readonly content: JsonObject;
  /** What was said in the clear instead. */
  readonly failed: string | null;
}

/** Takes a frame; the worker waits with the next one until it has. */
type Line = (frame: Uint8Array) => Promise<void>;

type Answer = (request: JsonObject, signal: AbortSignal) => AsyncIterable<UpstreamPart>;

/** One conversation that is under way. */
export class OpenTalk {
  readonly outcome: Promise<TaskOutcome>;
  readonly blobs = new Map<string, Uint8Array>();
  readonly #over = new AbortController();
  readonly #ending = new AbortController();
  #listener: (call: IncomingCall) => void = () => undefined;
  #ids = 0;

  constructor(answer: Answer, parameters: JsonObject = {}, session: JsonObject = { ...sessionInput(key) }) {
    const upstream: Upstream = {
      models: async () => [{ id: 'm1', weights, tokenizer: 'words' }],
      answer,
    };
    const runtime = converseRuntime({ upstream, now: () => Date.parse('2026-11-22T00:00:00.000Z') });
    const task: OpenTask = {
      ...about,
      operation: 'model.converse',
      parameters: { weights, inputNanosPerToken: 300, outputNanosPerToken: 1200, ...parameters },
      context: 0n,
      inputs: {
        session: {
          kind: 'opened',
          edge: 'inputs/session',
          commitment: digestOf(utf8('session')),
          payload: { alg: 'sha256', label: 'inputs/session', salt: '', value: session },
          producer: null,
        },
      },
      state: null,
      blobs: {
        get: async (digest) => this.blobs.get(digest) ?? new Uint8Array(),
        put: async (bytes) => {
          const digest = digestOf(bytes);
          this.blobs.set(digest, bytes);
          return digest;
        },
      },
      calls: {
        take: (listener) => {
          this.#listener = listener;
        },
        ending: this.#ending.signal,
        sign: (receipt: UsageReceipt) => utf8(JSON.stringify(receiptJson(receipt))),
      },
    };
    this.outcome = runtime.run(task, this.#over.signal);
    this.outcome.catch(() => undefined);
  }

  /** The lease is over. */
  end(why: unknown): void {
    this.#over.abort(why);
  }

  /** The worker is about to stop. */
  drain(): void {
    this.#ending.abort();
  }

  /** A call id that no call had. */
  newCall(): Uint8Array {
    this.#ids += 1;
    return new Uint8Array(16).fill(this.#ids);
  }

  ask(request: JsonObject | Uint8Array, signal?: AbortSignal, line?: Line): Promise<HeardCall> {
    const content = request instanceof Uint8Array ? request : utf8(JSON.stringify(request));
    return this.say({ kind: 'call', content }, { call: this.newCall() }, signal, line);
  }

  close(): Promise<HeardCall> {
    return this.say({ kind: 'close', content: new Uint8Array() }, { call: this.newCall() });
  }

  /** A frame under a context that a test may change. */
  async say(
    { kind, content }: { readonly kind: FrameKind; readonly content: Uint8Array },
    change: Partial<CallContext> & { readonly call: Uint8Array; readonly under?: Uint8Array },
    signal?: AbortSignal,
    line?: Line,
  ): Promise<HeardCall> {
    const { under = key, ...rest } = change;
    const context = { ...about, ...rest };
    const sealer = await FrameSealer.begin(under, context, 'request');
    const frame = await sealer.seal({ kind, content, last: true });
    return this.send(frame, context, signal, line);
  }

  /** Waits until the runtime takes calls, which it does once it has looked at its model. */
  async send(frame: Uint8Array, context: CallContext, signal?: AbortSignal, line?: Line): Promise<HeardCall> {
    await new Promise((resolve) => setImmediate(resolve));
    const frames: Uint8Array[] = [];
    const failed = await new Promise<string | null>((resolve) => {
      this.#listener({
        frame,
        signal: signal ?? new AbortController().signal,
        send: async (sealed) => {
          frames.push(sealed);
          await line?.(sealed);
        },
        end: () => resolve(null),
        fail: resolve,
      });
    });
    return heard(frames, context, failed);
  }
}

async function heard(
  frames: readonly Uint8Array[],
  context: CallContext,
  failed: string | null,
): Promise<HeardCall> {
  const opener = await FrameOpener.begin(key, context, 'answer');
  const data: string[] = [];
  let last: FrameKind | null = null;
  let content: JsonObject = {};
  for (const frame of frames) {
    const opened = await opener.open(frame);
    if (opened.kind === 'chunk') data.push(...fromUtf8(opened.content).split('\n'));
    if (!opened.last) continue;
    last = opened.kind;
    if (opened.content.length > 0) content = JSON.parse(fromUtf8(opened.content)) as JsonObject;
  }
  if (failed === null) opener.end();
  return { data, last, content, failed };
}

export function callId(call: Uint8Array): string {
  return toHex(call);
}
