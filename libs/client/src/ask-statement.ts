import { canonicalBytes, failedChecks, isJsonObject, type Json, parseDigest } from '#canonical';
import {
  type AccountStatement,
  type BatchReceipt,
  openAnswer,
  parseStatement,
  questionId,
  signQuestion,
  verifyStatement,
} from '#ledger';
import { generateSealKeyPair } from '#sealing';
import { builtinText } from '#workflow';
import type { RunOptions, SealflowClient } from './client.js';
import { ClientError } from './client-error.js';
import type { PageLedger } from './page-ledger.js';
import type { RunHandle } from './run-handle.js';
import { verifiedOutput } from './verified-output.js';

const QUESTION_MS = 10 * 60_000;
const NONCE_BYTES = 16;

export interface AccountOwner {
  readonly account: string;
  /** Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array;
}

/** A balance under the root that a signed receipt names. */
export interface ProvenStatement {
  readonly statement: AccountStatement;
  readonly receipt: BatchReceipt;
  readonly run: RunHandle;
}

/**
 * Asks the key enclave for the balance of an account as its owner. The question and its answer are sealed; that somebody
 * asked is in the log.
 *
 * @throws ClientError ANSWER_REFUSED, BUNDLE_REFUSED, OUTPUT_MISSING, LEDGER_UNTRUSTED
 */
export async function askStatement(
  client: SealflowClient,
  ledger: PageLedger,
  { account, seed }: AccountOwner,
  options: RunOptions,
): Promise<ProvenStatement> {
  const { now, random, tenant } = client.options;
  const { ledger: name } = ledger.pin;
  const { digest, receipt: head } = await ledger.standing();
  const keys = generateSealKeyPair(random);
  const question = signQuestion(
    {
      ledger: name,
      head: { version: head.version, receipt: digest },
      asked: { kind: 'statement', account },
      answerKey: keys.publicKey,
      notAfterMs: now() + QUESTION_MS,
      nonce: random(NONCE_BYTES),
    },
    seed,
  );
  const planned = await client.plan({
    definition: builtinText('ledger-disclose'),
    parameters: { disclose: { ledger: name } },
  });
  const run = await client.create(await client.prepare(planned, { request: question }, options));
  const { state, reason } = await run.wait();
  if (state !== 'RUN_STATE_SUCCEEDED') {
    throw new ClientError('OUTPUT_MISSING', `ledger ${name} gave no answer: ${state} ${reason}`);
  }
  const sealed = await verifiedOutput(client, run, { name: 'answer', about: 'the question' });
  const subject = { tenant, ledger: name, question: questionId(question) };
  const answer = await openAnswer(sealed, keys.secretKey, subject);
  if (answer.reason !== null) {
    throw new ClientError('ANSWER_REFUSED', `ledger ${name}, a statement: ${answer.reason}`);
  }
  const statement = readStatement(answer.document);
  const receipt =
    statement.version === head.version ? head : await receiptOfVersion(ledger, statement.version);
  const failed = failedChecks(verifyStatement(statement, receipt));
  if (failed.length === 0 && statement.opening.account === account) return { statement, receipt, run };
  throw new ClientError(
    'LEDGER_UNTRUSTED',
    `the statement is not that of the account under the root of version ${receipt.version}`,
    failed,
  );
}

function readStatement(document: Json): AccountStatement {
  const stated = isJsonObject(document) ? document['statement'] : undefined;
  return parseStatement(canonicalBytes(stated ?? null));
}

/** The ledger may have gone on between question and answer, which is of where it stood then. */
async function receiptOfVersion(ledger: PageLedger, wanted: number): Promise<BatchReceipt> {
  for await (const { version, receipt } of ledger.batches()) {
    if (Number(version) === wanted) return ledger.receipt(parseDigest(receipt));
  }
  throw new ClientError('LEDGER_UNTRUSTED', `a statement of version ${wanted}, which no batch made`);
}
