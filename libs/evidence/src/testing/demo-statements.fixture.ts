import { appraisalPolicyDigest } from '#attestation';
import { type Commitment, type Digest, digestOf, formatTime, type JsonObject, ulid, utf8 } from '#canonical';
import { concealStatement } from '../disclosure/disclosable.js';
import { signStatement } from '../dsse/envelope.js';
import { planDigestOf } from '../statements/plan.js';
import {
  buildStepStatement,
  type EdgeReaders,
  type StepKind,
  type StepPredicate,
} from '../statements/step.js';
import { type DemoCircuit, demoCircuit } from './demo-circuit.fixture.js';
import {
  type DemoOptions,
  demoAuthority,
  demoPolicy,
  demoStartMs,
  sealedValue,
  valueDigest,
} from './demo-options.fixture.js';
import { batchPlan, creditPlan, openingPlan, settlingPlan } from './demo-plan.fixture.js';
import { type DemoWorker, demoWorker } from './demo-worker.fixture.js';
import { seededRandom } from './random.fixture.js';

export type WorkerName = 'extract' | 'prover' | 'ledger' | 'fhe';
export type Edge = [port: string, edge: string, commitment: Commitment];

export interface Executor {
  readonly id: string;
  readonly key: string;
  readonly seed: Uint8Array;
  readonly imageDigest?: Digest;
  readonly package?: Digest;
}

export interface StepParts {
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
const plans = {
  credit: creditPlan,
  'ledger-open': openingPlan,
  'ledger-batch': batchPlan,
  settling: settlingPlan,
} as const;

/** What one run of the demo leaves behind: its workers, statements and blobs. */
export class DemoStatements {
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

  constructor(protected readonly options: DemoOptions) {
    this.circuit = demoCircuit(options.keyState ?? 'dev', options.circuitWithout);
    this.random = seededRandom(`run ${options.seed ?? 'one'}`);
    this.runId = ulid(demoStartMs, this.random(10));
    const plan = plans[options.workflow ?? 'credit']();
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
    for (const { evidence } of Object.values(this.workers)) this.put(evidence);
    this.put(this.circuit.manifest);
    this.put(this.circuit.vkey);
  }

  inputs(): Edge[] {
    const input = (name: string): Edge => [
      name,
      `inputs/${name}`,
      sealedValue(`${name} ${this.options.seed ?? ''}`),
    ];
    const { workflow } = this.options;
    // Sealed to the ledger and not to the run: named by its digest.
    if (workflow === 'ledger-batch' || workflow === 'settling')
      return [['intents', 'inputs/intents', digestOf(utf8('envelopes'))]];
    return workflow === 'ledger-open' ? [input('charter')] : [input('application'), input('intent')];
  }

  readers(edge: string, workers: readonly WorkerName[]): EdgeReaders {
    const recipients = workers.map((name) => ({ role: `worker:${name}`, kid: this.workers[name].sealKid }));
    return { edge, recipients: [...recipients, { role: 'client', kid: digestOf(utf8('client key')) }] };
  }

  protected step(
    stepId: string,
    executor: Executor,
    kind: StepKind,
    operation: string,
    parts: StepParts,
  ): void {
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
    const statement = buildStepStatement(predicate);
    const signed =
      this.options.concealed === false ? { statement } : concealStatement(statement, this.random);
    this.statements.set(stepId, signStatement({ ...signed, seed }));
  }

  protected put(bytes: Uint8Array): Digest {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }
}
