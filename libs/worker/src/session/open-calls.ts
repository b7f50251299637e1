import type { Call__Output, ConnectRequest } from '#contracts';
import { receiptJson, type UsageReceipt, usageReceiptPredicateType } from '#conversation';
import { signStatement, usageReceiptSubjects } from '#evidence';
import type { IncomingCall, TaskCalls } from '../runtime.js';

/** The stream of a session, as far as calls use it. */
export interface CallStream {
  readonly writable: boolean;
  write(message: ConnectRequest): boolean;
  once(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
  off(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
}

interface OpenLease {
  readonly fence: string;
  listener: ((call: IncomingCall) => void) | null;
  /** What came while the task was being opened. */
  readonly early: IncomingCall[];
}

interface RunningCall {
  readonly stream: CallStream;
  readonly lease: string;
  readonly controller: AbortController;
}

/** Calls that wait for a task to be open, and calls at a time: the orchestrator, which bounds them too, is not believed. */
const EARLY_MAX = 64;
const CALLS_MAX = 1_024;

/** The calls of steps that stay open, of all leases of this worker. */
export class OpenCalls {
  readonly #leases = new Map<string, OpenLease>();
  readonly #calls = new Map<string, RunningCall>();
  readonly #ending = new AbortController();

  constructor(private readonly signSeed: Uint8Array) {}

  /** A lease whose runtime converses begins. */
  open(lease: string, fence: string): TaskCalls {
    const opened: OpenLease = { fence, listener: null, early: [] };
    this.#leases.set(lease, opened);
    return {
      take: (listener) => {
        opened.listener = listener;
        for (const call of opened.early.splice(0)) listener(call);
      },
      ending: this.#ending.signal,
      sign: (receipt) => signReceipt(receipt, this.signSeed),
    };
  }

  /** The worker is about to stop: steps that stay open are to end. */
  drain(): void {
    this.#ending.abort();
  }

  /** The lease ended: whoever still waits is told. */
  close(lease: string): void {
    this.#leases.delete(lease);
    for (const [id, call] of this.#calls) {
      if (call.lease !== lease) continue;
      this.#fail(id, call, 'CONVERSATION_CLOSED', 'the step ended');
      call.controller.abort();
    }
  }

  receive(stream: CallStream, { call: id, lease, fence, frame }: Call__Output): void {
    const opened = this.#leases.get(lease);
    const refuse = (reason: string, message: string): void => {
      stream.write({ callFail: { call: id, reason, message } });
    };
    if (opened?.fence !== fence) {
      refuse('CONVERSATION_CLOSED', 'no such step is open here');
      return;
    }
    if (this.#calls.has(id) || this.#calls.size >= CALLS_MAX || opened.early.length >= EARLY_MAX) {
      refuse('CALLS_AT_ONCE', 'too many calls at a time');
      return;
    }
    const running: RunningCall = { stream, lease, controller: new AbortController() };
    this.#calls.set(id, running);
    const call = this.#incoming(id, running, new Uint8Array(frame));
    if (opened.listener === null) opened.early.push(call);
    else opened.listener(call);
  }

  /** Nobody waits for the answer. */
  cancel(stream: CallStream, id: string): void {
    const call = this.#calls.get(id);
    if (call?.stream !== stream) return;
    this.#calls.delete(id);
    call.controller.abort();
  }

  /** The stream broke: its calls have no way back. */
  left(stream: CallStream): void {
    for (const [id, call] of this.#calls) if (call.stream === stream) this.cancel(stream, id);
  }

  #incoming(id: string, running: RunningCall, frame: Uint8Array): IncomingCall {
    const { stream, controller } = running;
    const isOpen = (): boolean => this.#calls.get(id) === running;
    return {
      frame,
      signal: controller.signal,
      send: async (sealed) => {
        if (!isOpen() || !stream.writable) return;
        if (!stream.write({ callChunk: { call: id, frame: Buffer.from(sealed) } }))
          await drained(stream, controller.signal);
      },
      end: () => {
        if (!isOpen()) return;
        this.#calls.delete(id);
        if (stream.writable) stream.write({ callEnd: { call: id } });
      },
      fail: (reason, message) => {
        if (isOpen()) this.#fail(id, running, reason, message);
      },
    };
  }

  #fail(id: string, { stream }: RunningCall, reason: string, message: string): void {
    this.#calls.delete(id);
    if (stream.writable) stream.write({ callFail: { call: id, reason, message } });
  }
}

/** Waits until the line takes more, or nobody waits for it. */
function drained(stream: CallStream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'close', 'error'] as const) stream.off(event, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error'] as const) stream.once(event, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

function signReceipt(receipt: UsageReceipt, seed: Uint8Array): Uint8Array {
  const statement = {
    subject: usageReceiptSubjects(receipt),
    predicateType: usageReceiptPredicateType,
    predicate: receiptJson(receipt),
  };
  return signStatement({ statement, seed });
}
