import { humanApprove } from './approve.js';
import { provableAtOwner } from './at-owner.js';
import { claimAdjudicate } from './claim.js';
import { modelConverse } from './converse.js';
import { documentExtract } from './extract.js';
import { ledgerCommit, ledgerOpen, ledgerRelease, ledgerReserve } from './ledger.js';
import { creditDecide } from './network.js';
import type { Operation } from './operation.js';
import { ledgerBatch, ledgerFound, ledgerKey, ledgerRotate } from './page-ledger.js';
import { ledgerDisclose, ledgerRecover } from './page-ledger-secrets.js';
import { scorecardProve } from './scorecard.js';
import {
  pagesCommit,
  pagesCommitUsage,
  pagesRelease,
  pagesReserve,
  pagesReserveClaim,
  pagesReserveUsage,
} from './settlement.js';
import { spendingProve } from './spending.js';
import { balanceTransfer } from './transfer.js';

const all: readonly Operation[] = [
  documentExtract,
  scorecardProve,
  creditDecide,
  modelConverse,
  humanApprove,
  ledgerOpen,
  ledgerReserve,
  ledgerCommit,
  ledgerRelease,
  ledgerFound,
  ledgerBatch,
  ledgerRotate,
  ledgerKey,
  ledgerRecover,
  ledgerDisclose,
  pagesReserve,
  pagesReserveClaim,
  pagesReserveUsage,
  pagesCommit,
  pagesCommitUsage,
  pagesRelease,
  provableAtOwner(balanceTransfer),
  provableAtOwner(claimAdjudicate),
  provableAtOwner(spendingProve),
];

/** Every operation that a definition can name. */
export const CATALOGUE: ReadonlyMap<string, Operation> = new Map(
  all.map((operation) => [operation.name, operation]),
);
