/**
 * A state as bytes, for a snapshot that an enclave seals under the state key. Nobody else can read or change one; it is
 * parsed strictly all the same and held against `checkState`, because everything that follows rests on it.
 */
import {
  type Bytes,
  canonicalBytes,
  fromBase64,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
  toBase64,
} from '#canonical';
import { supplyMax } from '#ciphertext';
import { delegableOps } from '../intent/intent.js';
import { intentReasons } from '../intent/reasons.js';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { keyBookToJson, readKeyBook } from '../keys/key-claims.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import { fieldText, type NoteTerms, readField } from '../notes/note.js';
import { checkState } from './found-state.js';
import {
  type Account,
  books,
  type Decision,
  type Delegate,
  type LedgerState,
  type PageBooks,
  type Purse,
  type ReplayWindow,
  type Reservation,
} from './state.js';

export const snapshotVersion = 'sealflow/ledger-snapshot/v1';

const members = ['v', 'terms', 'version', 'timeMs', 'supply', 'accounts', 'pages'];
const jsonLimits = { bytesMax: ledgerLimits.snapshotBytesMax, depthMax: 8, valuesMax: 2 ** 24 };
const BYTES_OF_BOOK = ledgerLimits.accountsPerPage * 8;

export function encodeState(state: LedgerState): Bytes {
  const { terms, version, timeMs, supply, accounts, pages, made, keys } = state;
  return canonicalBytes({
    v: snapshotVersion,
    terms: termsToJson(terms),
    version,
    timeMs,
    supply: `${supply}`,
    ...(made === undefined ? {} : { made: { ...made } }),
    ...(keys === undefined ? {} : { keys: keyBookToJson(keys) }),
    accounts: accounts.map(accountToJson),
    pages: pages.map((page) =>
      Object.fromEntries(books.map((book) => [book, toBase64(bytesOf(page[book]))])),
    ),
  });
}

/** @throws LedgerError `SNAPSHOT_MALFORMED`, `STATE_INVALID`; CanonicalError `JSON_*` */
export function parseState(bytes: Uint8Array): LedgerState {
  const document = parseJsonStrict(bytes, jsonLimits);
  try {
    const noted = isJsonObject(document) && Object.hasOwn(document, 'made');
    const ordered = isJsonObject(document) && Object.hasOwn(document, 'keys');
    const names = [...members, ...(noted ? ['made'] : []), ...(ordered ? ['keys'] : [])];
    const reader = new StrictMembers(document, names, 'snapshot');
    reader.constant('v', snapshotVersion);
    const countMax = ledgerLimits.pagesMax * ledgerLimits.accountsPerPage;
    const accounts = reader.list('accounts', 0, countMax).map(readAccount);
    const state: LedgerState = {
      terms: readTerms(reader.value['terms']),
      version: reader.integer('version'),
      timeMs: reader.integer('timeMs'),
      supply: reader.amount('supply', { min: 0n, max: supplyMax }),
      accounts,
      indexOf: new Map(accounts.map(({ id }, index) => [id, index])),
      pages: reader.list('pages', 1, ledgerLimits.pagesMax).map(readPage),
      ...(noted ? { made: readMade(reader.value['made']) } : {}),
      ...(ordered ? { keys: readKeyBook(reader.value['keys'], ['serial', 'states'], 'snapshot.keys') } : {}),
    };
    checkState(state);
    return state;
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('SNAPSHOT_MALFORMED', error.message);
    throw error;
  }
}

function termsToJson({ notes, supplyMax: most, ...plain }: LedgerState['terms']): JsonObject {
  return { ...plain, supplyMax: `${most}`, ...(notes === undefined ? {} : { notes: { ...notes } }) };
}

function readMade(value: Json | undefined): NonNullable<LedgerState['made']> {
  const reader = new StrictMembers(value, ['notes', 'serial'], 'snapshot.made');
  return { notes: reader.integer('notes'), serial: reader.integer('serial') };
}

function accountToJson(account: Account): JsonObject {
  const { id, owner, status, rollover, changedAt } = account;
  return {
    ...{ id, owner, status, rollover, changedAt },
    window: windowToJson(account.window),
    issuerWindow: windowToJson(account.issuerWindow),
    delegates: account.delegates.map((delegate) => ({
      ...delegate,
      ops: [...delegate.ops],
      allow: delegate.allow === null ? null : [...delegate.allow],
      perCall: `${delegate.perCall}`,
      perDay: `${delegate.perDay}`,
      spent: `${delegate.spent}`,
      window: windowToJson(delegate.window),
    })),
    reservations: account.reservations.map((reservation) => ({
      ...reservation,
      amount: `${reservation.amount}`,
    })),
    recent: account.recent.map((decision) => ({
      ...decision,
      requested: `${decision.requested}`,
      transferred: `${decision.transferred}`,
    })),
    ...(account.purse === undefined ? {} : { purse: purseToJson(account.purse) }),
  };
}

function purseToJson({ owner, notes }: Purse): JsonObject {
  return {
    owner: fieldText(owner),
    notes: notes.map(({ number, amount, salt }) => ({ number, amount: `${amount}`, salt: fieldText(salt) })),
  };
}

function windowToJson({ base, mask }: ReplayWindow): JsonObject {
  return { base, mask: mask.toString(16) };
}

function bytesOf(slots: BigUint64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(slots.length * 8));
  for (const [slot, value] of slots.entries()) view.setBigUint64(slot * 8, value);
  return new Uint8Array(view.buffer);
}

function readPage(value: Json, index: number): PageBooks {
  const reader = new StrictMembers(value, books, `snapshot.pages[${index}]`);
  const slotsOf = (book: (typeof books)[number]): BigUint64Array => {
    const bytes = fromBase64(reader.base64(book, BYTES_OF_BOOK));
    const view = new DataView(bytes.buffer);
    return BigUint64Array.from({ length: ledgerLimits.accountsPerPage }, (_, slot) =>
      view.getBigUint64(slot * 8),
    );
  };
  return { available: slotsOf('available'), pending: slotsOf('pending'), reserved: slotsOf('reserved') };
}

function readTerms(value: Json | undefined): LedgerState['terms'] {
  const names = ['ledger', 'asset', 'epoch', 'issuer', 'supplyMax', 'mode', 'padding'];
  const noted = isJsonObject(value) && Object.hasOwn(value, 'notes');
  const reader = new StrictMembers(value, noted ? [...names, 'notes'] : names, 'snapshot.terms');
  return {
    ...(noted ? { notes: readNoteTerms(reader.value['notes']) } : {}),
    ledger: reader.name('ledger'),
    asset: reader.name('asset'),
    epoch: reader.integer('epoch'),
    issuer: reader.base64('issuer', 32),
    supplyMax: reader.amount('supplyMax', { max: supplyMax }),
    mode: reader.oneOf('mode', ['tee-check', 'zk-check']),
    padding: reader.oneOf('padding', ['touched', 'all']),
  };
}

function readNoteTerms(value: Json | undefined): NoteTerms {
  const reader = new StrictMembers(value, ['charter', 'manifest', 'vkey'], 'snapshot.terms.notes');
  const [charter, manifest, vkey] = [
    reader.digest('charter'),
    reader.digest('manifest'),
    reader.digest('vkey'),
  ];
  return { charter, manifest, vkey };
}

function readPurse(value: Json | undefined, what: string): Purse {
  const reader = new StrictMembers(value, ['owner', 'notes'], `${what}.purse`);
  return {
    owner: readField(reader, 'owner'),
    notes: reader.list('notes', 0, ledgerLimits.notesMax).map((item) => {
      const note = new StrictMembers(item, ['number', 'amount', 'salt'], `${what}.purse.notes`);
      return { number: note.integer('number'), amount: note.amount('amount'), salt: readField(note, 'salt') };
    }),
  };
}

function readAccount(value: Json, index: number): Account {
  const what = `snapshot.accounts[${index}]`;
  const names = [
    ...['id', 'owner', 'status', 'rollover', 'window', 'issuerWindow', 'delegates', 'reservations'],
    ...['recent', 'changedAt'],
  ];
  const noted = isJsonObject(value) && Object.hasOwn(value, 'purse');
  const reader = new StrictMembers(value, noted ? [...names, 'purse'] : names, what);
  const { delegatesMax, reservationsMax, recentMax } = ledgerLimits;
  return {
    id: reader.name('id'),
    owner: reader.base64('owner', 32),
    status: reader.oneOf('status', ['active', 'frozen', 'closed']),
    rollover: reader.oneOf('rollover', ['auto', 'manual']),
    window: readWindow(reader.value['window'], `${what}.window`),
    issuerWindow: readWindow(reader.value['issuerWindow'], `${what}.issuerWindow`),
    delegates: reader.list('delegates', 0, delegatesMax).map((item) => readDelegate(item, what)),
    reservations: reader.list('reservations', 0, reservationsMax).map((item) => readReservation(item, what)),
    recent: reader.list('recent', 0, recentMax).map((item) => readDecision(item, what)),
    changedAt: reader.integer('changedAt'),
    ...(noted ? { purse: readPurse(reader.value['purse'], what) } : {}),
  };
}

function readWindow(value: Json | undefined, what: string): ReplayWindow {
  const reader = new StrictMembers(value, ['base', 'mask'], what);
  const mask = reader.text('mask', 16);
  if (!/^(?:0|[1-9a-f][0-9a-f]*)$/.test(mask)) reader.refuse('mask', '64 bits in hex');
  return { base: reader.integer('base'), mask: BigInt(`0x${mask}`) };
}

function readDelegate(value: Json, what: string): Delegate {
  const names = ['key', 'ops', 'perCall', 'perDay', 'untilMs', 'allow', 'since', 'window', 'day', 'spent'];
  const reader = new StrictMembers(value, names, `${what}.delegates`);
  const named = reader.list('ops', 1, delegableOps.length);
  return {
    key: reader.base64('key', 32),
    ops: delegableOps.filter((op) => named.includes(op)),
    perCall: reader.amount('perCall'),
    perDay: reader.amount('perDay'),
    untilMs: reader.integer('untilMs'),
    allow: reader.isNull('allow') ? null : reader.names('allow', 1, ledgerLimits.allowMax),
    since: reader.integer('since'),
    window: readWindow(reader.value['window'], `${what}.delegates.window`),
    day: reader.integer('day'),
    spent: reader.amount('spent', { min: 0n }),
  };
}

function readReservation(value: Json, what: string): Reservation {
  const reader = new StrictMembers(
    value,
    ['id', 'to', 'amount', 'closer', 'untilMs'],
    `${what}.reservations`,
  );
  return {
    id: reader.digest('id'),
    to: reader.name('to'),
    amount: reader.amount('amount', { min: 0n }),
    closer: reader.base64('closer', 32),
    untilMs: reader.integer('untilMs'),
  };
}

function readDecision(value: Json, what: string): Decision {
  const names = [
    ...['intentId', 'status', 'reason', 'place', 'version', 'requested', 'transferred', 'credited', 'silent'],
    'winner',
  ];
  const noted = isJsonObject(value) && Object.hasOwn(value, 'note');
  const reader = new StrictMembers(value, noted ? [...names, 'note'] : names, `${what}.recent`);
  return {
    intentId: reader.digest('intentId'),
    status: reader.oneOf('status', ['applied', 'refused']),
    reason: reader.isNull('reason') ? null : reader.oneOf('reason', intentReasons),
    place: reader.isNull('place') ? null : reader.text('place', 128),
    version: reader.integer('version'),
    requested: reader.amount('requested', { min: 0n }),
    transferred: reader.amount('transferred', { min: 0n }),
    credited: reader.isNull('credited') ? null : reader.name('credited'),
    winner: reader.digestOrNull('winner'),
    ...(noted ? { note: reader.integer('note') } : {}),
    silent:
      reader.value['silent'] === true ||
      (reader.value['silent'] === false ? false : reader.refuse('silent', 'true or false')),
  };
}
