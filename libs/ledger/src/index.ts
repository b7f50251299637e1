/**
 * The page ledger without its ciphertexts: what an intent is, what a batch of them does to balances, what a receipt of
 * it says, and how anybody holds a history of receipts against itself. Pure functions; time, randomness, keys and the
 * homomorphic engine are arguments.
 */
export {
  type AccountOpening,
  type AccountTrees,
  accountLabel,
  accountTrees,
  commitAccount,
  commitDirectory,
  commitSupply,
  directoryLabel,
  openAccount,
  openSupply,
  type SupplyOpening,
  supplyLabel,
  updateTrees,
} from './account/account-commitments.js';
export { HashTree } from './account/hash-tree.js';
export {
  type AccountStatement,
  encodeStatement,
  makeStatement,
  parseStatement,
  statementVersion,
  verifyStatement,
} from './account/statement.js';
export {
  type BatchOpening,
  type DeltaOpening,
  type EncryptAgain,
  encodeOpening,
  openingVersion,
  parseOpening,
  totalOf,
  verifyOpening,
} from './audit/opening.js';
export {
  type Answer,
  type AskedKind,
  answerVersion,
  askedKinds,
  type NoReason,
  noReasons,
  openAnswer,
  type QuestionDraft,
  type QuestionSubject,
  questionId,
  questionVersion,
  type SealAnswerInput,
  sealAnswer,
  signQuestion,
} from './audit/question.js';
export {
  type HandedSharesDraft,
  handShares,
  openShare,
  recoveryVersion,
  shareKind,
  shareSubject,
  sharesVersion,
} from './audit/recovery-share.js';
export {
  type ChainFinding,
  type ChainLink,
  type ChainReason,
  type ChainState,
  chainFindings,
  type ReplayedLink,
  type ReplayTools,
  replayLink,
} from './audit/replay-chain.js';
export {
  type ClaimFacts,
  type ClaimOrder,
  type ClaimPart,
  type ClaimTerms,
  claimFacts,
  openClaimOrder,
  sealClaimOrder,
} from './intent/claim-order.js';
export {
  encodeFrames,
  envelopeFormat,
  type FrameFormat,
  intentsFormat,
  outcomesFormat,
  parseFrames,
} from './intent/frames.js';
export {
  type BurnBody,
  type DelegableOp,
  type DelegateBody,
  delegableOps,
  type Intent,
  type IntentBody,
  type IntentHead,
  type IntentOp,
  type IntentReading,
  intentOps,
  intentVersion,
  type MintBody,
  type ReserveBody,
  type Rollover,
  type SpendBody,
  type TransferBody,
} from './intent/intent.js';
export { encodeMemo, type Memo, type MemoNote, memoBytes, parseMemo, toldOf } from './intent/memo.js';
export { readIntent } from './intent/read-intent.js';
export { type IntentReason, intentReasons, reasonAdvice } from './intent/reasons.js';
export {
  type IntentsSubject,
  openIntentEnvelope,
  type SealIntentsInput,
  sealIntents,
} from './intent/sealed-intents.js';
export {
  creditKey,
  creditMemoKey,
  memoNonceBytes,
  memosPerIntent,
  openMemo,
  sealedMemoBytes,
  sealMemo,
  splitMemos,
} from './intent/sealed-memo.js';
export {
  encodeSettlement,
  type HeldSettlement,
  type HeldSubject,
  openHeld,
  parseSettlement,
  type Settlement,
  type SettlementIntent,
  type SettlementVerb,
  sealHeld,
  settlementVerbs,
  settlementVersion,
} from './intent/settlement.js';
export { type IntentDraft, type SignedIntent, signIntent } from './intent/sign-intent.js';
export {
  openUsageHeld,
  openUsageOrder,
  sealUsageHeld,
  sealUsageOrder,
  type UsageOrder,
  type UsageTerms,
} from './intent/usage-order.js';
export { claimsOfKeys, type KeyClaims } from './keys/key-claims.js';
export {
  isKeyOrder,
  type KeyOrder,
  type KeyOrderDraft,
  keyOrderVersion,
  orderKey,
  parseKeyOrder,
  signKeyOrder,
  stateBeforeOrder,
} from './keys/key-order.js';
export {
  checkKeyUse,
  type EpochKeyState,
  epochsKept,
  impliedKeys,
  type KeyBook,
  type KeyState,
  type KeyUse,
  keyStateOf,
  keyStates,
  keysOf,
  mayUse,
} from './keys/key-states.js';
export { LedgerError, type LedgerErrorCode } from './ledger-error.js';
export { ledgerLimits } from './limits.js';
export { type Burn, burnVersion, isBurn, signBurn } from './notes/burn.js';
export { isMint, type Mint, mintVersion, signMint } from './notes/mint.js';
export {
  type BatchMoves,
  type BurnMove,
  encodeMoves,
  type MintMove,
  type Move,
  movesVersion,
  notesMade,
  parseMoves,
  type SpendMove,
  type SpendSignals,
  type TransferMove,
} from './notes/moves.js';
export {
  assetField,
  burnContext,
  burnOwner,
  commitNote,
  type Note,
  type NoteTerms,
  noteOwner,
  spendContext,
} from './notes/note.js';
export {
  type CheckedMoves,
  checkMoves,
  type MoveTools,
  NoteBook,
  type NoteFinding,
  type NoteReason,
  type ReplayedMoves,
  replayNotes,
} from './notes/note-book.js';
export { packedProofBytes, packProof, unpackProof } from './notes/packed-proof.js';
export { markProven, proveReadings, spendsOf } from './notes/prove-readings.js';
export { paymentNote, type SpendDraft, spendBody, spendQuestion } from './notes/spend-draft.js';
export {
  type ClaimedSpend,
  drawnWeights,
  isSpendCircuit,
  ownPolicy,
  type SpendCircuit,
  type SpendTerms,
  spendsAtOnce,
  verifySpends,
} from './notes/verify-spends.js';
export {
  type BatchReceipt,
  batchReceiptPredicate,
  ledgerBatchPredicateType,
  type NoteClaims,
  type PageChange,
  parseBatchReceipt,
  type ReceiptEvent,
  type Roots,
  receiptEvents,
} from './receipt/batch-receipt.js';
export { advanceHeads, headName, type PageHead, type PageHeads, pagesRoot } from './receipt/page-heads.js';
export {
  applyBatch,
  type Batch,
  type BatchResult,
  type BookDelta,
  balancesOf,
  type Outcome,
} from './state/apply-batch.js';
export { auctionKey } from './state/auction.js';
export {
  type Charter,
  type CharterAccount,
  charterVersion,
  parseCharter,
  type Recovery,
  signCharter,
  type Viewer,
  type ViewScope,
  viewScopes,
} from './state/charter.js';
export { balancesAt, placeOf } from './state/drafts.js';
export { checkState, foundState, rotateState } from './state/found-state.js';
export { encodeState, parseState, snapshotVersion } from './state/snapshot.js';
export {
  type Account,
  type AccountBalances,
  type Book,
  books,
  type CheckMode,
  type Decision,
  type Delegate,
  type LedgerState,
  type LedgerTerms,
  type NoteCount,
  type Padding,
  type PageBooks,
  type Purse,
  type ReplayWindow,
  type Reservation,
} from './state/state.js';
