import type { Digest } from '#canonical';
import { ledgerLimits } from '../limits.js';
import { freshWindow } from './replay-window.js';
import type {
  Account,
  AccountBalances,
  Decision,
  Delegate,
  LedgerState,
  PageBooks,
  Purse,
  ReplayWindow,
  Reservation,
} from './state.js';

/**
 * One account while a batch is being applied.
 *
 * Credits of the batch stay in `incoming` until its end, so that no payment depends on the order in which payments of
 * others to the payer were put.
 */
export class AccountDraft {
  status: Account['status'];
  window: ReplayWindow;
  issuerWindow: ReplayWindow;
  delegates: readonly Delegate[];
  reservations: readonly Reservation[];
  recent: readonly Decision[];
  available: bigint;
  /** Left by earlier batches. */
  pending: bigint;
  incoming = 0n;
  reserved: bigint;
  purse: Purse | undefined;

  constructor(
    readonly index: number,
    /** As the batch found it; null when the batch opens it. */
    readonly before: Account | null,
    readonly opened: Pick<Account, 'id' | 'owner' | 'rollover'>,
    readonly start: AccountBalances,
  ) {
    this.status = before?.status ?? 'active';
    this.window = before?.window ?? freshWindow;
    this.issuerWindow = before?.issuerWindow ?? freshWindow;
    this.delegates = before?.delegates ?? [];
    this.reservations = before?.reservations ?? [];
    this.recent = before?.recent ?? [];
    this.available = start.available;
    this.pending = start.pending;
    this.reserved = start.reserved;
    this.purse = before?.purse;
  }

  get owner(): string {
    return this.opened.owner;
  }

  isEmpty(): boolean {
    const nothing =
      this.available === 0n && this.pending === 0n && this.incoming === 0n && this.reserved === 0n;
    return nothing && this.reservations.length === 0;
  }

  remember(decision: Decision): void {
    this.recent = [...this.recent.slice(1 - ledgerLimits.recentMax), decision];
  }

  earlier(intentId: Digest): Decision | undefined {
    return this.recent.find((decision) => decision.intentId === intentId);
  }

  /** The end of the batch: what came in becomes available, unless the account is frozen or rolls over by itself. */
  rollOver(): void {
    const pending = this.pending + this.incoming;
    const moves = this.status === 'active' && this.opened.rollover === 'auto';
    if (moves) this.available += pending;
    this.pending = moves ? 0n : pending;
    this.incoming = 0n;
  }

  /** What a note is to be worth when it is all that was not spent. */
  get noted(): bigint {
    return this.purse?.notes.reduce((total, { amount }) => total + amount, 0n) ?? 0n;
  }

  /** The line of the directory after the batch. */
  account(version: number): Account {
    const moved =
      this.before === null ||
      this.available !== this.start.available ||
      this.pending !== this.start.pending ||
      this.reserved !== this.start.reserved;
    return {
      ...this.opened,
      status: this.status,
      window: this.window,
      issuerWindow: this.issuerWindow,
      delegates: this.delegates,
      reservations: this.reservations,
      recent: this.recent,
      changedAt: moved ? version : (this.before?.changedAt ?? version),
      ...(this.purse === undefined ? {} : { purse: this.purse }),
    };
  }
}

/** The accounts that a batch touches, over a state that stays as it is. */
export class Drafts {
  readonly #touched = new Map<number, AccountDraft>();
  readonly #opened = new Map<string, number>();

  constructor(private readonly state: LedgerState) {}

  /** The draft of an account; null when the ledger has none of this name. */
  of(id: string): AccountDraft | null {
    const index = this.state.indexOf.get(id) ?? this.#opened.get(id);
    if (index === undefined) return null;
    const touched = this.#touched.get(index);
    if (touched !== undefined) return touched;
    const account = this.state.accounts[index];
    if (account === undefined) return null;
    const draft = new AccountDraft(index, account, account, balancesAt(this.state.pages, index));
    this.#touched.set(index, draft);
    return draft;
  }

  /** Drafts of all accounts with a reservation of some kind, in the order of accounts. */
  holding(wanted: (reservation: Reservation) => boolean): readonly AccountDraft[] {
    return Array.from({ length: this.count }, (_, index) => {
      const touched = this.#touched.get(index);
      const account = this.state.accounts[index];
      const held = touched?.reservations ?? account?.reservations ?? [];
      if (!held.some(wanted)) return null;
      return touched ?? (account === undefined ? null : this.of(account.id));
    }).filter((draft) => draft !== null);
  }

  /** null when all pages are full. */
  open(account: Pick<Account, 'id' | 'owner' | 'rollover'>): AccountDraft | null {
    const index = this.count;
    if (index >= this.state.pages.length * ledgerLimits.accountsPerPage) return null;
    const draft = new AccountDraft(index, null, account, { available: 0n, pending: 0n, reserved: 0n });
    this.#opened.set(account.id, index);
    this.#touched.set(index, draft);
    return draft;
  }

  get count(): number {
    return this.state.accounts.length + this.#opened.size;
  }

  /** In the order of accounts, so that equal batches give equal results whatever was touched first. */
  get touched(): readonly AccountDraft[] {
    return [...this.#touched.values()].sort((left, right) => left.index - right.index);
  }

  get opened(): ReadonlyMap<string, number> {
    return this.#opened;
  }
}

export function placeOf(index: number): { readonly page: number; readonly slot: number } {
  const { accountsPerPage } = ledgerLimits;
  return { page: Math.floor(index / accountsPerPage), slot: index % accountsPerPage };
}

export function balancesAt(pages: readonly PageBooks[], index: number): AccountBalances {
  const { page, slot } = placeOf(index);
  const found = pages[page];
  return {
    available: found?.available[slot] ?? 0n,
    pending: found?.pending[slot] ?? 0n,
    reserved: found?.reserved[slot] ?? 0n,
  };
}
