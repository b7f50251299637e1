import type { LedgerPages } from './ledger-receipt.js';

/** An edge that comes from the state of a ledger before the run's own changes: `ledger/<ledger>/<book>@<version>`. */
export interface LedgerEdge {
  readonly ledger: string;
  readonly book: keyof LedgerPages;
  readonly version: number;
}

const pattern = /^ledger\/([^\s@]{1,256})\/(available|reserved)@(0|[1-9][0-9]{0,14})$/;

export function ledgerEdge({ ledger, book, version }: LedgerEdge): string {
  return `ledger/${ledger}/${book}@${version}`;
}

/** null when the edge is not one of a ledger's state. */
export function parseLedgerEdge(edge: string): LedgerEdge | null {
  const [, ledger, book, version] = pattern.exec(edge) ?? [];
  if (ledger === undefined || version === undefined) return null;
  return { ledger, book: book === 'reserved' ? 'reserved' : 'available', version: Number(version) };
}
