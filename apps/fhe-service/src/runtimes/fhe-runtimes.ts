/**
 * The keyless evaluator of encrypted balance pages.
 *
 * It holds no key and decrypts nothing. What it makes is the sum of two named ciphertexts, which anybody can make
 * again from the same bytes and compare: it is trusted with nothing but availability.
 */
import { type Digest, digestOf, type JsonObject } from '#canonical';
import {
  CiphertextError,
  canonicalCiphertext,
  ledgerParameters,
  parametersToJson,
  sealLibrary,
} from '#ciphertext';
import type { FheOp, LedgerPages, LedgerReceipt } from '#evidence';
import {
  type FheProcess,
  FheProcessError,
  type OpenTask,
  TaskError,
  type TaskOutcome,
  type TaskRuntime,
} from '#worker';
import { readReceipt } from './applied-receipt.js';

export interface FheRuntimeOptions {
  /** A keyless one is enough, and safer. */
  readonly fhe: FheProcess;
}

type Book = keyof LedgerPages;

interface Applied {
  readonly bytes: Uint8Array;
  readonly op: FheOp | null;
}

export function fheRuntimes({ fhe }: FheRuntimeOptions): TaskRuntime[] {
  const runtime = (operation: string, apply: Apply): TaskRuntime => ({
    operation: `${operation}.apply`,
    kind: 'fhe.bfv',
    run: (task, signal) => run(task, signal, operation, apply, fhe),
  });
  return [
    runtime('ledger.open', openBook),
    runtime('ledger.reserve', addToBook),
    runtime('ledger.commit', addToBook),
    runtime('ledger.release', addToBook),
  ];
}

type Apply = (task: OpenTask, receipt: LedgerReceipt, book: Book, fhe: FheProcess) => Promise<Applied>;

async function run(
  task: OpenTask,
  signal: AbortSignal,
  operation: string,
  apply: Apply,
  fhe: FheProcess,
): Promise<TaskOutcome> {
  const startedMs = performance.now();
  try {
    if (signal.aborted) throw new TaskError('TASK_ABORTED', 'the task was revoked before it began', true);
    const receipt = readReceipt(task, operation);
    checkState(task.state, receipt);
    // One book after the other: two pages at once would double the memory and gain nothing on one engine.
    const available = await apply(task, receipt, 'available', fhe);
    const reserved = await apply(task, receipt, 'reserved', fhe);
    return {
      public: { ledger: receipt.ledger, version: receipt.version, ...receipt.next },
      outputs: {
        pageAvailable: { kind: 'blob', bytes: available.bytes },
        pageReserved: { kind: 'blob', bytes: reserved.bytes },
      },
      evidence: fheEvidence([available, reserved]),
      metrics: { applyMs: Math.round(performance.now() - startedMs), engineRssBytes: fhe.stats().rssBytes },
    };
  } catch (error) {
    if (error instanceof CiphertextError) throw new TaskError(error.code, error.message);
    if (error instanceof FheProcessError) throw new TaskError(error.code, error.message, error.retryable);
    throw error;
  }
}

/** First pages of a ledger: nothing to add, but nothing unusable may become a page either. */
async function openBook(
  task: OpenTask,
  receipt: LedgerReceipt,
  book: Book,
  fhe: FheProcess,
): Promise<Applied> {
  const port = book === 'available' ? 'pageAvailable' : 'pageReserved';
  const bytes = ciphertextInput(task, port, receipt.next[book]);
  await fhe.check(bytes);
  return { bytes, op: null };
}

async function addToBook(
  task: OpenTask,
  receipt: LedgerReceipt,
  book: Book,
  fhe: FheProcess,
): Promise<Applied> {
  const { prev, delta, next } = receipt;
  if (prev === null || delta === null) {
    throw new TaskError(
      'RECEIPT_INVALID',
      'receipt: expected the pages and deltas of a change, got an opening',
    );
  }
  const port = book === 'available' ? 'deltaAvailable' : 'deltaReserved';
  const added = ciphertextInput(task, port, delta[book]);
  const page = named(await task.blobs.get(prev[book]), prev[book], `page ${book}`);
  const bytes = await fhe.add(page, added);
  const out = digestOf(bytes);
  if (out !== next[book]) {
    throw new TaskError('RECEIPT_INVALID', `book ${book}: the sum is ${out}, the receipt says ${next[book]}`);
  }
  return { bytes, op: { op: 'add', in: [prev[book], delta[book]], out } };
}

function ciphertextInput(task: OpenTask, port: string, expected: Digest): Uint8Array {
  const input = task.inputs[port];
  if (input?.kind === 'blob') return named(input.bytes, expected, `input ${port}`);
  throw new TaskError('INPUT_MISSING', `input ${port}: expected a ciphertext, got ${input?.kind ?? 'none'}`);
}

/** SEAL ciphertexts are not authenticated: one that loads is accepted only under the digest that was signed. */
function named(bytes: Uint8Array, expected: Digest, what: string): Uint8Array {
  const canonical = canonicalCiphertext(bytes);
  const actual = digestOf(canonical);
  if (actual === expected) return canonical;
  throw new TaskError('CIPHERTEXT_DIGEST_MISMATCH', `${what}: expected ${expected}, got ${actual}`);
}

/** The head that the orchestrator leased this task on must be the one the receipt continues. */
function checkState(state: JsonObject | null, { ledger, version, prev }: LedgerReceipt): void {
  const current = state ?? { ledger, version: 0, available: null, reserved: null };
  const fits =
    current['ledger'] === ledger &&
    current['version'] === version - 1 &&
    current['available'] === (prev?.available ?? null) &&
    current['reserved'] === (prev?.reserved ?? null);
  if (fits) return;
  throw new TaskError(
    'STATE_ROOT_CONFLICT',
    `the receipt continues version ${version - 1}, the ledger stands at ${String(current['version'])}; authorise again`,
    true,
  );
}

function fheEvidence(books: readonly Applied[]): JsonObject {
  return {
    scheme: ledgerParameters.scheme,
    library: { name: sealLibrary.name, version: sealLibrary.version },
    params: parametersToJson(),
    paramsId: ledgerParameters.paramsId,
    ops: books.flatMap(({ op }) => (op === null ? [] : [{ op: op.op, in: op.in, out: op.out }])),
    replay: { deterministic: true },
  };
}
