import { humanApprove } from './approve.js';
import { provableAtOwner } from './at-owner.js';
import { claimAdjudicate } from './claim.js';
import { documentExtract } from './extract.js';
import { ledgerCommit, ledgerOpen, ledgerRelease, ledgerReserve } from './ledger.js';
import { creditDecide } from './network.js';
import type { Operation } from './operation.js';
import { ledgerBatch, ledgerFound, ledgerKey, ledgerRotate } from './page-ledger.js';
import { ledgerDisclose, ledgerRecover } from './page-ledger-secrets.js';
import { scorecardProve } from './scorecard.js';
import { pagesCommit, pagesRelease, pagesReserve } from './settlement.js';
import { spendingProve } from './spending.js';
import { balanceTransfer } from './transfer.js';

const all: readonly Operation[] = [
  documentExtract,
  scorecardProve,
  creditDecide,
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
  pagesCommit,
  pagesRelease,
  provableAtOwner(balanceTransfer),
  provableAtOwner(claimAdjudicate),
  provableAtOwner(spendingProve),
];

/** Every operation that a definition can name. */
export const CATALOGUE: ReadonlyMap<string, Operation> = new Map(
  all.map((operation) => [operation.name, operation]),
);
