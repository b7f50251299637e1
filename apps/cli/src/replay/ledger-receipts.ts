/**
 * Receipts of a page ledger from whatever holds them: evidence bundles, which carry one each, and signed receipts as
 * files of their own. Nobody is trusted for them: each counts by the ledger's signature and by its place in the chain.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CanonicalError,
  canonicalBytes,
  type Digest,
  digestOf,
  fromBase64,
  isJsonObject,
  parseJsonStrict,
} from '#canonical';
import {
  bundleLimits,
  type DsseEnvelope,
  EvidenceError,
  envelopeFromJson,
  envelopeToJson,
  isSignedBy,
  parseStepPredicate,
  readContainer,
  statementOf,
  stepPredicateType,
} from '#evidence';
import { type ChainLink, LedgerError, ledgerBatchPredicateType, parseBatchReceipt } from '#ledger';
import { readBundle } from '../batch/read-bundle.js';
import { exitCode, UsageError } from '../output/failure.js';

const FILES_MAX = 65_536;
/** What `sealflow` writes; other files of a folder are left alone. */
const RECEIPT_FILES = /\.(?:evidence\.json(?:\.gz)?|receipt\.json)$/;

export interface FoundReceipt extends ChainLink {
  readonly file: string;
  /** What its bundle carries of notes, by digest; a receipt that is a file of its own has nothing beside it. */
  readonly blob: (digest: Digest) => Uint8Array | null;
}

export interface FoundReceipts {
  /** Of the one ledger, by version; of equal receipts the first one. */
  readonly receipts: readonly FoundReceipt[];
  /** What could not be taken as a receipt, by file. */
  readonly refused: readonly { readonly file: string; readonly reason: string }[];
}

export interface WantedReceipts {
  /** null where the receipts say by themselves which ledger they are of. */
  readonly ledger: string | null;
  /** The key that must have signed them, base64; null takes the one that they name. */
  readonly ledgerKey: string | null;
}

/** @throws UsageError where there are receipts of several ledgers and none is named, or none at all */
export async function findReceipts(
  paths: readonly string[],
  { ledger, ledgerKey }: WantedReceipts = { ledger: null, ledgerKey: null },
): Promise<FoundReceipts> {
  const byDigest = new Map<Digest, FoundReceipt>();
  const refused: { file: string; reason: string }[] = [];
  for (const file of paths.flatMap(receiptFiles)) {
    try {
      const { envelopes, blobs } = readFound(await readBundle(file));
      for (const envelope of envelopes) {
        const link = linkOf(envelope);
        if (ledger !== null && link.receipt.ledger !== ledger) continue;
        if (ledgerKey !== null && link.receipt.ledgerKey !== ledgerKey) {
          refused.push({ file, reason: 'SIGNER_UNKNOWN' });
          continue;
        }
        const blob = noteBlobs(link, blobs);
        // The same receipt may come by itself and in a bundle, which has more.
        const known = byDigest.get(link.digest);
        const { moves = null } = link.receipt.notes ?? {};
        const better = known === undefined || (moves !== null && known.blob(moves) === null);
        if (better) byDigest.set(link.digest, { ...link, file, blob });
      }
    } catch (error) {
      const known =
        error instanceof EvidenceError || error instanceof LedgerError || error instanceof CanonicalError;
      if (!known) throw error;
      refused.push({ file, reason: error.code });
    }
  }
  const receipts = [...byDigest.values()].sort((a, b) => a.receipt.version - b.receipt.version);
  const names = [...new Set(receipts.map((found) => found.receipt.ledger))];
  if (names.length > 1) {
    throw new UsageError(
      `expected receipts of one ledger, got those of ${names.join(', ')}: name one with --ledger`,
    );
  }
  if (receipts.length === 0 && refused.length === 0) {
    throw new UsageError(
      `expected bundles or receipts of ${ledger === null ? 'a page ledger' : `ledger ${ledger}`}, got none`,
      exitCode.malformed,
    );
  }
  return { receipts, refused };
}

function receiptFiles(path: string): readonly string[] {
  if (path === '-') return [path];
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined)
    throw new UsageError(
      `${path}: expected a bundle, a receipt or a folder, got nothing`,
      exitCode.malformed,
    );
  if (!status.isDirectory()) return [path];
  const names = readdirSync(path)
    .filter((name) => RECEIPT_FILES.test(name))
    .sort();
  if (names.length <= FILES_MAX) return names.map((name) => join(path, name));
  throw new UsageError(
    `${path}: expected at most ${FILES_MAX} bundles, got ${names.length}`,
    exitCode.malformed,
  );
}

/** Of a bundle only what a receipt names is kept: there may be thousands of bundles. */
function noteBlobs({ receipt: { notes } }: ChainLink, blobs: BundleBlobs): FoundReceipt['blob'] {
  const kept = new Map<Digest, Uint8Array>();
  for (const digest of notes === undefined ? [] : [notes.moves, notes.manifest, notes.vkey]) {
    const bytes = digest === null ? null : (blobs.get(digest)?.bytes ?? null);
    if (digest !== null && bytes !== null) kept.set(digest, bytes);
  }
  return (digest) => kept.get(digest) ?? null;
}

type BundleBlobs = ReturnType<typeof readContainer>['blobs'];

interface FoundIn {
  readonly envelopes: readonly DsseEnvelope[];
  readonly blobs: BundleBlobs;
}

/** The receipts in a bundle, or the one that the bytes are. */
function readFound(bytes: Uint8Array): FoundIn {
  const document = parseJsonStrict(bytes, bundleLimits);
  if (!isJsonObject(document)) throw new EvidenceError('BUNDLE_MALFORMED', 'expected an object');
  if (document['payloadType'] !== undefined)
    return { envelopes: [envelopeFromJson(document, 'receipt')], blobs: new Map() };
  const { steps, blobs } = readContainer(document);
  const envelopes = steps.flatMap((step) => {
    const { operation, public: facts } = parseStepPredicate(statementOf(step, stepPredicateType).predicate);
    const stated = facts['receipt'];
    // Other steps, and those of ledgers of one page, state no receipt of a batch.
    if (!operation.endsWith('.authorize') || stated === undefined || !isJsonObject(stated)) return [];
    const envelope = envelopeFromJson(stated, 'receipt');
    return isBatchReceipt(envelope) ? [envelope] : [];
  });
  return { envelopes, blobs };
}

function isBatchReceipt(envelope: DsseEnvelope): boolean {
  try {
    statementOf(envelope, ledgerBatchPredicateType);
    return true;
  } catch (error) {
    if (error instanceof EvidenceError) return false;
    throw error;
  }
}

function linkOf(envelope: DsseEnvelope): ChainLink {
  const receipt = parseBatchReceipt(statementOf(envelope, ledgerBatchPredicateType).predicate);
  if (!isSignedBy(envelope, fromBase64(receipt.ledgerKey))) {
    throw new EvidenceError('SIGNATURE_INVALID', 'the ledger’s key did not sign the receipt');
  }
  return { receipt, digest: digestOf(canonicalBytes(envelopeToJson(envelope))) };
}
