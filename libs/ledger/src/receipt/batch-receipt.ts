/**
 * What the key enclave signs about one version of a page ledger, with the ledger's own key. It is trusted that each
 * delta moves what the intents of the batch ask for, and for nothing else: that pages are sums of earlier pages and
 * deltas can be replayed by anybody, without a key.
 */
import type { Commitment, Digest, Json, JsonObject } from '#canonical';
import { addCountMax } from '#ciphertext';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { type KeyClaims, keyClaimsToJson, readKeyClaims } from '../keys/key-claims.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import { type Book, books } from '../state/state.js';

export const ledgerBatchPredicateType = 'https://sealflow.dev/evidence/ledger-batch/v1';

/**
 * `found`: the first version. `batch`: intents were applied. `rotate`: the pages are under new keys. `key`: the issuer
 * ordered another state of the key of one epoch.
 */
export const receiptEvents = ['found', 'batch', 'rotate', 'key'] as const;
export type ReceiptEvent = (typeof receiptEvents)[number];

export interface BatchReceipt {
  readonly event: ReceiptEvent;
  readonly ledger: string;
  readonly asset: string;
  /** Of the keys that the pages are under after this version. */
  readonly epoch: number;
  /** After the event; one more than that of `prevReceipt`. */
  readonly version: number;
  readonly timeMs: number;
  readonly runId: string;
  /** The authorize task that this receipt is an output of. */
  readonly taskId: string;
  readonly charter: Digest;
  /** The blob of sealed envelopes and how many intents were in them; null unless the event is a batch. */
  readonly intents: { readonly digest: Digest; readonly count: number } | null;
  /** The blob of sealed memos; null unless the event is a batch. */
  readonly outcomes: Digest | null;
  /** By page, then available, pending, reserved. Pages that are not named stay as they are. */
  readonly changes: readonly PageChange[];
  /** RFC 6962 roots over the digests of all pages of all books. */
  readonly pages: Roots;
  /** RFC 6962 roots over one salted commitment for each account. */
  readonly commitments: Roots;
  /** Accounts that the tree of commitments has after the event. */
  readonly accountCount: number;
  /** Salted; covers owners, states, windows, delegations and reservations of all accounts. */
  readonly directory: Commitment;
  /** Salted; covers the supply and its change in this version. */
  readonly supply: Commitment;
  /** Sealed state of this version, where one was made. */
  readonly snapshot: Digest | null;
  /** `sha256:` of the DSSE bytes of the receipt before this one; null only for the founding. */
  readonly prevReceipt: Digest | null;
  /** Raw Ed25519 key of the ledger, base64: the key that signs this receipt. */
  readonly ledgerKey: string;
  /** Names the FHE key of the pages. */
  readonly keyId: Digest;
  /** The FHE public key that deltas are made with, a blob. */
  readonly publicKeyId: Digest;
  /** X25519 key that intents are sealed to, base64. */
  readonly intentKey: string;
  readonly engine: string;
  /** In `zk-check` alone. */
  readonly notes?: NoteClaims;
  /** From the first order about a key on. */
  readonly keys?: KeyClaims;
}

/** What a receipt of a ledger in `zk-check` says of notes. */
export interface NoteClaims {
  /** Ed25519 key of the charter's issuer, base64: who may mint. */
  readonly issuer: string;
  /** Circuit manifest and verification key that transfers are proven under, blobs. */
  readonly manifest: Digest;
  readonly vkey: Digest;
  /** Notes that were ever made, before and after the event. */
  readonly before: number;
  readonly after: number;
  /** The blob that says and proves what became of notes; null where nothing did. */
  readonly moves: Digest | null;
}

export interface Roots {
  /** null only for the founding. */
  readonly before: Digest | null;
  readonly after: Digest;
}

/** One ciphertext that the event made. */
export interface PageChange {
  readonly page: number;
  readonly book: Book;
  /** null for a page that was not there before. */
  readonly prev: Digest | null;
  /** What is added to `prev`; null where the enclave encrypted the page itself, which nobody can replay. */
  readonly delta: Digest | null;
  readonly next: Digest;
  /** Additions since the page was encrypted. */
  readonly addCount: number;
}

export function batchReceiptPredicate(receipt: BatchReceipt): JsonObject {
  const { intents, pages, commitments, changes, notes, keys, ...plain } = receipt;
  const predicate: JsonObject = {
    ...plain,
    intents: intents === null ? null : { ...intents },
    pages: { ...pages },
    commitments: { ...commitments },
    changes: changes.map((change) => ({ ...change })),
    ...(notes === undefined ? {} : { notes: { ...notes } }),
    ...(keys === undefined ? {} : { keys: keyClaimsToJson(keys) }),
  };
  parseBatchReceipt(predicate);
  return predicate;
}

/** @throws LedgerError `RECEIPT_MALFORMED` */
export function parseBatchReceipt(predicate: JsonObject): BatchReceipt {
  try {
    return readReceipt(new StrictMembers(predicate, null, 'receipt'));
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('RECEIPT_MALFORMED', error.message);
    throw error;
  }
}

function readReceipt(reader: StrictMembers): BatchReceipt {
  const { pagesMax, accountsPerPage } = ledgerLimits;
  const receipt: BatchReceipt = {
    event: reader.oneOf('event', receiptEvents),
    ledger: reader.name('ledger'),
    asset: reader.name('asset'),
    epoch: reader.integer('epoch'),
    version: reader.integer('version'),
    timeMs: reader.integer('timeMs'),
    runId: reader.text('runId', 64),
    taskId: reader.text('taskId', 256),
    charter: reader.digest('charter'),
    intents: reader.isNull('intents') ? null : readIntents(reader),
    outcomes: reader.digestOrNull('outcomes'),
    changes: reader.list('changes', 0, pagesMax * books.length).map(readChange),
    pages: readRoots(reader, 'pages'),
    commitments: readRoots(reader, 'commitments'),
    accountCount: reader.integer('accountCount', pagesMax * accountsPerPage),
    directory: reader.commitment('directory'),
    supply: reader.commitment('supply'),
    snapshot: reader.digestOrNull('snapshot'),
    prevReceipt: reader.digestOrNull('prevReceipt'),
    ledgerKey: reader.base64('ledgerKey', 32),
    keyId: reader.digest('keyId'),
    publicKeyId: reader.digest('publicKeyId'),
    intentKey: reader.base64('intentKey', 32),
    engine: reader.text('engine', 128),
    ...(reader.has('notes') ? { notes: readNotes(reader) } : {}),
    ...(reader.has('keys') ? { keys: readKeyClaims(reader.value['keys'], reader.place('keys')) } : {}),
  };
  checkShape(reader, receipt);
  return receipt;
}

/** What each event must and must not have. */
function checkShape(reader: StrictMembers, receipt: BatchReceipt): void {
  const { event, changes } = receipt;
  const founding = event === 'found';
  const expect = (holds: boolean, member: string, expected: string): void => {
    if (!holds) reader.refuse(member, `${expected} in a receipt of a ${event}`);
  };
  expect((receipt.prevReceipt === null) === founding, 'prevReceipt', founding ? 'null' : 'a digest');
  expect((receipt.pages.before === null) === founding, 'pages', founding ? 'no root before' : 'both roots');
  expect(
    (receipt.commitments.before === null) === founding,
    'commitments',
    founding ? 'no root before' : 'both roots',
  );
  expect((receipt.intents !== null) === (event === 'batch'), 'intents', 'intents of a batch alone');
  expect((receipt.outcomes !== null) === (event === 'batch'), 'outcomes', 'outcomes of a batch alone');
  expect(founding === (receipt.version === 1), 'version', founding ? '1' : 'more than 1');
  if (receipt.notes !== undefined) {
    const { before, after, moves } = receipt.notes;
    const still = moves === null && before === after;
    expect(
      event === 'batch' ? still || (moves !== null && before < after) : still,
      'notes',
      'counts that fit the moves',
    );
    expect(!founding || before === 0, 'notes', 'no note');
  }
  checkKeys(receipt, expect);
  let last = -1;
  for (const { page, book, prev, delta, addCount } of changes) {
    const place = page * books.length + books.indexOf(book);
    expect(place > last, 'changes', 'changes by page and book, each once');
    last = place;
    expect((prev === null) === founding, 'changes', founding ? 'no page before' : 'the page before');
    if (event !== 'batch') expect(delta === null, 'changes', 'no delta');
    // A page that was encrypted afresh has seen no addition.
    expect((delta === null) === (addCount === 0), 'changes', 'an addition count that fits the delta');
  }
}

/** A key changes its state by an order of the issuer alone, and nothing of the accounts changes with it. */
function checkKeys(
  { event, epoch, keys, changes, pages, commitments }: BatchReceipt,
  expect: (holds: boolean, member: string, expected: string) => void,
): void {
  const ordered = event === 'key';
  expect((keys?.order != null) === ordered, 'keys', ordered ? 'an order' : 'no order');
  expect(event !== 'found' || keys === undefined, 'keys', 'no states of keys');
  const last = keys?.states.at(-1);
  expect(last === undefined || last.epoch === epoch, 'keys', 'states up to the present epoch');
  const still = changes.length === 0 && pages.before === pages.after;
  expect(!ordered || (still && commitments.before === commitments.after), 'changes', 'no change');
}

function readNotes(reader: StrictMembers): NoteClaims {
  const notes = new StrictMembers(reader.value['notes'], null, reader.place('notes'));
  return {
    issuer: notes.base64('issuer', 32),
    manifest: notes.digest('manifest'),
    vkey: notes.digest('vkey'),
    before: notes.integer('before'),
    after: notes.integer('after'),
    moves: notes.digestOrNull('moves'),
  };
}

function readIntents(reader: StrictMembers): NonNullable<BatchReceipt['intents']> {
  const intents = new StrictMembers(reader.value['intents'], null, reader.place('intents'));
  return { digest: intents.digest('digest'), count: intents.integer('count', ledgerLimits.batchIntentsMax) };
}

function readRoots(reader: StrictMembers, member: string): Roots {
  const roots = new StrictMembers(reader.value[member], null, reader.place(member));
  return { before: roots.digestOrNull('before'), after: roots.digest('after') };
}

function readChange(value: Json, index: number): PageChange {
  const change = new StrictMembers(value, null, `receipt.changes[${index}]`);
  return {
    page: change.integer('page', ledgerLimits.pagesMax - 1),
    book: change.oneOf('book', books),
    prev: change.digestOrNull('prev'),
    delta: change.digestOrNull('delta'),
    next: change.digest('next'),
    addCount: change.integer('addCount', addCountMax),
  };
}
