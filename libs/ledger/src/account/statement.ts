/**
 * The statement of one account: what opens its commitment, and the path from it to a root that a signed receipt names.
 * Whoever has it can show the balance of that version to anybody; it says nothing of other accounts.
 *
 * The one who shows it is not trusted: the receipt's signature is verified by the caller, everything else here.
 */
import {
  type Bytes,
  type Check,
  type CheckResult,
  canonicalBytes,
  fromBase64,
  fromHex,
  leafHash,
  parseJsonStrict,
  toBase64,
  verifyInclusion,
} from '#canonical';
import { supplyMax } from '#ciphertext';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { LedgerError } from '../ledger-error.js';
import type { BatchReceipt } from '../receipt/batch-receipt.js';
import type { LedgerState } from '../state/state.js';
import {
  type AccountOpening,
  type AccountTrees,
  balanceLeaf,
  commitAccount,
  openAccount,
} from './account-commitments.js';

export const statementVersion = 'sealflow/ledger-statement/v1';

export interface AccountStatement {
  /** Of the receipt whose root the path leads to. */
  readonly version: number;
  readonly opening: AccountOpening;
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

const members = [
  ...[
    'v',
    'ledger',
    'account',
    'version',
    'changedAt',
    'available',
    'pending',
    'reserved',
    'salt',
    'index',
    'path',
  ],
];
/** A tree of 64 pages of 8,192 accounts. */
const pathMax = 19;
const jsonLimits = { bytesMax: 4_096, depthMax: 3, valuesMax: 64 };

/** null when the ledger has no account of this name. */
export function makeStatement(
  state: LedgerState,
  trees: AccountTrees,
  account: string,
  statementSecret: Uint8Array,
): AccountStatement | null {
  const index = state.indexOf.get(account);
  const opening = index === undefined ? null : openAccount(state, index, statementSecret);
  if (index === undefined || opening === null) return null;
  return { version: state.version, opening, index, path: trees.balances.path(index) };
}

export function encodeStatement({ version, opening, index, path }: AccountStatement): Bytes {
  const { ledger, account, changedAt, available, pending, reserved, salt } = opening;
  return canonicalBytes({
    v: statementVersion,
    ...{ ledger, account, version, changedAt, index },
    ...{ available: `${available}`, pending: `${pending}`, reserved: `${reserved}` },
    salt: toBase64(salt),
    path: path.map((hash) => toBase64(hash)),
  });
}

/** @throws LedgerError `STATEMENT_MALFORMED`; CanonicalError `JSON_*` */
export function parseStatement(bytes: Uint8Array): AccountStatement {
  const document = parseJsonStrict(bytes, jsonLimits);
  try {
    const reader = new StrictMembers(document, members, 'statement');
    reader.constant('v', statementVersion);
    const balance = { min: 0n, max: supplyMax };
    return {
      version: reader.integer('version'),
      index: reader.integer('index'),
      opening: {
        ledger: reader.name('ledger'),
        account: reader.name('account'),
        changedAt: reader.integer('changedAt'),
        available: reader.amount('available', balance),
        pending: reader.amount('pending', balance),
        reserved: reader.amount('reserved', balance),
        salt: fromBase64(reader.base64('salt', 32)),
      },
      path: reader.list('path', 0, pathMax).map((hash, at) => {
        const element = new StrictMembers({ hash }, ['hash'], `statement.path[${at}]`);
        return fromBase64(element.base64('hash', 32));
      }),
    };
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('STATEMENT_MALFORMED', error.message);
    throw error;
  }
}

/** @param receipt of the version, whose signature by the ledger's key the caller has verified */
export function verifyStatement(statement: AccountStatement, receipt: BatchReceipt): readonly Check[] {
  const { opening, version, index, path } = statement;
  const about = (id: string, title: string, holds: boolean, reason: string): Check => {
    const result: CheckResult = holds ? 'pass' : 'fail';
    return { id, title, result, reason: holds ? null : reason, severity: 'blocker' };
  };
  const same = opening.ledger === receipt.ledger && version === receipt.version;
  const led = verifyInclusion({
    leafHash: leafHash(balanceLeaf(commitAccount(opening))),
    index,
    size: receipt.accountCount,
    path,
    root: fromHex(receipt.commitments.after.slice('sha256:'.length)),
  });
  const before = opening.changedAt <= version;
  return [
    about('LEDGER-STATEMENT-001', 'ledger and version of the receipt', same, 'STATEMENT_OF_OTHER_VERSION'),
    about('LEDGER-STATEMENT-002', 'balance under the root of the receipt', led, 'STATEMENT_NOT_COMMITTED'),
    about('LEDGER-STATEMENT-003', 'balance not from the future', before, 'STATEMENT_OF_OTHER_VERSION'),
  ];
}
