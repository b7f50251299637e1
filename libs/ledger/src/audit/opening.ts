/**
 * The opening of one delta: amounts by slot and the seed of the coins it was encrypted with. Whoever has it encrypts
 * again under the ledger's public key and compares digests, which proves what the ciphertext holds without any secret
 * key. It shows every amount of one book of one page of one batch, so it is given to view rights of the charter only.
 */
import {
  type Bytes,
  type Check,
  canonicalBytes,
  type Digest,
  fromBase64,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { amountMax, encodeDelta } from '#ciphertext';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import type { BatchReceipt } from '../receipt/batch-receipt.js';
import { type Book, books } from '../state/state.js';

export const openingVersion = 'sealflow/ledger-opening/v1';

export interface BatchOpening {
  readonly ledger: string;
  readonly version: number;
  readonly deltas: readonly DeltaOpening[];
}

export interface DeltaOpening {
  readonly page: number;
  readonly book: Book;
  /** Slots that change, ascending; negative where the account pays. */
  readonly changes: readonly { readonly slot: number; readonly change: bigint }[];
  /** 32 bytes. */
  readonly seed: Uint8Array;
}

/** Encrypts slots with given coins under the ledger's public key, and names the canonical ciphertext. */
export type EncryptAgain = (slots: BigUint64Array, seed: Uint8Array) => Digest;

const members = ['v', 'ledger', 'version', 'deltas'];
const jsonLimits = { bytesMax: 16 * 1024 * 1024, depthMax: 6, valuesMax: 2 ** 20 };

export function encodeOpening({ ledger, version, deltas }: BatchOpening): Bytes {
  return canonicalBytes({
    v: openingVersion,
    ledger,
    version,
    deltas: deltas.map(({ page, book, changes, seed }) => ({
      page,
      book,
      changes: changes.map(({ slot, change }) => [slot, `${change}`]),
      seed: toBase64(seed),
    })),
  });
}

/** @throws LedgerError `OPENING_MALFORMED`; CanonicalError `JSON_*` */
export function parseOpening(bytes: Uint8Array): BatchOpening {
  const document = parseJsonStrict(bytes, jsonLimits);
  try {
    const reader = new StrictMembers(document, members, 'opening');
    reader.constant('v', openingVersion);
    const deltasMax = ledgerLimits.pagesMax * books.length;
    return {
      ledger: reader.name('ledger'),
      version: reader.integer('version'),
      deltas: reader.list('deltas', 0, deltasMax).map((value, index) => {
        const what = `opening.deltas[${index}]`;
        const delta = new StrictMembers(value, ['page', 'book', 'changes', 'seed'], what);
        return {
          page: delta.integer('page', ledgerLimits.pagesMax - 1),
          book: delta.oneOf('book', books),
          changes: readChanges(delta),
          seed: fromBase64(delta.base64('seed', 32)),
        };
      }),
    };
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('OPENING_MALFORMED', error.message);
    throw error;
  }
}

/**
 * @param receipt of the version, whose signature by the ledger's key the caller has verified
 * @param encrypt with the public key that the receipt names
 */
export function verifyOpening(
  opening: BatchOpening,
  receipt: BatchReceipt,
  encrypt: EncryptAgain,
): readonly Check[] {
  const own = opening.ledger === receipt.ledger && opening.version === receipt.version;
  const checks: Check[] = [
    check('LEDGER-OPENING-001', 'ledger and version of the receipt', own, 'OPENING_OF_OTHER_VERSION'),
  ];
  const changed = receipt.changes.filter(({ delta }) => delta !== null);
  const covered =
    changed.length === opening.deltas.length &&
    changed.every(({ page, book }) =>
      opening.deltas.some((delta) => delta.page === page && delta.book === book),
    );
  checks.push(check('LEDGER-OPENING-002', 'every delta of the receipt', covered, 'OPENING_INCOMPLETE'));
  for (const { page, book, changes, seed } of opening.deltas) {
    const stated = changed.find((change) => change.page === page && change.book === book)?.delta ?? null;
    const title = `delta of page ${page}, ${book}`;
    const same = stated !== null && encrypt(encodeDelta(changes), seed) === stated;
    checks.push(check('LEDGER-OPENING-003', title, same, 'OPENING_MISMATCH'));
  }
  return checks;
}

/** Sum of all changes: what the supply of the version changed by. */
export function totalOf({ deltas }: BatchOpening): bigint {
  return deltas.flatMap(({ changes }) => changes).reduce((total, { change }) => total + change, 0n);
}

function check(id: string, title: string, holds: boolean, reason: string): Check {
  return { id, title, result: holds ? 'pass' : 'fail', reason: holds ? null : reason, severity: 'blocker' };
}

function readChanges(delta: StrictMembers): DeltaOpening['changes'] {
  let last = -1;
  return delta.list('changes', 0, ledgerLimits.accountsPerPage).map((item) => {
    const [slot, text, ...rest] = Array.isArray(item) ? item : [];
    const expected = 'pairs of a slot and a signed decimal text, slots ascending';
    if (typeof slot !== 'number' || typeof text !== 'string' || rest.length > 0)
      return delta.refuse('changes', expected);
    if (!Number.isInteger(slot) || slot <= last || slot >= ledgerLimits.accountsPerPage)
      return delta.refuse('changes', expected);
    if (!/^-?[1-9][0-9]{0,17}$/.test(text)) return delta.refuse('changes', expected);
    const change = BigInt(text);
    if (change > amountMax || change < -amountMax) return delta.refuse('changes', expected);
    last = slot;
    return { slot, change };
  });
}
