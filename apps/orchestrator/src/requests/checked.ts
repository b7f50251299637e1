import type { Database, Transaction } from '../database/database.js';

/** What a change carries that may be bound to what was read, or be no more than a question. */
export interface Asked {
  readonly etag?: string;
  /** Checks everything, and changes nothing. */
  readonly validateOnly?: boolean;
}

/**
 * Does work in one transaction, and takes all of it back where the call only checks: what is checked is then what
 * would be done, by the same statements, and not a second telling of it.
 */
export async function transactionOf<T>(
  database: Pick<Database, 'queries'>,
  validateOnly: boolean,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const only = new CheckedOnly();
  let done: { readonly result: T } | undefined;
  try {
    return await database.queries.transaction(async (transaction) => {
      const result = await work(transaction);
      done = { result };
      if (validateOnly) throw only;
      return result;
    });
  } catch (error) {
    if (error === only && done !== undefined) return done.result;
    throw error;
  }
}

/** Takes back what a call did that only checks. */
class CheckedOnly extends Error {}
