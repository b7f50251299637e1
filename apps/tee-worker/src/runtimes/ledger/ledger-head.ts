import { type Digest, isDigest, type Json, type JsonObject } from '#canonical';
import type { LedgerPages } from '#evidence';
import { refusal } from '../shared/ledger-error.js';
import { StrictObject } from '../shared/strict-object.js';

/** Where the orchestrator says a ledger stands. A claim, until its receipt and lineage are verified. */
export interface LedgerHead {
  readonly ledger: string;
  readonly version: number;
  readonly pages: LedgerPages;
  readonly receipt: Digest;
}

const members = ['ledger', 'version', 'available', 'reserved', 'receipt'];

/** The head of a ledger that exists. Refuses with `STATE_INVALID`. */
export function parseLedgerHead(state: JsonObject | null): LedgerHead {
  const reader = new StrictObject(state ?? undefined, members, 'STATE_INVALID', 'state');
  return {
    ledger: reader.name('ledger'),
    version: versionOf(state?.['version'], 1),
    pages: { available: digestOf(state, 'available'), reserved: digestOf(state, 'reserved') },
    receipt: digestOf(state, 'receipt'),
  };
}

/** The state of a ledger that is about to be opened: nothing, or version 0 without pages. */
export function checkNoLedgerYet(state: JsonObject | null): void {
  if (state === null) return;
  if (state['version'] === 0 && state['receipt'] === null) return;
  throw refusal('LEDGER_EXISTS', 'the ledger is open already');
}

function versionOf(value: Json | undefined, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw refusal('STATE_INVALID', `state.version: expected an integer from ${least}`);
}

function digestOf(state: JsonObject | null, member: string): Digest {
  const value = state?.[member];
  if (typeof value === 'string' && isDigest(value)) return value;
  throw refusal('STATE_INVALID', `state.${member}: expected a digest`);
}
