import { canonicalBytes, type Digest, leafHash, merkleRoot, toHex } from '#canonical';
import { LedgerError } from '../ledger-error.js';
import { type Book, books } from '../state/state.js';
import type { PageChange } from './batch-receipt.js';

/** The ciphertext of one book of one page, as it stands. */
export interface PageHead {
  readonly digest: Digest;
  readonly addCount: number;
}

/** All pages of a ledger by `<page>/<book>`. */
export type PageHeads = ReadonlyMap<string, PageHead>;

export function headName(page: number, book: Book): string {
  return `${page}/${book}`;
}

/** The heads after the changes of a receipt. @throws LedgerError `CHAIN_BROKEN` when one starts from another page. */
export function advanceHeads(heads: PageHeads, changes: readonly PageChange[]): PageHeads {
  const next = new Map(heads);
  for (const { page, book, prev, delta, next: digest, addCount } of changes) {
    const name = headName(page, book);
    const before = heads.get(name);
    if ((before?.digest ?? null) !== prev)
      throw new LedgerError('CHAIN_BROKEN', `page ${name}: the change starts from another ciphertext`);
    if (delta !== null && addCount !== (before?.addCount ?? 0) + 1)
      throw new LedgerError('CHAIN_BROKEN', `page ${name}: the count of additions does not follow`);
    next.set(name, { digest, addCount });
  }
  return next;
}

/** RFC 6962 root over `{page, book, digest}` of all pages, by page, then available, pending, reserved. */
export function pagesRoot(heads: PageHeads): Digest {
  const pageCount = heads.size / books.length;
  const leaves = Array.from({ length: pageCount }, (_, page) =>
    books.map((book) => {
      const head = heads.get(headName(page, book));
      if (head === undefined)
        throw new LedgerError('CHAIN_BROKEN', `page ${headName(page, book)} is not among the pages`);
      return leafHash(canonicalBytes({ page, book, digest: head.digest }));
    }),
  ).flat();
  if (leaves.length !== heads.size) throw new LedgerError('CHAIN_BROKEN', 'pages are missing in between');
  return `sha256:${toHex(merkleRoot(leaves))}`;
}
