/**
 * A key enclave takes a ledger over from recovery shares, when the one that held its secrets is gone.
 *
 * Whoever brings enough shares may do this: that is what they are for. What they open is believed only as far as it
 * goes together with the chain of receipts up to the head that they name, and with the pages, which are decrypted and
 * compared slot by slot. Nothing is kept before that.
 */
import { type Digest, fromBase64, isDigest, type Json } from '#canonical';
import { keysOf, sharesVersion } from '#ledger';
import type { OpenTask, TaskOutcome } from '#worker';
import { refusal } from '../shared/ledger-error.js';
import { StrictObject } from '../shared/strict-object.js';
import { checkPinnedLedger, openedValue } from '../shared/task-inputs.js';
import { atKeys, ledgerKeyOf } from './ledger-secrets.js';
import type { ClaimedHead } from './lineage.js';
import type { EnclaveParts } from './parts.js';
import { holdersMax, openRecoveryPackage, shareBytes } from './recovery-shares.js';
import { verified } from './standing.js';

export interface HandedShares {
  readonly head: ClaimedHead;
  /** The blob that the shares open. */
  readonly package: Digest;
  readonly shares: readonly Uint8Array[];
}

export async function recoverLedger(task: OpenTask, parts: EnclaveParts): Promise<TaskOutcome> {
  const handed = parseHandedShares(openedValue(task, 'shares'));
  const { ledger } = handed.head;
  checkPinnedLedger(task, ledger);
  if ((await parts.vault.load(task.tenant, ledger)) !== null) {
    throw refusal('LEDGER_EXISTS', 'this key enclave holds the secrets of the ledger already');
  }
  const packaged = await task.blobs.get(handed.package);
  const record = await openRecoveryPackage(packaged, handed.shares, task.tenant, ledger);
  if (record.ledger !== ledger || record.tenant !== task.tenant) {
    throw refusal('RECOVERY_FAILED', 'package: the record is of another ledger');
  }
  const at = await verified(handed.head, record, task.blobs, parts);
  await parts.vault.save(atKeys(record, keysOf(at.state)));
  const { version } = at;
  return {
    public: { outcome: 'recovered', ledger, version, ledgerKey: ledgerKeyOf(record) },
    outputs: {},
    evidence: {},
  };
}

/** Refuses with `RECOVERY_FAILED`. */
export function parseHandedShares(value: Json): HandedShares {
  const members = ['v', 'ledger', 'version', 'receipt', 'package', 'shares'];
  const reader = new StrictObject(value, members, 'RECOVERY_FAILED', 'shares');
  reader.constant('v', sharesVersion);
  const shares = reader.list('shares', holdersMax).map((share, index) => {
    const one = new StrictObject({ share }, ['share'], 'RECOVERY_FAILED', `shares[${index}]`);
    return fromBase64(one.base64('share', shareBytes));
  });
  return {
    head: { ledger: reader.name('ledger'), version: versionOf(reader), receipt: digestOf(reader, 'receipt') },
    package: digestOf(reader, 'package'),
    shares,
  };
}

function versionOf(reader: StrictObject): number {
  return Number(reader.text('version', /^[1-9][0-9]{0,14}$/, 'a version from 1 as decimal text'));
}

function digestOf(reader: StrictObject, member: string): Digest {
  const text = reader.text(member, /^sha256:/, 'a digest');
  if (isDigest(text)) return text;
  throw refusal('RECOVERY_FAILED', `shares.${member}: expected a digest`);
}
