import {
  type Appraisal,
  type AppraiseInput,
  appraise,
  appraiseTwice,
  type Collateral,
  readableCollateral,
} from '#attestation';
import { type Digest, digestOf, parseTime } from '#canonical';
import type { Bundle } from '../bundle/container.js';
import { type BlobMediaType, blobMediaTypes } from '../bundle/media-types.js';
import { type DsseEnvelope, statementOf } from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { appraisalPredicateType, parseAppraisalClaim } from '../statements/appraisal.js';
import type { PlanView } from '../statements/plan-view.js';
import type { RootPredicate } from '../statements/root.js';
import type { Statement } from '../statements/statement.js';
import type { StepPredicate } from '../statements/step.js';
import { packageOf, type StepEvidence } from '../statements/step-evidence.js';
import type { TrustFile } from '../trust/trust-file.js';
import type { Demands } from './demands.js';
import type { AsOf, LogSummary } from './verdict.js';

/** A step statement that was read, and not yet believed. */
export interface StepView {
  readonly envelope: DsseEnvelope;
  readonly statement: Statement;
  readonly predicate: StepPredicate;
  readonly evidence: StepEvidence;
}

/**
 * Runs one operation of an FHE transcript again: ciphertext bytes in, ciphertext bytes out. It may throw on bytes
 * that no engine loads. Null: this engine is not the one, equal bytes are promised by one release for one parameter
 * set only.
 */
export type Replay = (request: {
  readonly op: string;
  readonly library: { readonly name: string; readonly version: string };
  readonly paramsId: string;
  readonly inputs: readonly Uint8Array[];
}) => Promise<Uint8Array | null> | Uint8Array | null;

/** Ciphertexts from elsewhere, whoever keeps them: nothing is believed of the bytes but their digest. */
export type CiphertextSource = (digest: Digest) => Uint8Array | null;

/** Vendor data of today and the time of it: what was found out about hardware since the run. */
export interface Today {
  readonly at: number;
  readonly collateral: readonly Collateral[];
}

/** What a proof or a replay established about a step. */
export interface StepFindings {
  proved?: boolean;
  devKeys?: boolean;
  replayed?: boolean;
}

/** Everything that the stages of one verification share. Later stages add to it; nothing is believed from the bundle. */
export class Session {
  asOf: AsOf;
  log: LogSummary | null = null;
  operatorOnlyLog = true;
  /** Operations that are still run again. A run adds a few times; a hostile one shall not take hours. */
  replaysLeft = 1024;
  /** Texts of the checkpoints that the log signed over this root, in the bundle's order. */
  readonly checkpoints: string[] = [];
  plan: PlanView | null = null;
  readonly findings = new Map<string, StepFindings>();
  /** Tasks whose leaf is proved to be in the step tree and whose statement is withheld. */
  readonly withheldTasks = new Set<string>();
  /** Steps that are shown without the evidence that would vouch for them. */
  readonly withoutEvidence = new Set<string>();
  /** Blobs of vendor data by the package that they stand beside, as the stored appraisals name them. */
  readonly collateral: ReadonlyMap<Digest, readonly Digest[]>;
  readonly #genuine = new Map<Digest, boolean>();
  readonly #appraisals = new Map<Digest, Appraised | null>();

  constructor(
    readonly bundle: Bundle,
    readonly rootStatement: Statement,
    readonly root: RootPredicate,
    readonly steps: readonly StepView[],
    readonly trust: TrustFile,
    readonly options: {
      readonly at: number | null;
      readonly replay: Replay | null;
      readonly ciphertext: CiphertextSource | null;
      /** The caller said which run it expects. */
      readonly expected: boolean;
      readonly demands: Demands;
      readonly today: Today | null;
    },
  ) {
    // Until an anchor says otherwise there is only the operator's word for the time.
    this.asOf = { time: root.period.end, source: 'operator' };
    this.collateral = new Map(bundle.appraisals.flatMap(namedCollateral));
  }

  /** Bytes of a blob of the bundle as the type that the reference asks for; null when absent, detached or other. */
  blob(digest: Digest, mediaType: BlobMediaType): Uint8Array | null {
    const blob = this.bundle.blobs.get(digest);
    if (blob?.bytes == null || blob.mediaType !== mediaType) return null;
    // Hashed once: a hostile bundle may refer to one large blob many times.
    const genuine = this.#genuine.get(digest) ?? digestOf(blob.bytes) === digest;
    this.#genuine.set(digest, genuine);
    return genuine ? blob.bytes : null;
  }

  /** Named by the bundle, and withheld: a digest that something signed refers to proves that the bytes exist. */
  isDetached(digest: Digest): boolean {
    return this.bundle.blobs.get(digest)?.bytes === null;
  }

  /** Why the statement of a task that has one is not in the bundle; null when it is there, or has none. */
  absence(taskId: string): 'withheld' | 'missing' | null {
    const task = this.root.tasks.find((candidate) => candidate.taskId === taskId);
    if (task === undefined || task.index === null || this.step(taskId) !== null) return null;
    return this.withheldTasks.has(taskId) ? 'withheld' : 'missing';
  }

  step(stepId: string): StepView | null {
    return this.steps.find(({ predicate }) => predicate.stepId === stepId) ?? null;
  }

  findingsOf(stepId: string): StepFindings {
    const found = this.findings.get(stepId) ?? {};
    this.findings.set(stepId, found);
    return found;
  }

  /** Steps whose statements are signed with the key of this evidence package. */
  stepsOf(evidencePackage: Digest): readonly StepView[] {
    return this.steps.filter(({ evidence }) => packageOf(evidence) === evidencePackage);
  }

  /**
   * The appraisal of an evidence package, made once. It is judged at the first time the package was used: that is when
   * its window mattered. An offer that no step used is judged at the start of the run. Vendor data of today comes on
   * top where the caller has some.
   */
  appraisal(evidencePackage: Digest): Appraisal | null {
    return this.#appraised(evidencePackage)?.now ?? null;
  }

  /** The same without anything that was found out since: what whoever appraised it then had before them. */
  appraisalThen(evidencePackage: Digest): Appraisal | null {
    return this.#appraised(evidencePackage)?.then ?? null;
  }

  #appraised(evidencePackage: Digest): Appraised | null {
    const known = this.#appraisals.get(evidencePackage);
    if (known !== undefined) return known;
    const evidence = this.blob(evidencePackage, 'application/vnd.sealflow.evidence-package.v1+json');
    const made =
      evidence === null
        ? null
        : judgedTwice(
            {
              evidence,
              roots: this.trust.roots,
              policy: this.trust.policy,
              policyDigest: this.root.policy,
              expectedNonce: null,
              at: this.#usedAt(evidencePackage),
              collateral: this.#collateralOf(evidencePackage),
            },
            this.options.today,
          );
    this.#appraisals.set(evidencePackage, made);
    return made;
  }

  /** Who named it does not matter: every piece is judged by the signatures of its vendor. */
  #collateralOf(evidencePackage: Digest): Collateral[] {
    const named = this.collateral.get(evidencePackage) ?? [];
    return readableCollateral(named.flatMap((digest) => this.blob(digest, blobMediaTypes.collateral) ?? []));
  }

  #usedAt(evidencePackage: Digest): number {
    const used = this.stepsOf(evidencePackage).map(({ predicate }) => parseTime(predicate.endedAt));
    const first = used.length === 0 ? parseTime(this.root.period.start) : Math.min(...used);
    return Math.min(first, parseTime(this.asOf.time));
  }
}

interface Appraised {
  readonly then: Appraisal;
  readonly now: Appraisal;
}

/** Hindsight can only lower. Certificates that have run out since are no finding: they were good when they were used. */
function judgedTwice(input: AppraiseInput, today: Today | null): Appraised {
  if (today === null) {
    const then = appraise(input);
    return { then, now: then };
  }
  const { asOf: then, hindsight, validThen, because } = appraiseTwice({ ...input, hindsight: today });
  const ranOut =
    because.length > 0 &&
    because.every(({ reason }) => reason === 'CERT_EXPIRED' || reason === 'RIM_CERT_EXPIRED');
  return { then, now: validThen && !ranOut ? hindsight : then };
}

/** An appraisal that cannot be read names nothing; the policy stage says what is wrong with it. */
function namedCollateral(envelope: DsseEnvelope): [Digest, readonly Digest[]][] {
  try {
    const claim = parseAppraisalClaim(statementOf(envelope, appraisalPredicateType).predicate);
    return [[claim.package, claim.collateral]];
  } catch (error) {
    if (error instanceof EvidenceError) return [];
    throw error;
  }
}
