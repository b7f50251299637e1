/**
 * The founding document of a page ledger. Its issuer signs it; the enclave that founds the ledger carries its digest in
 * the first receipt, so nobody can say later that other rules applied.
 */
import {
  type Bytes,
  canonicalBytes,
  type Digest,
  digestOf,
  failedChecks,
  formatTime,
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonStrict,
} from '#canonical';
import { supplyMax } from '#ciphertext';
import { verifyCircuit } from '#proofs';
import type { Rollover } from '../intent/intent.js';
import { isSignedDocument, signDocument, unsignedBytes } from '../intent/signed-document.js';
import { MemberError, StrictMembers } from '../intent/strict-members.js';
import { LedgerError } from '../ledger-error.js';
import { ledgerLimits } from '../limits.js';
import { isSpendCircuit, ownPolicy, type SpendCircuit } from '../notes/verify-spends.js';
import type { CheckMode, Padding } from './state.js';

export const charterVersion = 'sealflow/ledger-charter/v2';

export interface Charter {
  readonly ledger: string;
  readonly asset: string;
  /** Ed25519 key, base64. */
  readonly issuer: string;
  readonly supplyMax: bigint;
  /** Room for accounts: 8,192 a page. */
  readonly pageCount: number;
  readonly mode: CheckMode;
  readonly padding: Padding;
  readonly accounts: readonly CharterAccount[];
  readonly recovery: Recovery;
  /** Who may be given openings and statements, besides owners. */
  readonly viewers: readonly Viewer[];
  /** What proves transfers, in `zk-check` alone. */
  readonly circuit?: SpendCircuit;
  readonly digest: Digest;
}

export interface CharterAccount {
  readonly id: string;
  /** Ed25519 key, base64. */
  readonly owner: string;
  readonly rollover: Rollover;
  /** What the account starts with. */
  readonly opening: bigint;
}

/** Any `threshold` of the holders can bring the secrets of the ledger back; fewer learn nothing. */
export interface Recovery {
  readonly threshold: number;
  readonly holders: readonly { readonly name: string; readonly sealKey: string }[];
}

export interface Viewer {
  readonly name: string;
  /** X25519 key that disclosures are sealed to, base64. */
  readonly sealKey: string;
  /** Ed25519 key that asks for them, base64. */
  readonly signer: string;
  readonly scopes: readonly ViewScope[];
  readonly untilMs: number;
}

export const viewScopes = ['batches', 'statements', 'totals'] as const;
export type ViewScope = (typeof viewScopes)[number];

const members = [
  ...['v', 'ledger', 'asset', 'issuer', 'supplyMax', 'pageCount', 'mode', 'padding', 'accounts'],
  ...['recovery', 'viewers', 'signature'],
];
const jsonLimits = { bytesMax: ledgerLimits.charterBytesMax, depthMax: 8, valuesMax: 2 ** 17 };

/** @throws LedgerError `CHARTER_INVALID`, `CHARTER_SIGNATURE_INVALID`; CanonicalError `JSON_*` */
export function parseCharter(bytes: Uint8Array): Charter {
  const document = parseJsonStrict(bytes, jsonLimits);
  try {
    const proves = isJsonObject(document) && document['mode'] === 'zk-check';
    const reader = new StrictMembers(document, proves ? [...members, 'circuit'] : members, 'charter');
    const unsigned = unsignedBytes(reader.value);
    const charter = readCharter(reader, digestOf(canonicalBytes(reader.value)));
    const signature = reader.base64('signature', 64);
    if (!isSignedDocument(unsigned, charterVersion, { publicKey: charter.issuer, signature }))
      throw new LedgerError(
        'CHARTER_SIGNATURE_INVALID',
        'charter.signature does not verify under charter.issuer; sign the charter with the issuer key',
      );
    return charter;
  } catch (error) {
    if (error instanceof MemberError) throw new LedgerError('CHARTER_INVALID', error.message);
    throw error;
  }
}

/** @param seed 32 bytes of the issuer. */
export function signCharter(charter: Omit<Charter, 'digest'>, seed: Uint8Array): Bytes {
  const document: JsonObject = {
    v: charterVersion,
    ledger: charter.ledger,
    asset: charter.asset,
    issuer: charter.issuer,
    supplyMax: `${charter.supplyMax}`,
    pageCount: charter.pageCount,
    mode: charter.mode,
    padding: charter.padding,
    accounts: charter.accounts.map(({ id, owner, rollover, opening }) => ({
      id,
      owner,
      rollover,
      opening: `${opening}`,
    })),
    recovery: {
      threshold: charter.recovery.threshold,
      holders: charter.recovery.holders.map(({ name, sealKey }) => ({ name, sealKey })),
    },
    viewers: charter.viewers.map(({ name, sealKey, signer, scopes, untilMs }) => ({
      name,
      sealKey,
      signer,
      scopes: [...scopes],
      until: formatTime(untilMs),
    })),
    ...(charter.circuit === undefined ? {} : { circuit: circuitToJson(charter.circuit) }),
  };
  return canonicalBytes(signDocument(document, charterVersion, seed));
}

function readCharter(reader: StrictMembers, digest: Digest): Charter {
  reader.constant('v', charterVersion);
  const charter: Charter = {
    ledger: reader.name('ledger'),
    asset: reader.name('asset'),
    issuer: reader.base64('issuer', 32),
    supplyMax: reader.amount('supplyMax', { max: supplyMax }),
    pageCount: reader.integer('pageCount', ledgerLimits.pagesMax),
    mode: reader.oneOf('mode', ['tee-check', 'zk-check']),
    padding: reader.oneOf('padding', ['touched', 'all']),
    accounts: readAccounts(reader),
    recovery: readRecovery(reader),
    viewers: reader.list('viewers', 0, ledgerLimits.viewersMax).map(readViewer),
    ...(reader.has('circuit') ? { circuit: readCircuit(reader) } : {}),
    digest,
  };
  // Notes of an opening would be nobody's word: the issuer mints them.
  if (charter.mode === 'zk-check' && charter.accounts.length > 0)
    reader.refuse('accounts', 'none in zk-check: accounts are opened and given notes by intents');
  const room = charter.pageCount * ledgerLimits.accountsPerPage;
  if (charter.accounts.length > room || charter.pageCount < 1)
    reader.refuse('pageCount', 'enough pages for the accounts, and one at least');
  const sum = charter.accounts.reduce((total, { opening }) => total + opening, 0n);
  if (sum > charter.supplyMax) reader.refuse('accounts', 'openings that add up to supplyMax at most');
  return charter;
}

function circuitToJson({ manifest, vkey }: SpendCircuit): JsonObject {
  return { manifest: parseJsonStrict(manifest), vkey: parseJsonStrict(vkey) };
}

/** The charter carries the circuit itself, so that who has it needs nothing else to know what will be proven. */
function readCircuit(reader: StrictMembers): SpendCircuit {
  const circuit = new StrictMembers(reader.value['circuit'], ['manifest', 'vkey'], reader.place('circuit'));
  const bytesOf = (member: string): Uint8Array => canonicalBytes(circuit.value[member] ?? null);
  const found = { manifest: bytesOf('manifest'), vkey: bytesOf('vkey') };
  const failed = failedChecks(
    verifyCircuit(
      { ...found, signature: null, zkey: null, digests: {} },
      { ...ownPolicy(found), signers: [] },
    ),
  );
  if (failed.length > 0)
    circuit.refuse('manifest', `a circuit that holds together, not ${failed[0]?.id} ${failed[0]?.reason}`);
  return isSpendCircuit(found) ? found : circuit.refuse('manifest', 'the circuit `transfer`, by its signals');
}

function readAccounts(reader: StrictMembers): readonly CharterAccount[] {
  const countMax = ledgerLimits.pagesMax * ledgerLimits.accountsPerPage;
  const accounts = reader.list('accounts', 0, countMax).map((value, index) => {
    const account = new StrictMembers(
      value,
      ['id', 'owner', 'rollover', 'opening'],
      `charter.accounts[${index}]`,
    );
    return {
      id: account.name('id'),
      owner: account.base64('owner', 32),
      rollover: account.oneOf('rollover', ['auto', 'manual']),
      opening: account.amount('opening', { min: 0n }),
    };
  });
  if (new Set(accounts.map(({ id }) => id)).size !== accounts.length)
    reader.refuse('accounts', 'accounts whose ids differ');
  return accounts;
}

function readRecovery(reader: StrictMembers): Recovery {
  const recovery = new StrictMembers(
    reader.value['recovery'],
    ['threshold', 'holders'],
    reader.place('recovery'),
  );
  const holders = recovery.list('holders', 2, ledgerLimits.recoveryHoldersMax).map((value, index) => {
    const holder = new StrictMembers(value, ['name', 'sealKey'], `charter.recovery.holders[${index}]`);
    return { name: holder.name('name'), sealKey: holder.base64('sealKey', 32) };
  });
  if (new Set(holders.map(({ name }) => name)).size !== holders.length)
    recovery.refuse('holders', 'holders whose names differ');
  if (new Set(holders.map(({ sealKey }) => sealKey)).size !== holders.length)
    recovery.refuse('holders', 'holders whose keys differ');
  const threshold = recovery.integer('threshold', holders.length);
  // With a threshold of 1 every holder alone could read the ledger.
  return threshold >= 2
    ? { threshold, holders }
    : recovery.refuse('threshold', `a number from 2 to ${holders.length}`);
}

function readViewer(value: Json, index: number): Viewer {
  const names = ['name', 'sealKey', 'signer', 'scopes', 'until'];
  const viewer = new StrictMembers(value, names, `charter.viewers[${index}]`);
  const asked = viewer.list('scopes', 1, viewScopes.length);
  const scopes = viewScopes.filter((scope) => asked.includes(scope));
  if (scopes.length !== asked.length) viewer.refuse('scopes', `distinct names of ${viewScopes.join(', ')}`);
  return {
    name: viewer.name('name'),
    sealKey: viewer.base64('sealKey', 32),
    signer: viewer.base64('signer', 32),
    scopes,
    untilMs: viewer.timeMs('until'),
  };
}
