import { humanApprove } from './approve.js';
import { documentExtract } from './extract.js';
import { ledgerCommit, ledgerOpen, ledgerRelease, ledgerReserve } from './ledger.js';
import type { Operation } from './operation.js';
import { scorecardProve } from './scorecard.js';

const all: readonly Operation[] = [
  documentExtract,
  scorecardProve,
  humanApprove,
  ledgerOpen,
  ledgerReserve,
  ledgerCommit,
  ledgerRelease,
];

/** Every operation that a definition can name. */
export const CATALOGUE: ReadonlyMap<string, Operation> = new Map(
  all.map((operation) => [operation.name, operation]),
);
