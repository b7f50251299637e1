import { randomBytes } from 'node:crypto';
import { ed25519PublicKey } from '#canonical';
import type { AccountOpening } from '#client';

/** What the bank puts into the pool: enough for three of the four loans of the demo, not for the fourth. */
export const POOL_CENTS = 600_000n;
export const POOL_ACCOUNT = 'accounts-bank-pool';

/** Someone who applies for a loan, with the key of the account that receives it. */
export interface Borrower {
  readonly account: string;
  readonly seed: Uint8Array;
}

/** The parties of one demo. Every key is made for it and forgotten with it. */
export interface Parties {
  /** A ledger of its own for every demo, so that a second demo starts from the same balances. */
  readonly ledger: string;
  readonly bankSeed: Uint8Array;
  readonly borrowers: Readonly<Record<'approved' | 'declined' | 'reviewed' | 'overdrawn', Borrower>>;
}

export function makeParties(): Parties {
  const borrower = (account: string): Borrower => ({ account, seed: new Uint8Array(randomBytes(32)) });
  return {
    ledger: `demo-${randomBytes(6).toString('hex')}`,
    bankSeed: new Uint8Array(randomBytes(32)),
    borrowers: {
      approved: borrower('accounts-a-1007'),
      declined: borrower('accounts-a-1008'),
      reviewed: borrower('accounts-a-1009'),
      overdrawn: borrower('accounts-a-1010'),
    },
  };
}

/** The accounts that the ledger is founded with. */
export function openingAccounts(parties: Parties): AccountOpening[] {
  const pool = { id: POOL_ACCOUNT, owner: ed25519PublicKey(parties.bankSeed), openingCents: POOL_CENTS };
  const borrowers = Object.values(parties.borrowers).map(({ account, seed }) => ({
    id: account,
    owner: ed25519PublicKey(seed),
    openingCents: 0n,
  }));
  return [pool, ...borrowers];
}
