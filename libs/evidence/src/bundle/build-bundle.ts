import {
  concatBytes,
  type Digest,
  digestOf,
  ed25519PublicKey,
  fromHex,
  inclusionPath,
  type JsonObject,
  leafHash,
  merkleRoot,
  toBase64,
} from '#canonical';
import { concealStatement } from '../disclosure/disclosable.js';
import {
  type DsseEnvelope,
  envelopeToJson,
  parseEnvelope,
  signStatement,
  statementOf,
} from '../dsse/envelope.js';
import { EvidenceError } from '../evidence-error.js';
import { FieldReader } from '../field-reader.js';
import { collateralOfAppraisal } from '../statements/appraisal.js';
import { planDigestOf, planPredicateType } from '../statements/plan.js';
import { buildRootStatement, type RootPredicate, type RunTask } from '../statements/root.js';
import {
  type EdgeReaders,
  parseStepPredicate,
  type StepPredicate,
  stepPredicateType,
} from '../statements/step.js';
import { leafEntry } from '../tlog/log-proof.js';
import { BundleDraft } from './bundle-draft.js';
import { bundleLimits } from './bundle-limits.js';
import { bundleMediaType } from './media-types.js';
import { blobReferences } from './references.js';

/** What the orchestrator says about a run; the rest of the root is computed from the parts of the bundle. */
export type RunRecord = Omit<
  RootPredicate,
  | 'salt'
  | 'orchestratorKey'
  | 'plan'
  | 'planDigest'
  | 'policy'
  | 'dag'
  | 'tasks'
  | 'steps'
  | 'oversight'
  | 'readers'
  | 'appraisals'
> & { readonly tasks: readonly Omit<RunTask, 'index'>[] };

export interface BundleInput {
  readonly run: RunRecord;
  /** DSSE bytes of the plan. */
  readonly signedPlan: Uint8Array;
  /** Canonical bytes of the appraisal policy that the client pinned. */
  readonly policy: Uint8Array;
  /** DSSE bytes of the step statements, one a task that has ended with one. */
  readonly steps: readonly Uint8Array[];
  /** DSSE bytes of the appraisal statements. */
  readonly appraisals: readonly Uint8Array[];
  /** Bytes by digest; those that the run refers to are taken. Ciphertexts may be left out, at the price of replay. */
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
  /** Who could open the run's inputs. The readers of every other edge are taken from the steps. */
  readonly inputReaders: readonly EdgeReaders[];
  readonly orchestratorSeed: Uint8Array;
  readonly random: (bytes: number) => Uint8Array;
}

export interface BuiltBundle {
  /** Complete but for its log entry. */
  readonly draft: BundleDraft;
  /** `sha256:` of the pre-authentication encoding of the root. */
  readonly rootDigest: Digest;
  /** What goes into the log. */
  readonly leafEntry: Uint8Array;
}

/** Assembles and signs the bundle of a run. Raises `BUNDLE_INPUT_INVALID` or `STATEMENT_MALFORMED`. */
export function buildBundle(input: BundleInput): BuiltBundle {
  const steps = input.steps.map(readStep);
  const leaves = steps.map(({ envelope }) => ({ envelope, salt: input.random(32) }));
  const hashes = leaves.map(({ envelope, salt }) => stepLeafHash(envelope.digest, salt));
  const appraisals = input.appraisals.map(parseEnvelope);
  const blobs = new Map(input.blobs)
    .set(digestOf(input.signedPlan), input.signedPlan)
    .set(digestOf(input.policy), input.policy);
  const predicate = rootPredicate(input, steps, appraisals, merkleRoot(hashes));
  const concealed = concealStatement(buildRootStatement(predicate), input.random);
  const root = parseEnvelope(signStatement({ ...concealed, seed: input.orchestratorSeed }));
  const disclosures = [root, ...steps.map(({ envelope }) => envelope)].flatMap((part) => part.disclosures);
  const draft = new BundleDraft({
    mediaType: bundleMediaType,
    root: envelopeToJson(root),
    steps: steps.map(({ envelope }) => envelopeToJson(envelope)),
    stepProofs: leaves.map(({ envelope, salt }, index) => ({
      stepDigest: envelope.digest,
      index,
      leafSalt: toBase64(salt),
      path: inclusionPath(hashes, index).map(toBase64),
    })),
    appraisals: appraisals.map(envelopeToJson),
    blobs: blobMembers(predicate, steps, appraisals, blobs),
    ...(disclosures.length === 0 ? {} : { disclosures }),
    timestamps: [],
  });
  return { draft, rootDigest: root.digest, leafEntry: leafEntry(root.digest) };
}

/** Leaf of the step tree. The salt keeps the digest of a withheld step from being guessed. */
export function stepLeafHash(stepDigest: Digest, salt: Uint8Array): Uint8Array {
  return leafHash(concatBytes(salt, fromHex(stepDigest.slice('sha256:'.length))));
}

interface StepPart {
  readonly envelope: DsseEnvelope;
  readonly predicate: StepPredicate;
}

function readStep(bytes: Uint8Array): StepPart {
  const envelope = parseEnvelope(bytes);
  return { envelope, predicate: parseStepPredicate(statementOf(envelope, stepPredicateType).predicate) };
}

function rootPredicate(
  input: BundleInput,
  steps: readonly StepPart[],
  appraisals: readonly DsseEnvelope[],
  treeRoot: Uint8Array,
): RootPredicate {
  const plan = statementOf(parseEnvelope(input.signedPlan), planPredicateType).predicate;
  const humans = steps.filter(({ predicate }) => predicate.kind === 'human');
  return {
    ...input.run,
    salt: toBase64(input.random(32)),
    orchestratorKey: toBase64(ed25519PublicKey(input.orchestratorSeed)),
    plan: digestOf(input.signedPlan),
    planDigest: planDigestOf(plan),
    policy: digestOf(input.policy),
    dag: planSize(plan),
    tasks: taskIndexes(input.run.tasks, steps),
    steps: { treeRoot: toBase64(treeRoot), count: steps.length, hash: 'rfc6962-sha256' },
    oversight: {
      required: planKinds(plan).includes('human'),
      approvals: humans.map(({ envelope }) => envelope.digest),
    },
    readers: [...input.inputReaders, ...steps.flatMap(({ predicate }) => predicate.sealing.readers)],
    appraisals: appraisals.map(({ digest }) => digest),
  };
}

function taskIndexes(tasks: RunRecord['tasks'], steps: readonly StepPart[]): RunTask[] {
  const indexes = new Map(steps.map(({ predicate }, index) => [predicate.stepId, index]));
  if (indexes.size !== steps.length) throw invalid('two statements are of one task');
  const unlisted = [...indexes.keys()].filter((id) => !tasks.some(({ taskId }) => taskId === id));
  if (unlisted.length > 0)
    throw invalid(`a statement is of a task that the run does not list: ${unlisted[0]}`);
  return tasks.map(({ taskId, status, failedAttempts = [] }) => ({
    taskId,
    status,
    index: indexes.get(taskId) ?? null,
    ...(failedAttempts.length === 0 ? {} : { failedAttempts }),
  }));
}

/** Counts that stay visible whatever is withheld: tasks, and the edges into them. */
export function planSize(plan: JsonObject): RootPredicate['dag'] {
  const tasks = planTasks(plan);
  const edgeCount = tasks.reduce((count, task) => count + task.items('inputs', 64).length, 0);
  return { nodeCount: tasks.length, edgeCount };
}

function planKinds(plan: JsonObject): string[] {
  return planTasks(plan).map((task) => task.nonEmpty('kind'));
}

function planTasks(plan: JsonObject): FieldReader[] {
  return new FieldReader(plan, 'plan', 'PLAN_MALFORMED').readers('tasks', 1024);
}

function blobMembers(
  root: RootPredicate,
  steps: readonly StepPart[],
  appraisals: readonly DsseEnvelope[],
  blobs: ReadonlyMap<Digest, Uint8Array>,
): JsonObject {
  const references = blobReferences(
    root,
    steps.map(({ predicate }) => predicate),
    (digest) => blobs.get(digest) ?? null,
    appraisals.flatMap((envelope) => collateralOfAppraisal(envelope)),
  );
  const members: Record<string, JsonObject> = {};
  let total = 0;
  for (const { digest, mediaType, needed, by } of references) {
    const bytes = blobs.get(digest);
    if (bytes === undefined) {
      if (needed) throw invalid(`${by} refers to blob ${digest}, which was not handed in`);
      continue;
    }
    if (digestOf(bytes) !== digest) throw invalid(`blob ${digest} has other bytes than its digest names`);
    total += bytes.length;
    members[digest] = { mediaType, size: bytes.length, data: toBase64(bytes) };
  }
  // Before anything is logged: with more than this no bundle can be written.
  if (total > bundleLimits.bytesMax) throw invalid(`blobs of ${total} bytes, leave ciphertexts out`);
  return members;
}

function invalid(what: string): EvidenceError {
  return new EvidenceError('BUNDLE_INPUT_INVALID', what);
}
