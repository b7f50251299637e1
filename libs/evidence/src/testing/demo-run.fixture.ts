import { appraisalPolicyDigest, appraise, simulatedRoots, vendorTrustRoots } from '#attestation';
import {
  canonicalBytes,
  commitSha256,
  digestOf,
  ed25519PublicKey,
  formatTime,
  inclusionPath,
  isJsonObject,
  leafHash,
  merkleRoot,
  toBase64,
  toJson,
  utf8,
} from '#canonical';
import { buildBundle, type RunRecord } from '../bundle/build-bundle.js';
import type { BundleDraft } from '../bundle/bundle-draft.js';
import { signStatement } from '../dsse/envelope.js';
import { type AppraisalPredicate, buildAppraisalStatement } from '../statements/appraisal.js';
import { buildPlanStatement } from '../statements/plan.js';
import { formatCheckpoint } from '../tlog/checkpoint.js';
import { formatLogProof } from '../tlog/log-proof.js';
import { cosignNote, formatNote, signNote } from '../tlog/note.js';
import { formatVerifierKey, noteKeyTypes, noteVerifierKey } from '../tlog/verifier-key.js';
import { type TrustFile, trustFileDigest } from '../trust/trust-file.js';
import type { Replay } from '../verify/session.js';
import {
  type DemoOptions,
  demoAuthority,
  demoPolicy,
  demoStartMs,
  valueDigest,
} from './demo-options.fixture.js';
import { DemoPages } from './demo-pages.fixture.js';
import { DemoSteps, demoSum } from './demo-steps.fixture.js';
import { seededRandom } from './random.fixture.js';

/**
 * A whole run as a bundle: real formats and signatures, simulated hardware, a circuit with a known trapdoor, and
 * ciphertexts that are random bytes.
 */
export interface Demo {
  readonly bytes: Uint8Array;
  readonly trust: TrustFile;
  readonly steps: DemoSteps;
  readonly replay: Replay;
}

export const logName = 'log.example.com/sealflow';
export const logSeed = seededRandom('log')(32);
export const orchestratorSeed = seededRandom('orchestrator')(32);

export function demoRun(options: DemoOptions = {}): Demo {
  const steps =
    options.workflow === 'ledger-batch' || options.workflow === 'settling'
      ? new DemoPages(options)
      : new DemoSteps(options);
  steps.run();
  const statements = new Map(steps.statements);
  for (const id of options.dropSteps ?? []) statements.delete(id);
  for (const [id, bytes] of options.replaceSteps ?? []) statements.set(id, bytes);
  const trust = trustOf(steps, options);
  const run = runOf(steps, options);
  const built = buildBundle({
    run: options.editRun?.(run) ?? run,
    signedPlan: signStatement({ statement: buildPlanStatement(steps.plan), seed: orchestratorSeed }),
    policy: canonicalBytes(toJson(trust.policy)),
    steps: [...statements.values()],
    appraisals: appraisals(steps, trust, options),
    blobs: steps.blobs,
    inputReaders: steps.inputs().map(([, edge]) => steps.readers(edge, ['extract'])),
    orchestratorSeed,
    random: steps.random,
  });
  const replay: Replay = ({ inputs }) => demoSum(inputs.map(digestOf));
  const bytes =
    options.logged === false ? built.draft.bytes : logged(built.draft, built.leafEntry, steps, options);
  return { bytes, trust, steps, replay };
}

function runOf(steps: DemoSteps, options: DemoOptions): RunRecord {
  const definitionDigest = valueDigest(steps.plan['definition'] ?? null);
  const policyDigest = appraisalPolicyDigest(demoPolicy(options.allowSimulated ?? true));
  const rejected = options.decision === 'decline' || options.insufficient === true;
  return {
    runId: steps.runId,
    tenant: commitSha256({ label: 'tenant', salt: steps.random(32), plaintext: utf8('bank') }),
    workflow: {
      definitionDigest,
      schemaVersion: 'sealflow/workflow/v1',
      name: 'credit',
      version: '1',
      compilerVersion: '0.1.0',
    },
    inputs: steps.inputs().map(([name, edge, commitment]) => ({ name, edge, commitment })),
    outputs: outputsOf(steps),
    policies: [
      { id: 'appraisal', version: '1', digest: policyDigest, effectiveFrom: formatTime(demoStartMs - 1000) },
    ],
    routing: [],
    models: [],
    period: { start: formatTime(demoStartMs), end: formatTime(steps.clockMs + 100), clockSource: 'system' },
    status: rejected ? 'rejected' : 'completed',
    reason: '',
    previousRun: null,
    offers: Object.values(steps.workers).map((worker) => ({
      operation: worker.id,
      package: worker.package,
      nonce: toBase64(worker.nonce),
    })),
    tasks: taskIds(steps).map((taskId) => ({
      taskId,
      status: steps.predicates.some(({ stepId }) => stepId === taskId) ? 'succeeded' : 'skipped',
    })),
  };
}

function outputsOf({ plan, predicates }: DemoSteps): RunRecord['outputs'] {
  const made = new Map(
    predicates.flatMap(({ outputs }) => outputs.map(({ edge, commitment }) => [edge, commitment])),
  );
  return Object.entries(plan['outputs'] ?? {}).flatMap(([name, edge]) => {
    const commitment = made.get(String(edge));
    return commitment === undefined ? [] : [{ name, edge: String(edge), commitment }];
  });
}

function taskIds({ plan }: DemoSteps): string[] {
  const tasks = plan['tasks'];
  if (!Array.isArray(tasks)) return [];
  return tasks.map((task) => (isJsonObject(task) ? String(task['id']) : ''));
}

function appraisals(steps: DemoSteps, trust: TrustFile, options: DemoOptions): Uint8Array[] {
  const policyDigest = appraisalPolicyDigest(trust.policy);
  const pieces = (options.collateral ?? []).map((bytes) => {
    steps.blobs.set(digestOf(bytes), bytes);
    return digestOf(bytes);
  });
  return Object.values(steps.workers).map(({ evidence, package: digest }) => {
    const { roots, policy } = trust;
    const appraisal = appraise({
      evidence,
      roots,
      policy,
      policyDigest,
      expectedNonce: null,
      at: demoStartMs,
    });
    const predicate: AppraisalPredicate = {
      package: digest,
      ear: appraisal.ear,
      checks: appraisal.checks,
      validationTime: formatTime(demoStartMs),
      inputs: { policy: policyDigest, trustRoot: trustFileDigest(trust), collateral: pieces },
      verdict: appraisal.verdict,
      level: appraisal.level,
    };
    const statement = buildAppraisalStatement(options.editAppraisal?.(predicate) ?? predicate);
    return signStatement({ statement, seed: orchestratorSeed });
  });
}

function trustOf(steps: DemoSteps, options: DemoOptions): TrustFile {
  const witnesses = Array.from({ length: options.witnesses ?? 0 }, (_, index) =>
    formatVerifierKey(
      noteVerifierKey(witnessName(index), noteKeyTypes.cosignature, ed25519PublicKey(witnessSeed(index))),
    ),
  );
  return {
    v: 'sealflow/trust/v1',
    roots: { ...vendorTrustRoots, ...simulatedRoots(demoAuthority()) },
    policy: demoPolicy(options.allowSimulated ?? true),
    circuits: { manifests: [steps.circuit.manifestDigest], allowDev: options.allowDev ?? true },
    approvers: [toBase64(ed25519PublicKey(steps.approverSeed))],
    log: {
      origin: logName,
      vkey: formatVerifierKey(noteVerifierKey(logName, noteKeyTypes.ed25519, ed25519PublicKey(logSeed))),
    },
    orchestratorKeys: [toBase64(ed25519PublicKey(orchestratorSeed))],
    witnesses,
    witnessQuorum: witnesses.length,
  };
}

/** Puts the leaf among strangers and lets log and witnesses sign. */
function logged(draft: BundleDraft, leaf: Uint8Array, steps: DemoSteps, options: DemoOptions): Uint8Array {
  const leaves = [utf8('a'), utf8('b'), leaf, utf8('c'), utf8('d')].map(leafHash);
  const text = formatCheckpoint({ origin: logName, size: leaves.length, root: merkleRoot(leaves) });
  const timeS = Math.ceil(steps.clockMs / 1000) + 30;
  const cosignatures = Array.from({ length: options.cosigners ?? options.witnesses ?? 0 }, (_, index) =>
    cosignNote({ text, name: witnessName(index), seed: witnessSeed(index), timeS: timeS + index }),
  );
  const signatures = [signNote({ text, name: logName, seed: logSeed }), ...cosignatures];
  const proof = formatLogProof({
    index: 2,
    path: inclusionPath(leaves, 2),
    checkpointNote: formatNote({ text, signatures }),
  });
  return draft.complete({ origin: logName, proof, leaf });
}

export function witnessName(index: number): string {
  return `witness${index}.example`;
}

export function witnessSeed(index: number): Uint8Array {
  return seededRandom(`witness ${index}`)(32);
}
