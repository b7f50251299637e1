import {
  commitSha256,
  type Digest,
  digestOf,
  ed25519PublicKey,
  parseJsonStrict,
  toBase64,
  ulid,
  utf8,
} from '#canonical';
import { advanceHeads, type BatchReceipt, books, headName, type PageHeads, pagesRoot } from '#ledger';
import { signStatement } from '../dsse/envelope.js';
import { buildLedgerBatchStatement } from '../statements/ledger-batch.js';
import { demoStartMs } from './demo-options.fixture.js';
import { bfv, DemoSteps, demoSum, tdx } from './demo-steps.fixture.js';
import { seededRandom } from './random.fixture.js';

const digest = (text: string): Digest => digestOf(utf8(text));
const salted = (label: string): string =>
  commitSha256({ label, salt: seededRandom(label)(32), plaintext: utf8(label) });

/** A run of one batch on a ledger of two pages, or one that settles in it, as its workers would make it. */
export class DemoPages extends DemoSteps {
  override run(): void {
    const [intents] = this.inputs();
    if (intents === undefined) return;
    const heads = this.#heads();
    for (const blob of this.options.notes?.blobs ?? []) this.put(blob);
    const before = this.#founding(heads);
    const signedBefore = this.#sign(before);
    const receipt = this.#batch(before, digestOf(signedBefore), heads);
    const signed = this.#sign(this.options.editBatchReceipt?.(receipt) ?? receipt);
    const { ledger, version, changes, outcomes, runId } = receipt;
    const value = parseJsonStrict(signed);
    const evidence = {
      ...bfv,
      ops: changes.flatMap(({ prev, delta, next }) =>
        prev === null || delta === null ? [] : [{ op: 'add', in: [prev, delta], out: next }],
      ),
    };
    if (this.#settles) {
      const ledgerKey = toBase64(ed25519PublicKey(seededRandom('ledger key')(32)));
      this.step('settle.confirm', this.workers.ledger, 'tee.cpu', 'pages.commit.confirm', {
        inputs: [['envelope', 'inputs/intents', intents[2]]],
        outputs: [['receipt', digestOf(signed)]],
        public: { outcome: 'committed', ledger, version, ledgerKey, batch: runId, receipt: value },
        evidence: tdx,
      });
      this.step('settle.replay', this.workers.fhe, 'fhe.bfv', 'pages.commit.replay', {
        inputs: [['receipt', 'settle.confirm/receipt', digestOf(signed)]],
        public: { ledger, version },
        evidence,
      });
      return;
    }
    this.step('batch.authorize', this.workers.ledger, 'tee.cpu', 'ledger.batch.authorize', {
      inputs: [intents],
      outputs: [
        ['outcomes', outcomes ?? ''],
        ['receipt', digestOf(signed)],
      ],
      public: { outcome: 'applied', receipt: value },
      evidence: tdx,
    });
    this.step('batch.apply', this.workers.fhe, 'fhe.bfv', 'ledger.batch.apply', {
      inputs: [['receipt', 'batch.authorize/receipt', digestOf(signed)]],
      public: { ledger, version },
      evidence,
    });
  }

  /** The batch is another run's, and carried the intent of this one. */
  get #settles(): boolean {
    return this.options.workflow === 'settling';
  }

  #heads(): PageHeads {
    const pages = [0, 1].flatMap((page) => books.map((book) => headName(page, book)));
    return new Map(pages.map((name) => [name, { digest: this.#ciphertext(), addCount: 0 }]));
  }

  #founding(heads: PageHeads): BatchReceipt {
    const changes = [0, 1].flatMap((page) =>
      books.map((book) => {
        const next = heads.get(headName(page, book))?.digest ?? digest('none');
        return { page, book, prev: null, delta: null, next, addCount: 0 };
      }),
    );
    return {
      ...{ event: 'found', ledger: 'demo', asset: 'EUR', epoch: 1, version: 1, timeMs: demoStartMs - 5000 },
      ...{ runId: ulid(demoStartMs - 5000, new Uint8Array(10)), taskId: 'found.authorize' },
      ...{ charter: digest('charter'), intents: null, outcomes: null, changes },
      pages: { before: null, after: pagesRoot(heads) },
      commitments: { before: null, after: digest('commitments 1') },
      ...{ accountCount: 3, directory: salted('directory 1'), supply: salted('supply 1') },
      ...{ snapshot: null, prevReceipt: null, ledgerKey: '', keyId: digest('key') },
      publicKeyId: digest('public key'),
      intentKey: toBase64(seededRandom('intent key')(32)),
      engine: 'node-seal 7.0.0',
      ...this.#notes('before'),
    };
  }

  /** Adds to both pages of the available book. */
  #batch(before: BatchReceipt, prevReceipt: Digest, heads: PageHeads): BatchReceipt {
    const changes = [0, 1].map((page) => {
      const prev = heads.get(headName(page, 'available'))?.digest ?? digest('none');
      const delta = this.#ciphertext();
      return {
        ...{ page, book: 'available' as const, prev, delta, addCount: 1 },
        next: this.#ciphertext(demoSum([prev, delta])),
      };
    });
    const [, , intents = digest('none')] = this.inputs()[0] ?? [];
    const runId = this.#settles ? ulid(demoStartMs, new Uint8Array(10).fill(7)) : this.runId;
    return {
      ...before,
      ...{ event: 'batch', version: 2, timeMs: demoStartMs, runId, taskId: 'batch.authorize' },
      intents: { digest: intents as Digest, count: 2 },
      outcomes: digest('outcomes'),
      changes,
      pages: { before: before.pages.after, after: pagesRoot(advanceHeads(heads, changes)) },
      commitments: { before: before.commitments.after, after: digest('commitments 2') },
      ...{ directory: salted('directory 2'), supply: salted('supply 2'), prevReceipt },
      ...this.#notes('after'),
    };
  }

  #notes(when: 'before' | 'after'): Pick<BatchReceipt, 'notes'> {
    const { notes } = this.options;
    return notes === undefined ? {} : { notes: notes[when] };
  }

  #sign(receipt: BatchReceipt): Uint8Array {
    const seed = this.options.ledgerSeedOf?.(receipt.taskId) ?? seededRandom('ledger key')(32);
    const ledgerKey = toBase64(ed25519PublicKey(seed));
    const signed = signStatement({ statement: buildLedgerBatchStatement({ ...receipt, ledgerKey }), seed });
    this.put(signed);
    return signed;
  }

  #ciphertext(bytes = this.random(256)): Digest {
    return this.options.ciphertexts === true ? this.put(bytes) : digestOf(bytes);
  }
}
