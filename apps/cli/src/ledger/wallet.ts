import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { withFileLock } from '../installation/file-lock.js';
import { exitCode, UsageError } from '../output/failure.js';

const VERSION = 'sealflow/wallet/v1';
const namePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const BYTES_MAX = 16 * 1024 * 1024;

/** A key of its owner and the next number that it signs with. */
export interface WalletKey {
  /** Ed25519 seed, base64. */
  readonly seed: string;
  readonly nonce: number;
  /** On a ledger in zk-check: what its notes are proven with, and those it has, as decimal texts. */
  readonly spendKey?: string;
  readonly notes?: readonly WalletNote[];
}

export interface WalletNote {
  readonly number: number;
  readonly amount: string;
  readonly salt: string;
}

/** What the owner of a mandate allowed, by the name of its account. */
export interface WalletMandate {
  /** Account that the budget came from, and that the rest goes back to. */
  readonly payer: string;
  /** Ed25519 key of the agent, base64. */
  readonly agent: string;
  readonly perCall: string;
  readonly perDay: string;
  readonly until: string;
  /** null allows any. */
  readonly payees: readonly string[] | null;
}

/** Everything that one machine knows of a ledger. */
export interface WalletContent {
  readonly tenant: string;
  readonly ledger: string;
  /** Key that signs the ledger's receipts, base64. */
  readonly ledgerKey: string;
  /** Signs charters, accounts and deposits; its numbers are counted for each account. */
  readonly issuerSeed: string;
  readonly issued: Readonly<Record<string, number>>;
  readonly accounts: Readonly<Record<string, WalletKey>>;
  readonly mandates?: Readonly<Record<string, WalletMandate>>;
  /** X25519 secret keys of the recovery holders, base64, by name. */
  readonly holders: Readonly<Record<string, string>>;
  /** Of a ledger in zk-check: digest of the charter, and the newest mint that was signed here. */
  readonly minted?: { readonly charter: string; readonly serial: number };
}

/**
 * The keys of a ledger in one file of the installation: of its issuer, its accounts and its recovery holders together.
 * That is for trying things out. Elsewhere each of them has its key, and nobody has the others'.
 *
 * Each change starts from what the file says now and is made under a lock, so that several commands at once never take
 * one number, and none loses what another kept.
 */
export class Wallet {
  private constructor(
    private readonly path: string,
    private content: WalletContent,
  ) {}

  /** @throws UsageError where keys of a ledger of this name are here already */
  static create(home: string, content: WalletContent): Wallet {
    const wallet = new Wallet(pathOf(home, content.ledger), content);
    withFileLock(lockOf(wallet.path), () => {
      requireFree(wallet.path);
      wallet.#write();
    });
    return wallet;
  }

  /** @throws UsageError where keys of a ledger of this name are here already: they would be lost */
  static requireNone(home: string, ledger: string): void {
    requireFree(pathOf(home, ledger));
  }

  static open(home: string, ledger: string): Wallet {
    const path = pathOf(home, ledger);
    if (existsSync(path)) return new Wallet(path, read(path));
    throw new UsageError(
      `ledger ${ledger}: expected its keys in ${path}, got no such file: found it with \`sealflow ledger create\``,
    );
  }

  get known(): WalletContent {
    return this.content;
  }

  account(id: string): WalletKey {
    const found = Object.hasOwn(this.content.accounts, id) ? this.content.accounts[id] : undefined;
    if (found !== undefined) return found;
    throw new UsageError(
      `account ${id}: expected one of ${Object.keys(this.content.accounts).join(', ') || 'none'}, whose keys are here`,
    );
  }

  /** An account that there is keeps its keys. */
  add(id: string, seed: string, spendKey: string | null): void {
    const noted = spendKey === null ? {} : { spendKey, notes: [] };
    this.#change(({ accounts }) =>
      Object.hasOwn(accounts, id) ? {} : { accounts: { ...accounts, [id]: { seed, nonce: 1, ...noted } } },
    );
  }

  keepMandate(account: string, mandate: WalletMandate): void {
    this.#change(({ mandates }) => ({ mandates: { ...mandates, [account]: mandate } }));
  }

  mandate(account: string): WalletMandate {
    const { mandates = {} } = this.content;
    const found = Object.hasOwn(mandates, account) ? mandates[account] : undefined;
    if (found !== undefined) return found;
    throw new UsageError(
      `mandate ${account}: expected one of ${Object.keys(mandates).join(', ') || 'none'}, that were granted here`,
    );
  }

  /** The next number of an account's owner. It counts before it is used: what is lost on the way is not used again. */
  nextOf(id: string): number {
    this.#change(({ accounts }) => {
      const key = this.account(id);
      return { accounts: { ...accounts, [id]: { ...key, nonce: key.nonce + 1 } } };
    });
    return this.account(id).nonce - 1;
  }

  /** The next number of the issuer for an account. */
  nextOfIssuer(id: string): number {
    const next = (): number =>
      (Object.hasOwn(this.content.issued, id) ? this.content.issued[id] : undefined) ?? 1;
    this.#change(({ issued }) => ({ issued: { ...issued, [id]: next() + 1 } }));
    return next() - 1;
  }

  /** The next serial of a mint. It counts before it is used, as numbers of intents do. */
  nextMint(): number {
    const newest = () => {
      const { minted } = this.content;
      if (minted !== undefined) return minted;
      throw new UsageError('the ledger is not in zk-check: it takes no mints');
    };
    this.#change(() => ({ minted: { ...newest(), serial: newest().serial + 1 } }));
    return newest().serial;
  }

  /** Changes the notes of accounts whose keys are here; those of others are for their owners to keep. */
  keepNotes(
    changes: Readonly<Record<string, (notes: readonly WalletNote[]) => readonly WalletNote[]>>,
  ): void {
    this.#change((content) => {
      const accounts = { ...content.accounts };
      for (const [id, change] of Object.entries(changes)) {
        const key = Object.hasOwn(accounts, id) ? accounts[id] : undefined;
        if (key !== undefined) accounts[id] = { ...key, notes: change(key.notes ?? []) };
      }
      return { accounts };
    });
  }

  #change(change: (content: WalletContent) => Partial<WalletContent>): void {
    withFileLock(lockOf(this.path), () => {
      this.content = read(this.path);
      this.content = { ...this.content, ...change(this.content) };
      this.#write();
    });
  }

  /** Replaced as a whole, so that a command that is ended in between leaves the file of before. */
  #write(): void {
    const next = `${this.path}.next`;
    writeFileSync(next, `${JSON.stringify({ v: VERSION, ...this.content }, null, 2)}\n`, { mode: 0o600 });
    renameSync(next, this.path);
  }
}

function lockOf(path: string): string {
  return `${path}.lock`;
}

function requireFree(path: string): void {
  if (!existsSync(path)) return;
  throw new UsageError(
    `${path}: expected no keys of a ledger of this name, got some: take another name, or put the file elsewhere`,
  );
}

function read(path: string): WalletContent {
  const value = parseJsonStrict(readFileSync(path), { bytesMax: BYTES_MAX });
  if (isJsonObject(value) && value['v'] === VERSION) return contentOf(value);
  throw new UsageError(`${path}: expected a wallet of ${VERSION}, got another document`, exitCode.malformed);
}

/** @throws UsageError for a name that no ledger has */
export function pathOf(home: string, ledger: string): string {
  if (!namePattern.test(ledger)) {
    throw new UsageError('ledger: expected a name of lower-case letters, digits, dots and dashes');
  }
  const folder = join(home, 'wallets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `${ledger}.json`);
}

/** Not parsed as hostile input: it is the user's own file, which this class wrote. */
function contentOf({ v: _version, ...content }: JsonObject): WalletContent {
  return content as unknown as WalletContent;
}
