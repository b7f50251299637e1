/**
 * Shows a batch to a viewer of the charter, or an account to its owner.
 *
 * What may be asked is what the charter says, and every question is a run of its own with evidence in the log. A yes
 * and a no have one shape: a message to the key of the asker, of a size that follows from the kind of the question
 * alone, or for a batch in steps from how much it changed. So whoever carries them learns nothing of either.
 */
import { fromBase64, type Json, parseJsonStrict, toBase64 } from '#canonical';
import { encodeDelta } from '#ciphertext';
import {
  type Answer,
  applyBatch,
  checkKeyUse,
  creditKey,
  encodeOpening,
  encodeStatement,
  keysOf,
  LedgerError,
  type LedgerState,
  makeStatement,
  type NoReason,
  sealAnswer,
  type ViewScope,
} from '#ledger';
import { type OpenTask, TaskError, type TaskOutcome } from '#worker';
import { checkPinnedLedger, openedValue } from '../shared/task-inputs.js';
import { coinSeed } from './coins.js';
import { type LedgerAt, stateBefore } from './ledger-at.js';
import { epochKeys, type LedgerRecord, ledgerKeyOf } from './ledger-secrets.js';
import { provenIntents } from './notes.js';
import { slotChanges } from './page-changes.js';
import { type EnclaveParts, recordOf } from './parts.js';
import { parseQuestion, type Question } from './question.js';
import { seenAt, statementSecretOf } from './standing.js';

export async function disclose(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const question = parseQuestion(openedValue(task, 'request'));
  const { ledger } = question.head;
  checkPinnedLedger(task, ledger);
  const record = await recordOf(parts, task.tenant, ledger);
  const at = await seenAt(question.head, record, task.blobs, parts);
  const answer = await answerTo(question, { record, at, task, parts });
  const { id, kind } = question;
  const bytes = await sealAnswer({
    ...{ tenant: task.tenant, ledger, question: id, kind, answer },
    answerKey: fromBase64(question.answerKey),
    random: parts.random,
  });
  return {
    public: { outcome: 'answered', ledger, question: id, ledgerKey: ledgerKeyOf(record) },
    outputs: { answer: { kind: 'blob', bytes } },
    evidence: {},
  };
}

interface Asked {
  readonly record: LedgerRecord;
  readonly at: LedgerAt;
  readonly task: OpenTask;
  readonly parts: EnclaveParts;
}

async function answerTo(request: Question, asked: Asked): Promise<Answer> {
  const { record, at, parts } = asked;
  const nowMs = parts.now();
  const no = (reason: NoReason): Answer => ({ reason, document: null });
  if (request.notAfterMs <= nowMs) return no('QUESTION_EXPIRED');
  // Counted before anything is looked at, so that a no costs as much as a yes.
  if (!parts.askers.take(`${record.tenant}|${record.ledger}|${request.signer}`, nowMs))
    return no('RATE_LIMITED');
  if (!mayAsk(request, record, at.state, nowMs)) return no('VIEW_REFUSED');
  const shown = (document: Json | null): Answer =>
    document === null ? no('NOT_FOUND') : { reason: null, document };
  if (request.kind === 'statement') return shown(statementOf(request, asked));
  return await openingOf(request, asked).then(shown, (error: unknown) => no(notOpenable(error)));
}

/** An answer is for the key that the charter names; an owner names its own. */
function mayAsk(
  { kind, signer, answerKey, account }: Question,
  { viewers }: LedgerRecord,
  state: LedgerState,
  nowMs: number,
): boolean {
  const scope: ViewScope = kind === 'batch' ? 'batches' : 'statements';
  const viewer = viewers.some(
    (one) =>
      one.signer === signer && one.sealKey === answerKey && one.scopes.includes(scope) && nowMs < one.untilMs,
  );
  if (viewer || kind === 'batch') return viewer;
  return state.accounts[state.indexOf.get(account) ?? -1]?.owner === signer;
}

/** The balance with its path to the root of the head, and for its owner the key to what came in. */
function statementOf({ account, signer }: Question, { record, at }: Asked): Json | null {
  const secret = statementSecretOf(record);
  const statement = makeStatement(at.state, at.trees, account, secret);
  if (statement === null) return null;
  const owner = at.state.accounts[statement.index]?.owner === signer;
  const key = owner ? toBase64(creditKey(secret, record.ledger, account)) : null;
  return { statement: parseJsonStrict(encodeStatement(statement)), creditKey: key };
}

/** Amounts and coins of every delta of one version: the batch is decided again, from the state before it. */
async function openingOf({ version }: Question, { record, at, task, parts }: Asked): Promise<Json | null> {
  if (version > at.version) return null;
  const { blobs } = task;
  const { fhe, pages, spends } = parts;
  const found = await stateBefore(at, version, { record, blobs, fhe, pages, spends });
  const { intents, epoch, timeMs } = found.receipt;
  if (intents === null) return null;
  // By the state of the key now: who has it since it leaked may have more than an opening shows.
  checkKeyUse(keysOf(at.state), epoch, 'open');
  const before = found.before.state;
  const keys = epochKeys(record, epoch);
  const opened = await provenIntents(await blobs.get(intents.digest), before, {
    ...{ record, keys, blobs, pages, spends },
  });
  const result = applyBatch(before, { version: before.version, timeMs, items: opened.items });
  const named = new Set(
    found.receipt.changes.flatMap(({ page, book, delta }) => (delta === null ? [] : `${page}/${book}`)),
  );
  const deltas = result.deltas
    // A page that was made anew in this version has no delta to open.
    .filter(({ page, book }) => named.has(`${page}/${book}`))
    .map(({ page, book, changes: amounts }) => {
      const changes = slotChanges(amounts);
      const use = { ledger: record.ledger, epoch, version, page, book, use: 'delta' } as const;
      const seed = coinSeed(fromBase64(record.coinKey), use, encodeDelta(changes));
      return { page, book, changes, seed };
    });
  return parseJsonStrict(encodeOpening({ ledger: record.ledger, version, deltas }));
}

/** What a key permits no more, and blobs that are gone, is said to the asker in the shape of every answer. */
function notOpenable(error: unknown): NoReason {
  if (error instanceof LedgerError && (error.code === 'KEY_COMPROMISED' || error.code === 'KEY_DESTROYED'))
    return error.code;
  if (error instanceof TaskError || error instanceof LedgerError) return 'NOT_FOUND';
  throw error;
}
