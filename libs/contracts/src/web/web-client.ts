/**
 * Clients of services over gRPC-Web, with the calls that clients of grpc-js have: what is written for one runs with the
 * other. A page cannot send while it receives, and no browser sends a body that is not there yet everywhere; so a stream
 * of requests is sent when it is whole, and methods that stream both ways are not here.
 */
import { status } from '../grpc-browser.js';
import { repeatableCalls, repetition } from '../repeatable-calls.js';
import { frameOf } from './frames.js';
import { decodeMessage, encodeMessage } from './message-codec.js';
import { callWeb, type WebConnection } from './web-call.js';
import { type WebMethod, webMethods } from './web-methods.js';
import { WebStatus } from './web-status.js';

type Callback = (error: WebStatus | null, response?: object) => void;

interface Options {
  readonly deadline?: number | Date;
}

const DEADLINE_MS = 60_000;
const READY_PAUSE_MS = 100;
const HEALTH_PATH = '/grpc.health.v1.Health/Check';

/** A client of one service; whoever makes it knows its type. */
export function webClient(service: string, connection: WebConnection): object {
  const calls = [...webMethods(service)].map(([name, method]) => [name, callOf(method, connection)] as const);
  return {
    ...Object.fromEntries(calls),
    waitForReady: (deadline: number, callback: (error?: Error) => void) => {
      ready(connection, deadline).then(() => callback(), callback);
    },
    close: () => undefined,
  };
}

interface Call {
  readonly connection: WebConnection;
  readonly method: WebMethod;
  readonly requests: readonly object[];
  readonly options: Options;
}

function callOf(method: WebMethod, connection: WebConnection) {
  if (method.requestStream && method.responseStream) {
    return () => {
      throw new WebStatus(status.UNIMPLEMENTED, `${method.path}: no page can stream both ways`);
    };
  }
  if (method.responseStream) {
    return (request: object, options: Options = {}) =>
      streamed({ connection, method, requests: [request], options });
  }
  if (method.requestStream) {
    return (options: Options, callback: Callback) =>
      new WebUpload({ connection, method, requests: [], options }, callback);
  }
  return (request: object, options: Options, callback: Callback) =>
    answered({ connection, method, requests: [request], options }, callback);
}

/** Messages of the answer; as a stream of grpc-js, it is read by a loop and ended by `cancel`. */
function streamed(call: Call) {
  const gone = new AbortController();
  const messages = messagesOf(call, gone.signal);
  return { [Symbol.asyncIterator]: () => messages, cancel: () => gone.abort() };
}

function answered(call: Call, callback: Callback): { cancel(): void } {
  const gone = new AbortController();
  answerOf(call, gone.signal).then(
    (response) => callback(null, response),
    (error: WebStatus) => callback(error),
  );
  return { cancel: () => gone.abort() };
}

async function answerOf(call: Call, signal: AbortSignal): Promise<object> {
  let answer: object | undefined;
  for await (const message of messagesOf(call, signal)) answer = message;
  if (answer !== undefined) return answer;
  throw new WebStatus(status.INTERNAL, `${call.method.path}: the call ended without a response`);
}

/** Repeated as the clients for Node do: only what may be, and only before anything came. */
async function* messagesOf(
  { connection, method, requests, options }: Call,
  signal: AbortSignal,
): AsyncGenerator<object, void, undefined> {
  const { path } = method;
  const body = bodyOf(method, requests);
  const deadline = Number(options.deadline ?? Date.now() + DEADLINE_MS);
  const attemptsMax = isRepeatable(method) ? repetition.attemptsMax : 1;
  let pauseMs: number = repetition.firstMs;
  let before: unknown = null;
  for (let attempt = 1; ; attempt += 1) {
    let began = false;
    try {
      for await (const bytes of callWeb(connection, { path, body, deadline, signal })) {
        began = true;
        yield decoded(method, bytes);
      }
      return;
    } catch (error) {
      if (began) throw error;
      if (attempt >= attemptsMax || !mayPass(error, deadline - pauseMs)) throw saying(error, before);
      before = error;
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * repetition.times, repetition.mostMs);
    }
  }
}

/** As grpc-js says it of an answer that is no message. */
function decoded({ path, response }: WebMethod, bytes: Uint8Array): object {
  try {
    return decodeMessage(response, bytes);
  } catch {
    throw new WebStatus(status.INTERNAL, `${path}: expected a ${response}, got other bytes`);
  }
}

function mayPass(error: unknown, untilMs: number): boolean {
  return error instanceof WebStatus && error.code === status.UNAVAILABLE && Date.now() < untilMs;
}

/** That time ran out while a call was made again says less than why it was. */
function saying(error: unknown, before: unknown): unknown {
  return before !== null && isLate(error) ? before : error;
}

function isLate(error: unknown): boolean {
  return error instanceof WebStatus && error.code === status.DEADLINE_EXCEEDED;
}

function pause(pauseMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}

function bodyOf({ request }: WebMethod, requests: readonly object[]): Blob {
  return new Blob(requests.map((message) => frameOf(encodeMessage(request, message))));
}

function isRepeatable({ service, method }: WebMethod): boolean {
  return repeatableCalls.some((each) => each.service === service && each.methods.includes(method));
}

/** A stream of requests, kept until its end. Everything is taken at once, and every error goes to the callback. */
class WebUpload {
  #answered: { cancel(): void } | null = null;
  readonly #messages: object[] = [];

  constructor(
    private readonly call: Call,
    private readonly callback: Callback,
  ) {}

  write(message: object): boolean {
    this.#messages.push(message);
    return true;
  }

  end(): void {
    this.#answered = answered({ ...this.call, requests: this.#messages }, this.callback);
  }

  cancel(): void {
    this.#answered?.cancel();
  }

  on(): this {
    return this;
  }

  once(): this {
    return this;
  }
}

/**
 * Asks until somebody answers. The request is the empty message: the health of the whole service.
 *
 * @throws WebStatus; an Error without a code where there was no answer at all, as grpc-js has it
 */
async function ready(connection: WebConnection, deadline: number): Promise<void> {
  const { signal } = new AbortController();
  const body = frameOf(new Uint8Array());
  let before: unknown = null;
  for (;;) {
    try {
      const health = callWeb(connection, { path: HEALTH_PATH, body, deadline, signal });
      while ((await health.next()).done !== true);
      return;
    } catch (error) {
      if (isLate(error)) throw before ?? new Error(`${connection.address}: no answer in time`);
      if (!mayPass(error, deadline - READY_PAUSE_MS)) throw error;
      before = error;
      await pause(READY_PAUSE_MS);
    }
  }
}
