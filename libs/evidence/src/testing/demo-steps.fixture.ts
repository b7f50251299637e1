import { appraisalPolicyDigest } from '#attestation';
import {
  type Commitment,
  commitPoseidon,
  type Digest,
  digestOf,
  ed25519PublicKey,
  formatTime,
  type JsonObject,
  parseJsonStrict,
  toBase64,
  ulid,
  utf8,
} from '#canonical';
import { signStatement } from '../dsse/envelope.js';
import { ledgerEdge } from '../statements/ledger-edge.js';
import {
  buildLedgerReceiptStatement,
  type LedgerPages,
  type LedgerReceipt,
} from '../statements/ledger-receipt.js';
import { planDigestOf } from '../statements/plan.js';
import {
  buildStepStatement,
  type EdgeReaders,
  type StepKind,
  type StepPredicate,
} from '../statements/step.js';
import { proofContext } from '../verify/evidence-stage.js';
import { type Decision, type DemoCircuit, demoCircuit, signalsOf } from './demo-circuit.fixture.js';
import {
  type DemoOptions,
  demoAuthority,
  demoPolicy,
  demoStartMs,
  sealedValue,
  valueDigest,
} from './demo-options.fixture.js';
import { creditPlan, openingPlan } from './demo-plan.fixture.js';
import { type DemoWorker, demoWorker } from './demo-worker.fixture.js';
import { seededRandom } from './random.fixture.js';

export type WorkerName = 'extract' | 'prover' | 'ledger' | 'fhe';
type Edge = [port: string, edge: string, commitment: Commitment];

interface Executor {
  readonly id: string;
  readonly key: string;
  readonly seed: Uint8Array;
  readonly imageDigest?: Digest;
  readonly package?: Digest;
}

interface StepParts {
  readonly inputs: readonly Edge[];
  readonly outputs?: readonly [port: string, commitment: Commitment][];
  readonly public?: JsonObject;
  readonly evidence: JsonObject;
  readonly sealed?: readonly string[];
}

const claims: Readonly<Record<StepKind, StepPredicate['assurance']>> = {
  'tee.cpu': { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' },
  'tee.cpu+gpu': { integrity: 'ATTESTED', confidentiality: 'ENCLAVE' },
  'zk.groth16': { integrity: 'PROVED', confidentiality: 'ENCLAVE' },
  'fhe.bfv': { integrity: 'REPLAYED', confidentiality: 'ENCRYPTED' },
  human: { integrity: 'SIGNED', confidentiality: 'OPERATOR_VISIBLE' },
};
const tdx = { platform: 'intel-tdx' };
const bfv = {
  scheme: 'BFV',
  library: { name: 'node-seal', version: '7.0.0' },
  params: { polyModulusDegree: 8192 },
  paramsId: 'demo',
  replay: { deterministic: true },
};
const books = ['available', 'reserved'] as const;

/** Walks the demo plan as its workers would and keeps the statements and blobs that they leave behind. */
export class DemoSteps {
  readonly random: (length: number) => Uint8Array;
  readonly runId: string;
  readonly plan: JsonObject;
  readonly planDigest: Digest;
  readonly workers: Readonly<Record<WorkerName, DemoWorker>>;
  readonly circuit: DemoCircuit;
  readonly approverSeed = seededRandom('approver')(32);
  readonly statements = new Map<string, Uint8Array>();
  readonly predicates: StepPredicate[] = [];
  readonly blobs = new Map<Digest, Uint8Array>();
  clockMs = demoStartMs + 1000;
  readonly #policyDigest: Digest;

  constructor(private readonly options: DemoOptions) {
    this.circuit = demoCircuit(options.keyState ?? 'dev');
    this.random = seededRandom(`run ${options.seed ?? 'one'}`);
    this.runId = ulid(demoStartMs, this.random(10));
    const plan = options.workflow === 'ledger-open' ? openingPlan() : creditPlan();
    this.plan = options.editPlan?.(plan) ?? plan;
    this.planDigest = planDigestOf(this.plan);
    this.#policyDigest = appraisalPolicyDigest(demoPolicy(options.allowSimulated ?? true));
    const worker = (id: WorkerName): DemoWorker => {
      const notAfterMs = demoStartMs + 3_600_000;
      return demoWorker({
        id,
        authority: demoAuthority(),
        policyDigest: this.#policyDigest,
        notAfterMs,
        gpu: id === 'extract',
      });
    };
    this.workers = {
      extract: worker('extract'),
      prover: worker('prover'),
      ledger: worker('ledger'),
      fhe: worker('fhe'),
    };
    for (const { evidence } of Object.values(this.workers)) this.#put(evidence);
    this.#put(this.circuit.manifest);
    this.#put(this.circuit.vkey);
  }

  inputs(): Edge[] {
    const input = (name: string): Edge => [
      name,
      `inputs/${name}`,
      sealedValue(`${name} ${this.options.seed ?? ''}`),
    ];
    return this.options.workflow === 'ledger-open'
      ? [input('charter')]
      : [input('application'), input('intent')];
  }

  readers(edge: string, workers: readonly WorkerName[]): EdgeReaders {
    const recipients = workers.map((name) => ({ role: `worker:${name}`, kid: this.workers[name].sealKid }));
    return { edge, recipients: [...recipients, { role: 'client', kid: digestOf(utf8('client key')) }] };
  }

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
    this.#step('extract', this.workers.extract, 'tee.cpu', 'document.extract', {
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
      this.#step('reserve.authorize', this.workers.ledger, 'tee.cpu', 'ledger.reserve.authorize', {
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
    this.#step('open.authorize', this.workers.ledger, 'tee.cpu', 'ledger.open.authorize', {
      inputs: [charter],
      outputs: [...pages, ['receipt', digestOf(signed)]],
      public: { outcome: 'opened', receipt: parseJsonStrict(signed) },
      evidence: tdx,
    });
    this.#step('open.apply', this.workers.fhe, 'fhe.bfv', 'ledger.open.apply', {
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
    const signals = signalsOf({ features, model, decision, limit, context });
    this.#step('score', this.workers.prover, 'zk.groth16', 'scorecard.prove', {
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
        publicSignalMap: [
          { index: 0, name: 'featuresCommitment', commitmentOf: 'extract/features' },
          { index: 1, name: 'modelCommitment' },
          { index: 2, name: 'decision' },
          { index: 3, name: 'limitCommitment', commitmentOf: 'score/limit' },
          { index: 4, name: 'context' },
        ],
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
    this.#step('review', approver, 'human', 'human.approve', {
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
    this.#step(`${prefix}.authorize`, this.workers.ledger, 'tee.cpu', `${operation}.authorize`, {
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
    this.#step(`${prefix}.apply`, this.workers.fhe, 'fhe.bfv', `${operation}.apply`, {
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
    this.#put(signed);
    return signed;
  }

  #step(stepId: string, executor: Executor, kind: StepKind, operation: string, parts: StepParts): void {
    const startedMs = this.clockMs;
    this.clockMs += 500;
    const { inputs, outputs = [], sealed = [] } = parts;
    const base: StepPredicate = {
      runId: this.runId,
      stepId,
      attempt: 1,
      kind,
      operation,
      assurance: claims[kind],
      definitionDigest: valueDigest(this.plan['definition'] ?? null),
      planDigest: this.planDigest,
      policyDigest: this.#policyDigest,
      inputs: inputs.map(([port, edge, commitment]) => ({ port, edge, commitment })),
      outputs: outputs.map(([port, commitment]) => ({ port, edge: `${stepId}/${port}`, commitment })),
      public: parts.public ?? {},
      startedAt: formatTime(startedMs),
      endedAt: formatTime(this.clockMs),
      executor: {
        id: executor.id,
        key: executor.key,
        softwareDigest: executor.imageDigest ?? digestOf(utf8('none')),
      },
      sealing: { suite: 2, readers: sealed.map((port) => this.readers(`${stepId}/${port}`, ['prover'])) },
      evidence: {
        ...parts.evidence,
        ...(executor.package === undefined ? {} : { package: executor.package }),
      },
      metrics: { runMs: 480 },
    };
    const predicate = this.options.editStep?.(base) ?? base;
    this.predicates.push(predicate);
    const seed = this.options.signerOf?.(stepId) ?? executor.seed;
    this.statements.set(stepId, signStatement({ statement: buildStepStatement(predicate), seed }));
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
    return this.options.ciphertexts === true ? this.#put(bytes) : digestOf(bytes);
  }

  #put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }
}

/** Stands in for homomorphic addition: anybody can repeat it. */
export function demoSum(operands: readonly Digest[]): Uint8Array {
  return seededRandom(`add ${operands.join()}`)(256);
}

function stateEdges({ ledger, version, next }: LedgerReceipt): Edge[] {
  return books.map((book) => [`state-${book}`, ledgerEdge({ ledger, book, version }), next[book]]);
}
