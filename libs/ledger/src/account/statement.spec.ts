import { describe, expect, it } from 'vitest';
import { failedChecks, merkleRoot, sha256, toHex, utf8 } from '#canonical';
import { SampleChain, statementSecret } from '../testing/chain.fixture.js';
import type { Wish } from '../testing/ledger.fixture.js';
import { accountTrees } from './account-commitments.js';
import { HashTree } from './hash-tree.js';
import {
  type AccountStatement,
  encodeStatement,
  makeStatement,
  parseStatement,
  verifyStatement,
} from './statement.js';

const pay: Wish = { op: 'transfer', account: 'alice', to: 'bob', amount: 25n };

function statementOf(account: string): { statement: AccountStatement; chain: SampleChain } {
  const chain = new SampleChain();
  chain.batch(pay);
  const statement = makeStatement(chain.ledger.state, chain.trees, account, statementSecret);
  if (statement === null) throw new Error('no such account');
  return { statement, chain };
}

function reasonsOf(edit: (statement: AccountStatement) => AccountStatement): readonly (string | null)[] {
  const { statement, chain } = statementOf('bob');
  return failedChecks(verifyStatement(edit(statement), chain.last.receipt)).map(({ reason }) => reason);
}

const opened = (edit: Partial<AccountStatement['opening']>) => (statement: AccountStatement) => ({
  ...statement,
  opening: { ...statement.opening, ...edit },
});

describe('the statement of one account', () => {
  it.each<[string, (statement: AccountStatement) => AccountStatement, string]>([
    ['another balance', opened({ available: 1_026n }), 'STATEMENT_NOT_COMMITTED'],
    ['another account', opened({ account: 'carol' }), 'STATEMENT_NOT_COMMITTED'],
    ['another salt', opened({ salt: sha256(utf8('salt')) }), 'STATEMENT_NOT_COMMITTED'],
    ['another version of the balance', opened({ changedAt: 1 }), 'STATEMENT_NOT_COMMITTED'],
    ['another ledger', opened({ ledger: 'eur-2' }), 'STATEMENT_OF_OTHER_VERSION'],
    ['another version', (statement) => ({ ...statement, version: 9 }), 'STATEMENT_OF_OTHER_VERSION'],
    ['another place', (statement) => ({ ...statement, index: 2 }), 'STATEMENT_NOT_COMMITTED'],
    [
      'a path that is cut',
      (statement) => ({ ...statement, path: statement.path.slice(1) }),
      'STATEMENT_NOT_COMMITTED',
    ],
  ])('fails for %s', (_, edit, reason) => {
    expect(reasonsOf(edit)).toContain(reason);
  });

  it.each(['{}', '{"v":"sealflow/ledger-statement/v2"}', '[]'])('is malformed as %s', (text) => {
    expect(() => parseStatement(utf8(text))).toThrow(
      expect.objectContaining({ code: 'STATEMENT_MALFORMED' }),
    );
  });

  it('shows the balance under the root of the receipt, and stays the same as bytes', () => {
    const { statement, chain } = statementOf('bob');
    expect(failedChecks(verifyStatement(statement, chain.last.receipt))).toEqual([]);
    expect(statement.opening).toMatchObject({ account: 'bob', available: 1_025n, pending: 0n, changedAt: 2 });
    expect(parseStatement(encodeStatement(statement))).toEqual(statement);
  });

  it('of an account that did not change still leads to the newest root', () => {
    const { statement, chain } = statementOf('carol');
    expect(statement.opening.changedAt).toBeLessThan(statement.version);
    expect(failedChecks(verifyStatement(statement, chain.last.receipt))).toEqual([]);
  });

  it('has another commitment after each change, also back to the same balance', () => {
    const chain = new SampleChain();
    const before = chain.last.receipt.commitments.after;
    chain.batch(pay);
    chain.batch({ op: 'transfer', account: 'bob', to: 'alice', amount: 25n });
    expect(chain.last.receipt.commitments.after).not.toBe(before);
  });
});

describe('the tree of commitments', () => {
  it('is the tree of RFC 6962 after any changes and at any size', () => {
    const data = (index: number, round: number) => utf8(`leaf ${index} ${round}`);
    for (const size of [0, 1, 2, 3, 5, 8, 13, 31, 64, 65]) {
      let tree = HashTree.of(Array.from({ length: size }, (_, index) => data(index, 0)));
      const leaves = Array.from({ length: size }, (_, index) => data(index, 0));
      for (const index of [0, size - 1, size, size + 1].filter((at) => at >= 0 && at <= leaves.length)) {
        leaves[index] = data(index, 1);
        tree = tree.withLeaves(new Map([[index, data(index, 1)]]));
        const hashes = leaves.map((leaf) => sha256(Uint8Array.of(0), leaf));
        expect(tree.root).toBe(`sha256:${toHex(merkleRoot(hashes))}`);
      }
    }
  });

  it('of a batch is the tree of the whole state', () => {
    const chain = new SampleChain();
    chain.batch(pay, { op: 'deposit', account: 'manual', amount: 3n });
    const whole = accountTrees(chain.ledger.state, statementSecret);
    expect([chain.trees.balances.root, chain.trees.directory.root]).toEqual([
      whole.balances.root,
      whole.directory.root,
    ]);
  });
});
