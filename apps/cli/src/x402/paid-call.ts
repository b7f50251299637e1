import { type Digest, digestOf, isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { type PlannedWorkflow, patiently, type RunHandle, type SealflowClient } from '#client';
import { ApiError, type GetRunResponse__Output, type Run__Output, readBlob, unary } from '#contracts';
import { parseUsageFacts, sessionInput, type UsageFacts, type UsageReceipt } from '#conversation';
import { type PaymentStanding, paymentOf } from './payment-state.js';

const RUN_DEADLINE_MS = 600_000;
const CALL_MS = 30_000;
const USAGE_BYTES_MAX = 64 * 1024;
const KEY_BYTES = 32;

/** A call of a model, what it came to, and where its money is. */
export interface PaidCall {
  readonly handle: RunHandle;
  readonly run: Run__Output;
  /** The answer's data; null where there was none. */
  readonly answer: string | null;
  readonly receipt: UsageReceipt | null;
  /** Why there was no answer. */
  readonly failure: string | null;
  readonly standing: PaymentStanding;
  /** What the attested step states; null where it did not run. */
  readonly usage: UsageFacts | null;
}

/** What is paid for, and with what. */
export interface AskedCall {
  readonly order: Json;
  readonly request: JsonObject;
}

export interface PaidCallOptions {
  /** UUID; the same one makes the same run. */
  readonly requestId: string;
  /** ULID; drawn unless said. */
  readonly runId?: string;
}

/** How payments are made and asked about. */
export interface PaidCalls {
  /** Rejects where nothing can be said: the run may be there or not. */
  pay(
    asked: AskedCall,
    options: Required<PaidCallOptions>,
  ): Promise<Pick<PaidCall, 'answer' | 'failure' | 'standing' | 'usage'>>;
  /** null where the orchestrator says that it has none; rejects where it says nothing. */
  find(runId: string): Promise<Run__Output | null>;
  usage(run: Run__Output): Promise<UsageFacts | null>;
}

/** @param planned of `agent-call` */
export function paidCalls(client: SealflowClient, planned: PlannedWorkflow): PaidCalls {
  const { services, options } = client;
  return {
    pay: (asked, booked) => payForCall(client, planned, asked, booked),
    find: async (runId) => {
      const name = `tenants/${options.tenant}/runs/${runId}`;
      try {
        const { run } = await unary<GetRunResponse__Output>(
          (call, callback) => services.run.getRun({ name }, call, callback),
          { deadlineMs: CALL_MS },
        );
        if (run === null) throw new Error(`run ${runId}: the orchestrator answered without it`);
        return run;
      } catch (error) {
        // Rows of runs are never deleted. TENANT_MISMATCH is another code, and no word about the run.
        if (error instanceof ApiError && error.reason === 'NOT_FOUND') return null;
        throw error;
      }
    },
    usage: (run) => usageOf(client, run),
  };
}

/**
 * One call under one order: a run that sets aside, answers, and takes what was used. Whatever fails on the way, the run
 * is followed to its end, because it alone says what became of the money.
 */
export async function payForCall(
  client: SealflowClient,
  planned: PlannedWorkflow,
  { order, request }: AskedCall,
  options: PaidCallOptions,
): Promise<PaidCall> {
  const key = client.options.random(KEY_BYTES);
  const values = { order, session: sessionInput(key) };
  const prepared = await client.prepare(planned, values, { deadlineMs: RUN_DEADLINE_MS, ...options });
  // A run that was made and not heard of has nobody who can talk in it: the same bytes again are the same run.
  const handle = await patiently(() => client.create(prepared));
  const conversation = handle.conversation(key);
  let answer: string | null = null;
  let receipt: UsageReceipt | null = null;
  let failure: string | null = null;
  try {
    const call = conversation.call(request);
    let data = '';
    for await (const each of call) data += each;
    receipt = await call.receipt;
    answer = data;
  } catch (error) {
    failure = codeOf(error);
  }
  // A step that is over already has nothing to close.
  await conversation.close().catch(() => undefined);
  const run = await handle.wait();
  return {
    handle,
    run,
    answer,
    receipt,
    failure,
    standing: paymentOf(run),
    // The answer is paid and nobody else has it: one read that failed does not lose it.
    usage: await patiently(() => usageOf(client, run)),
  };
}

/** The public output of a run, under the commitment that the run names. */
export async function usageOf(
  { services }: SealflowClient,
  { outputs }: Pick<Run__Output, 'outputs'>,
): Promise<UsageFacts | null> {
  const output = outputs.find(({ name }) => name === 'usage');
  if (output === undefined) return null;
  const bytes = await readBlob(services.blob, output.blob as Digest, {
    deadlineMs: CALL_MS,
    bytesMax: USAGE_BYTES_MAX,
  });
  const value = parseJsonStrict(bytes);
  if (digestOf(bytes) !== output.commitment || !isJsonObject(value))
    throw new Error('output usage: the store returned other bytes');
  return parseUsageFacts(value);
}

export function codeOf(error: unknown): string {
  const { reason, code } = error as { reason?: unknown; code?: unknown };
  return typeof reason === 'string' ? reason : typeof code === 'string' ? code : 'UNKNOWN';
}
