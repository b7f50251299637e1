import { describe, expect, it } from 'vitest';
import { digestOf, utf8 } from '#canonical';
import { buildLedgerBatchStatement, signStatement } from '#evidence';
import { SampleChain } from '../../../../libs/ledger/src/testing/chain.fixture.js';
import { seedOf } from '../../../../libs/ledger/src/testing/ledger.fixture.js';
import type { BlobStore } from '../blobs/blob-store.js';
import type { PageTokens } from '../listing/page-tokens.js';
import { LedgerHistory } from './ledger-history.js';
import type { PageLedgerStore } from './page-ledger-store.js';

const [link] = new SampleChain().links;
if (link === undefined) throw new Error('the chain is empty');
const { receipt } = link;
const statement = signStatement({ statement: buildLedgerBatchStatement(receipt), seed: seedOf('ledger') });
const head = digestOf(statement);
const page = receipt.changes[0]?.next ?? '';
const stray = utf8('a blob of the tenant that this receipt does not name');
const blobs = new Map<string, Uint8Array>([
  [head, statement],
  [page, utf8('a page')],
  [digestOf(stray), stray],
]);
const name = `tenants/acme/ledgers/${receipt.ledger}`;

function history(ledger = receipt.ledger): LedgerHistory {
  const rows = {
    find: async (tenant: string, id: string) =>
      tenant === 'acme' && id === ledger ? { receipt: head } : undefined,
  } as unknown as PageLedgerStore;
  const store = {
    getFor: async (_tenant: string, digest: string) => blobs.get(digest),
  } as unknown as BlobStore;
  const tokens = { open: () => null, seal: () => 'more' } as unknown as PageTokens;
  return new LedgerHistory(rows, store, tokens);
}

const refusal = (reason: string) => expect.objectContaining({ name: 'ApiError', reason });
const hex = (digest: string): string => digest.replace('sha256:', '');

describe('the history of a ledger', () => {
  it('is of a ledger that there is', async () => {
    await expect(history().receipts('tenants/acme/ledgers/other', '')).rejects.toEqual(refusal('NOT_FOUND'));
    await expect(history().receipts(name.replace('acme', 'globex'), '')).rejects.toEqual(
      refusal('NOT_FOUND'),
    );
  });

  it('gives no receipt of another ledger under the name of this one', async () => {
    await expect(history('other').receipts('tenants/acme/ledgers/other', '')).rejects.toEqual(
      refusal('NOT_FOUND'),
    );
  });

  it('gives no blob that its receipt does not name, and takes no other blob for a receipt', async () => {
    const asked = history();
    await expect(asked.ciphertext(name, hex(head), hex(digestOf(stray)))).rejects.toEqual(
      refusal('NOT_FOUND'),
    );
    await expect(asked.ciphertext(name, hex(digestOf(stray)), hex(page))).rejects.toEqual(
      refusal('NOT_FOUND'),
    );
  });

  it.each(['', 'latest', '0123', `${'0'.repeat(63)}G`])('refuses the digest "%s"', async (digest) => {
    await expect(history().ciphertext(name, digest, hex(page))).rejects.toEqual(refusal('INVALID_REQUEST'));
    await expect(history().ciphertext(name, hex(head), digest)).rejects.toEqual(refusal('INVALID_REQUEST'));
  });

  it('ends at the founding, and gives the ciphertexts that receipts name', async () => {
    const { receipts, nextPageToken } = await history().receipts(name, '');
    expect(receipts.map(({ digest, version }) => ({ digest, version }))).toEqual([
      { digest: head, version: 1 },
    ]);
    expect(nextPageToken).toBe('');
    expect(await history().ciphertext(name, hex(head), hex(page))).toEqual(utf8('a page'));
  });
});
