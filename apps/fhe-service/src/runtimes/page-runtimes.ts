/**
 * The keyless evaluator of ledgers of pages: it adds the deltas of a signed receipt to the pages that the receipt names,
 * and arrives at the pages that it names, or refuses. Anybody can make the same sums from the same bytes; it is trusted
 * with nothing but availability.
 */
import {
  canonicalBytes,
  type Digest,
  digestOf,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
} from '#canonical';
import {
  CiphertextError,
  canonicalCiphertext,
  pageParameters,
  parametersToJson,
  sealLibrary,
} from '#ciphertext';
import { EvidenceError, type FheOp, openStatement } from '#evidence';
import {
  type BatchReceipt,
  headName,
  LedgerError,
  ledgerBatchPredicateType,
  type PageChange,
  parseBatchReceipt,
  type ReceiptEvent,
} from '#ledger';
import {
  type FheCalls,
  FheProcessError,
  type OpenTask,
  TaskError,
  type TaskOutcome,
  type TaskRuntime,
} from '#worker';
import { PageCache, type PageSource } from './page-cache.js';

export interface PageRuntimeOptions {
  /** Of the parameters `ledger-pages`. A keyless one is enough, and safer. */
  readonly fhe: FheCalls;
}

/** Every book of the pages that ledgers changed last: a quarter of a megabyte each. */
const pagesKept = 96;

/** Which receipt each operation applies. */
const events: readonly (readonly [operation: string, event: ReceiptEvent])[] = [
  ['ledger.found.apply', 'found'],
  ['ledger.batch.apply', 'batch'],
  ['ledger.rotate.apply', 'rotate'],
  ['ledger.key.apply', 'key'],
];

/** A batch that was applied, made again for a run whose intent it carried. */
const replays = ['pages.reserve.replay', 'pages.commit.replay', 'pages.release.replay'] as const;

export function pageRuntimes({ fhe }: PageRuntimeOptions): TaskRuntime[] {
  const cache = new PageCache(pagesKept);
  const parts = { fhe, cache };
  return [
    ...events.map(
      ([operation, event]): TaskRuntime => ({
        operation,
        kind: 'fhe.bfv',
        run: (task, signal) => run(task, signal, () => receiptToApply(task, event), parts),
      }),
    ),
    ...replays.map(
      (operation): TaskRuntime => ({
        operation,
        kind: 'fhe.bfv',
        run: (task, signal) => run(task, signal, () => readReceipt(task).receipt, parts),
      }),
    ),
  ];
}

interface Parts {
  readonly fhe: FheCalls;
  readonly cache: PageCache;
}

async function run(
  task: OpenTask,
  signal: AbortSignal,
  receiptOf: () => BatchReceipt,
  { fhe, cache }: Parts,
): Promise<TaskOutcome> {
  const startedMs = performance.now();
  const store = cache.before(task.blobs);
  try {
    if (signal.aborted) throw new TaskError('TASK_ABORTED', 'the task was revoked before it began', true);
    const receipt = receiptOf();
    const made: MadePage[] = [];
    // One page after the other: several at once would take memory and gain nothing on one engine.
    for (const change of receipt.changes) {
      const page = await applyChange(change, store, fhe);
      if (page !== null) made.push(page);
    }
    // Only when all of them are right: of a batch that is refused nothing is left.
    for (const { bytes, op } of made) {
      await task.blobs.put(bytes);
      cache.put(op.out, bytes);
    }
    const ops = made.map(({ op }) => op);
    return {
      public: { ledger: receipt.ledger, version: receipt.version },
      outputs: {},
      evidence: fheEvidence(ops),
      metrics: { applyMs: Math.round(performance.now() - startedMs), additions: ops.length },
    };
  } catch (error) {
    if (error instanceof CiphertextError) throw new TaskError(error.code, error.message);
    if (error instanceof FheProcessError) throw new TaskError(error.code, error.message, error.retryable);
    throw error;
  }
}

interface MadePage {
  readonly op: FheOp;
  readonly bytes: Uint8Array;
}

/** @returns null for a page that the enclave encrypted itself: there is nothing to add, only to look at */
async function applyChange(
  { page, book, prev, delta, next }: PageChange,
  store: PageSource,
  fhe: FheCalls,
): Promise<MadePage | null> {
  const where = `page ${page}, ${book}`;
  if (prev === null || delta === null) {
    await fhe.check(await ciphertext(store, next, where));
    return null;
  }
  const [before, added] = await Promise.all([
    ciphertext(store, prev, where),
    ciphertext(store, delta, `delta of ${where}`),
  ]);
  const bytes = await fhe.add(before, added);
  const out = digestOf(bytes);
  if (out !== next) {
    throw new TaskError('RECEIPT_INVALID', `${where}: the sum is ${out}, the receipt says ${next}`);
  }
  return { op: { op: 'add', in: [prev, delta], out }, bytes };
}

/** SEAL ciphertexts are not authenticated: one that loads is accepted only under the digest that was signed. */
async function ciphertext(store: PageSource, expected: Digest, what: string): Promise<Uint8Array> {
  const canonical = canonicalCiphertext(await store.get(expected), pageParameters);
  const actual = digestOf(canonical);
  if (actual === expected) return canonical;
  throw new TaskError('CIPHERTEXT_DIGEST_MISMATCH', `${what}: expected ${expected}, got ${actual}`);
}

/**
 * The receipt of the step before. The service needs no trust in it to stay honest; pages that are made of one that
 * the ledger's key did not sign would only be refused by everybody else.
 */
function readReceipt(task: OpenTask): { readonly receipt: BatchReceipt; readonly authorizedBy: string } {
  const input = task.inputs['receipt'];
  if (input?.kind !== 'public' || input.producer === null) {
    throw new TaskError('RECEIPT_INVALID', 'input receipt: expected the receipt of an authorising step');
  }
  const { producer, value } = input;
  const ledgerKey = producer.public['ledgerKey'];
  if (typeof ledgerKey !== 'string') {
    throw new TaskError('RECEIPT_INVALID', 'input receipt: the authorising step names no ledger key');
  }
  return { receipt: opened(canonicalBytes(value), ledgerKey), authorizedBy: producer.taskId };
}

/** One that this run authorised, for the ledger as it stands. */
function receiptToApply(task: OpenTask, event: ReceiptEvent): BatchReceipt {
  const { receipt, authorizedBy } = readReceipt(task);
  if (receipt.event !== event || receipt.runId !== task.runId || receipt.taskId !== authorizedBy) {
    throw new TaskError('RECEIPT_INVALID', `receipt: expected ${event} of task ${authorizedBy} in this run`);
  }
  checkState(task.state, receipt);
  return receipt;
}

function opened(envelope: Uint8Array, ledgerKey: string): BatchReceipt {
  try {
    const publicKey = fromBase64(ledgerKey);
    const { predicate } = openStatement({ envelope, publicKey, predicateType: ledgerBatchPredicateType });
    return parseBatchReceipt(predicate);
  } catch (error) {
    const known = error instanceof EvidenceError || error instanceof LedgerError;
    throw new TaskError('RECEIPT_INVALID', `receipt: ${known ? `${error.code}: ${error.message}` : 'none'}`);
  }
}

/** The head that the orchestrator leased this task on must be the one the receipt continues, page by page. */
function checkState(state: JsonObject | null, receipt: BatchReceipt): void {
  const { ledger, version, prevReceipt, changes } = receipt;
  const fits =
    state?.['ledger'] === ledger && state['version'] === version - 1 && state['receipt'] === prevReceipt;
  if (!fits) {
    throw conflict(
      `the receipt continues version ${version - 1}, the ledger stands at ${String(state?.['version'])}`,
    );
  }
  const heads = new Map<string, Json | undefined>();
  for (const head of Array.isArray(state['pages']) ? state['pages'] : []) {
    if (isJsonObject(head)) heads.set(`${String(head['page'])}/${String(head['book'])}`, head['digest']);
  }
  for (const { page, book, prev } of changes) {
    const name = headName(page, book);
    const head = heads.get(name) ?? null;
    if (head === prev) continue;
    throw conflict(`page ${name}: the receipt starts from ${prev}, the ledger has ${String(head)}`);
  }
}

function conflict(what: string): TaskError {
  return new TaskError('STATE_ROOT_CONFLICT', `${what}; authorise again`, true);
}

function fheEvidence(ops: readonly FheOp[]): JsonObject {
  return {
    scheme: pageParameters.scheme,
    library: { name: sealLibrary.name, version: sealLibrary.version },
    params: parametersToJson(pageParameters),
    paramsId: pageParameters.paramsId,
    ops: ops.map(({ op, in: inputs, out }) => ({ op, in: [...inputs], out })),
    replay: { deterministic: true },
  };
}
