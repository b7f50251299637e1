import {
  type Commitment,
  commitPoseidon,
  type Digest,
  digestOf,
  ed25519PublicKey,
  parseJsonStrict,
  toBase64,
  ulid,
} from '#canonical';
import { signStatement } from '../dsse/envelope.js';
import { ledgerEdge } from '../statements/ledger-edge.js';
import {
  buildLedgerReceiptStatement,
  type LedgerPages,
  type LedgerReceipt,
} from '../statements/ledger-receipt.js';
import { proofContext } from '../verify/zk-proofs.js';
import { type Decision, signalsOf } from './demo-circuit.fixture.js';
import { demoStartMs, sealedValue, valueDigest } from './demo-options.fixture.js';
import { DemoStatements, type Edge } from './demo-statements.fixture.js';
import { seededRandom } from './random.fixture.js';

export const tdx = { platform: 'intel-tdx' };
export const bfv = {
  scheme: 'BFV',
  library: { name: 'node-seal', version: '7.0.0' },
  params: { polyModulusDegree: 8192 },
  paramsId: 'demo',
  replay: { deterministic: true },
};
const books = ['available', 'reserved'] as const;

/** Walks the plan of a run as its workers would. */
export class DemoSteps extends DemoStatements {
  run(): void {
    const decision = this.options.decision ?? 'approve';
    const [application, intent] = this.inputs();
    if (application === undefined) return;
    if (intent === undefined) {
      this.#open(application);
      return;
    }
    const features = commitPoseidon([4n, 12n], 7n);
    const limit = commitPoseidon([600_000n, 673n], 11n);
    this.step('extract', this.workers.extract, 'tee.cpu', 'document.extract', {
      inputs: [application],
      outputs: [['features', features]],
      evidence: tdx,
      sealed: ['features'],
    });
    this.#score(features, limit, decision);
    if (decision === 'decline') return;
    const decided: Edge = ['decision', 'score/decision', valueDigest(decision)];
    const inputs: Edge[] = [intent, ['limit', 'score/limit', limit], decided];
    if (decision === 'review') {
      this.#review(decided);
      inputs.push(['review', 'review/decision', valueDigest('approve')]);
    }
    const head = this.#genesis();
    if (this.options.insufficient === true) {
      this.step('reserve.authorize', this.workers.ledger, 'tee.cpu', 'ledger.reserve.authorize', {
        inputs: [...inputs, ...stateEdges(head)],
        public: { outcome: 'insufficient' },
        evidence: tdx,
      });
      return;
    }
    const reserved = this.#change('reserve', 'ledger.reserve', inputs, head, ['reserved', 'reservation']);
    const edge = 'reserve.authorize/reservation';
    this.#change('settle', 'ledger.commit', [['reservation', edge, sealedValue(edge)]], reserved, [
      'committed',
      'settlement',
    ]);
  }

  #open(charter: Edge): void {
    const receipt: LedgerReceipt = { ...this.#genesis(), runId: this.runId };
    const signed = this.#signReceipt(this.options.editReceipt?.(receipt) ?? receipt);
    const { ledger, version, next } = receipt;
    const pages: [string, Digest][] = [
      ['pageAvailable', next.available],
      ['pageReserved', next.reserved],
    ];
    this.step('open.authorize', this.workers.ledger, 'tee.cpu', 'ledger.open.authorize', {
      inputs: [charter],
      outputs: [...pages, ['receipt', digestOf(signed)]],
      public: { outcome: 'opened', receipt: parseJsonStrict(signed) },
      evidence: tdx,
    });
    this.step('open.apply', this.workers.fhe, 'fhe.bfv', 'ledger.open.apply', {
      inputs: [
        ...pages.map(([port, page]): Edge => [port, `open.authorize/${port}`, page]),
        ['receipt', 'open.authorize/receipt', digestOf(signed)],
      ],
      outputs: pages,
      public: { ledger, version, ...next },
      evidence: { ...bfv, ops: [] },
    });
  }

  #score(features: Commitment, limit: Commitment, decision: Decision): void {
    const model = commitPoseidon([617n], 3n);
    const context = proofContext(this.options.proofRunId ?? this.runId, 'score', this.planDigest);
    const signals = this.circuit.take(signalsOf({ features, model, decision, limit, context }));
    this.step('score', this.workers.prover, 'zk.groth16', 'scorecard.prove', {
      inputs: [['features', 'extract/features', features]],
      outputs: [
        ['decision', valueDigest(decision)],
        ['limit', limit],
      ],
      public: { decision, modelCommitment: model },
      evidence: {
        system: 'groth16',
        curve: 'bn254',
        manifest: this.circuit.manifestDigest,
        vkey: digestOf(this.circuit.vkey),
        proof: this.circuit.prove(signals),
        publicSignals: signals.map(String),
        publicSignalMap: this.circuit
          .take([
            { name: 'featuresCommitment', commitmentOf: 'extract/features' },
            { name: 'modelCommitment' },
            { name: 'decision' },
            { name: 'limitCommitment', commitmentOf: 'score/limit' },
            { name: 'context' },
          ])
          .map((signal, index) => ({ ...signal, index })),
      },
      sealed: ['limit'],
    });
  }

  #review(decision: Edge): void {
    const approver = {
      id: 'officer',
      key: toBase64(ed25519PublicKey(this.approverSeed)),
      seed: this.approverSeed,
    };
    const reasonCommitment = sealedValue('reason');
    this.step('review', approver, 'human', 'human.approve', {
      inputs: [decision],
      outputs: [['decision', valueDigest('approve')]],
      public: { decision: 'approve' },
      evidence: { reviewer: 'officer', role: 'credit officer', decision: 'approve', reasonCommitment },
    });
  }

  #change(
    prefix: string,
    operation: string,
    inputs: readonly Edge[],
    head: LedgerReceipt,
    [outcome, result]: [string, string],
  ): LedgerReceipt {
    const delta = this.#pages();
    const receipt: LedgerReceipt = {
      ...head,
      version: head.version + 1,
      operation,
      runId: this.runId,
      taskId: `${prefix}.authorize`,
      intentId: '00'.repeat(16),
      prev: head.next,
      delta,
      next: this.#added(head.next, delta),
      prevReceipt: digestOf(this.#signReceipt(head)),
      addCount: head.addCount + 1,
    };
    const signed = this.#signReceipt(this.options.editReceipt?.(receipt) ?? receipt);
    this.step(`${prefix}.authorize`, this.workers.ledger, 'tee.cpu', `${operation}.authorize`, {
      inputs: [...inputs, ...stateEdges(head)],
      outputs: [
        ['deltaAvailable', delta.available],
        ['deltaReserved', delta.reserved],
        ['receipt', digestOf(signed)],
        [result, sealedValue(`${prefix}.authorize/${result}`)],
      ],
      public: { outcome, receipt: parseJsonStrict(signed) },
      evidence: tdx,
      sealed: [result],
    });
    this.#apply(prefix, operation, { receipt, delta, head, receiptDigest: digestOf(signed) });
    return receipt;
  }

  #apply(
    prefix: string,
    operation: string,
    change: { receipt: LedgerReceipt; delta: LedgerPages; head: LedgerReceipt; receiptDigest: Digest },
  ): void {
    const { receipt, delta, head, receiptDigest } = change;
    const { ledger, version, next } = receipt;
    this.step(`${prefix}.apply`, this.workers.fhe, 'fhe.bfv', `${operation}.apply`, {
      inputs: [
        ['deltaAvailable', `${prefix}.authorize/deltaAvailable`, delta.available],
        ['deltaReserved', `${prefix}.authorize/deltaReserved`, delta.reserved],
        ['receipt', `${prefix}.authorize/receipt`, receiptDigest],
        ...stateEdges(head),
      ],
      outputs: [
        ['pageAvailable', next.available],
        ['pageReserved', next.reserved],
      ],
      public: { ledger, version, ...next },
      evidence: {
        ...bfv,
        ops: books.map((book) => ({ op: 'add', in: [head.next[book], delta[book]], out: next[book] })),
      },
    });
  }

  /** State of the ledger before the run. */
  #genesis(): LedgerReceipt {
    return {
      ledger: 'demo',
      version: 1,
      operation: 'ledger.open',
      runId: ulid(demoStartMs - 1000, new Uint8Array(10)),
      taskId: 'open.authorize',
      intentId: null,
      prev: null,
      delta: null,
      next: this.#pages(),
      prevReceipt: null,
      ledgerKey: '',
      keyId: 'demo-key',
      addCount: 0,
      engine: 'node-seal 7.0.0',
    };
  }

  #signReceipt(receipt: LedgerReceipt): Uint8Array {
    const seed = this.options.ledgerSeedOf?.(receipt.taskId) ?? seededRandom('ledger key')(32);
    const ledgerKey = toBase64(ed25519PublicKey(seed));
    const signed = signStatement({ statement: buildLedgerReceiptStatement({ ...receipt, ledgerKey }), seed });
    this.put(signed);
    return signed;
  }

  #pages(): LedgerPages {
    return {
      available: this.#putCiphertext(this.random(256)),
      reserved: this.#putCiphertext(this.random(256)),
    };
  }

  #added(head: LedgerPages, delta: LedgerPages): LedgerPages {
    const add = (book: keyof LedgerPages): Digest => this.#putCiphertext(demoSum([head[book], delta[book]]));
    return { available: add('available'), reserved: add('reserved') };
  }

  #putCiphertext(bytes: Uint8Array): Digest {
    return this.options.ciphertexts === true ? this.put(bytes) : digestOf(bytes);
  }
}

/** Stands in for homomorphic addition: anybody can repeat it. */
export function demoSum(operands: readonly Digest[]): Uint8Array {
  return seededRandom(`add ${operands.join()}`)(256);
}

function stateEdges({ ledger, version, next }: LedgerReceipt): Edge[] {
  return books.map((book) => [`state-${book}`, ledgerEdge({ ledger, book, version }), next[book]]);
}
