import { withheldParts } from '../disclosure/withheld-parts.js';
import { withheldText } from '../disclosure/withheld-text.js';
import type { TrustFile } from '../trust/trust-file.js';
import { assuranceStage } from './assurance-stage.js';
import { blobsStage } from './blobs-stage.js';
import { type Demands, demandIntegrity, demandWitnesses } from './demands.js';
import { edgesStage } from './edges-stage.js';
import { evidenceStage } from './evidence-stage.js';
import { freshnessStage } from './freshness-stage.js';
import { inHindsight } from './hindsight.js';
import { logStage } from './log-stage.js';
import { notChecked, notProven } from './not-proven.js';
import { type OpenedBundle, parseStage, schemaStage } from './open-bundle.js';
import { policyStage } from './policy-stage.js';
import { type RunExpectation, rootStage } from './root-stage.js';
import { type CiphertextSource, type Replay, Session, type Today } from './session.js';
import { signaturesStage } from './signatures-stage.js';
import { StageChecks } from './stage-checks.js';
import { timeStage } from './time-stage.js';
import { treeStage } from './tree-stage.js';
import {
  type BundleVerdict,
  decide,
  isFailure,
  type RunSummary,
  type StageName,
  type StepVerdict,
  stageNames,
} from './verdict.js';

/*
 * The one verifier. Trusted: the trust file of whoever calls, and this code. Not trusted: every byte of the bundle,
 * whoever made, kept or carried it, and every verdict inside it. No clock, network or file is read here.
 */

export interface VerifyOptions {
  /** Milliseconds since 1970 as of which to judge; null: the earliest time that the bundle's anchors prove. */
  readonly at: number | null;
  /** Runs FHE operations again where the ciphertexts are at hand: in the bundle, or from `ciphertext`. */
  readonly replay?: Replay;
  readonly ciphertext?: CiphertextSource;
  /** What the caller knows of the run by itself, e.g. as its client; a bundle of another run is then refused. */
  readonly expect?: RunExpectation;
  /** What the caller asks for over and above the trust file. */
  readonly demands?: Demands;
  /** What is believed today: the bundle is judged a second time by it, and the first verdict stays as it is. */
  readonly hindsight?: TrustFile;
  /**
   * What vendors publish about the hardware since: it is judged again by that, and can only lose. With `hindsight` it
   * belongs to the second verdict.
   */
  readonly today?: Today;
  /** What is withheld and proved to exist is no failure for the caller; the verdict still lists it. */
  readonly acceptWithheld?: boolean;
  /** Told of each stage as it begins, with its place from 1 on: for whoever watches. */
  readonly onStage?: (stage: StageName, place: number) => void;
}

/**
 * Verifies a bundle in the fixed order of stages. Never throws: hostile bytes end as a `malformed` verdict, and a fault
 * of the verifier itself as a failed one.
 */
export async function verifyBundle(
  bytes: Uint8Array,
  trust: TrustFile,
  options: VerifyOptions,
): Promise<BundleVerdict> {
  const { hindsight, today, ...asOfT } = options;
  const opening = await openStages(bytes, options.onStage);
  if (hindsight === undefined) return (await judgeOpened(opening, trust, options)).verdict;
  const { verdict } = await judgeOpened(copyOf(opening), trust, asOfT);
  const updated = { ...asOfT, ...(today === undefined ? {} : { today }) };
  const { verdict: again } = await judgeOpened(copyOf(opening), hindsight, updated);
  return { ...verdict, hindsight: inHindsight(verdict, again, hindsight) };
}

/** Stages add their checks to the opening; each judgement has its own. */
function copyOf({ stages, opened }: Opening): Opening {
  return { stages: [...stages], opened };
}

/** What the first two stages made of the bytes; they need no trust. */
export interface Opening {
  readonly stages: StageChecks[];
  /** Null when nothing is left to verify. */
  readonly opened: OpenedBundle | null;
}

export async function openStages(bytes: Uint8Array, onStage?: VerifyOptions['onStage']): Promise<Opening> {
  const stages: StageChecks[] = [];
  const stage = <T>(name: StageName, run: (checks: StageChecks) => T): Promise<T | null> =>
    runStage<T | null>(stages, new StageChecks(name), null, run, onStage);
  const document = await stage('parse', (checks) => parseStage(bytes, checks));
  if (document === null) return { stages, opened: null };
  const opened = await stage('schema', (checks) => schemaStage(document, checks));
  return { stages, opened };
}

/** The other stages. The session holds what they found out, for whoever asks more than the verdict says. */
export async function judgeOpened(
  { stages, opened }: Opening,
  trust: TrustFile,
  options: VerifyOptions,
): Promise<{ readonly verdict: BundleVerdict; readonly session: Session | null }> {
  if (opened === null) return { verdict: verdictOf(stages, null, []), session: null };
  const accept = options.acceptWithheld === true;
  const stage = <T>(name: StageName, fallback: T, run: (checks: StageChecks) => T | Promise<T>): Promise<T> =>
    runStage(stages, new StageChecks(name, accept), fallback, run, options.onStage);
  const { bundle, rootStatement, root, steps } = opened;
  const session = new Session(bundle, rootStatement, root, steps, trust, {
    at: options.at,
    replay: options.replay ?? null,
    ciphertext: options.ciphertext ?? null,
    expected: options.expect !== undefined,
    demands: options.demands ?? {},
    today: options.today ?? null,
  });
  await stage('blobs', undefined, (checks) => blobsStage(session, checks));
  const cosignatures = await stage('log', [], (checks) => {
    const cosigned = logStage(session, checks);
    demandWitnesses(session, checks, cosigned.length);
    return cosigned;
  });
  await stage('time', undefined, (checks) => timeStage(session, checks, cosignatures));
  await stage('root', undefined, (checks) => rootStage(session, checks, options.expect ?? {}));
  await stage('tree', undefined, (checks) => treeStage(session, checks));
  await stage('signatures', undefined, (checks) => signaturesStage(session, checks));
  await stage('evidence', undefined, (checks) => evidenceStage(session, checks));
  await stage('edges', undefined, (checks) => edgesStage(session, checks));
  await stage('freshness', undefined, (checks) => freshnessStage(session, checks));
  await stage('policy', undefined, (checks) => policyStage(session, checks));
  const broken = new Set(stages.flatMap(({ failedSteps }) => [...failedSteps]));
  const verdicts = await stage<StepVerdict[]>('assurance', [], (checks) => {
    const made = assuranceStage(session, checks, broken);
    demandIntegrity(session, checks, made);
    return made;
  });
  return { verdict: verdictOf(stages, session, verdicts), session };
}

/** Runs one stage. What it throws is a fault of the verifier: it is reported, and can never end in "verified". */
async function runStage<T>(
  stages: StageChecks[],
  checks: StageChecks,
  fallback: T,
  run: (checks: StageChecks) => T | Promise<T>,
  onStage: VerifyOptions['onStage'],
): Promise<T> {
  stages.push(checks);
  try {
    onStage?.(checks.stage, stages.length);
    return await run(checks);
  } catch {
    checks.error('BND-INT-001', `stage ${checks.stage} ran to its end`, {
      actual: 'the verifier stumbled; report this file',
    });
    return fallback;
  }
}

function verdictOf(
  stages: readonly StageChecks[],
  session: Session | null,
  steps: readonly StepVerdict[],
): BundleVerdict {
  // Whatever went wrong, a verification that did not go through all stages has not verified anything.
  const last = stages.at(-1);
  if (stages.length < stageNames.length && last !== undefined && !last.checks.some(isFailure)) {
    last.error('BND-INT-001', 'all stages were run');
  }
  const made = stages.map(({ stage: name, checks }) => ({ name, checks }));
  return {
    ...decide(made.flatMap(({ checks }) => checks)),
    asOf: session?.asOf ?? null,
    run: session === null ? null : runOf(session),
    log: session?.log ?? null,
    stages: made,
    steps,
    notProven: session === null ? [] : notProven(session, steps),
    notChecked:
      session === null
        ? []
        : [
            ...notChecked(session, steps),
            ...stages.flatMap(({ withheldChecks }) => withheldChecks.map(uncheckable)),
          ],
    withheld: session?.withheldTasks.size ?? 0,
    withheldParts: session === null ? [] : withheldParts(session),
    simulated: steps.some((step) => step.simulated),
    hindsight: null,
  };
}

function runOf({ root }: Session): RunSummary {
  return {
    id: root.runId,
    name: root.workflow.name ?? withheldText,
    version: root.workflow.version ?? withheldText,
    status: root.status,
    reason: root.reason ?? withheldText,
    start: root.period.start,
    end: root.period.end,
    stepCount: root.steps.count,
    skipped: root.tasks.filter(({ status }) => status === 'skipped').map(({ taskId }) => taskId),
    inputs: root.inputs,
    outputs: root.outputs,
  };
}

function uncheckable(title: string): string {
  return `${title}: what it needs is withheld.`;
}
