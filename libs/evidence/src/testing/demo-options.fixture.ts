import { type AppraisalPolicy, createSimulationAuthority, type SimulationAuthority } from '#attestation';
import {
  type Commitment,
  canonicalBytes,
  commitSha256,
  type Digest,
  digestOf,
  type Json,
  type JsonObject,
  parseTime,
  utf8,
} from '#canonical';
import type { BatchReceipt, NoteClaims } from '#ledger';
import type { RunRecord } from '../bundle/build-bundle.js';
import type { AppraisalPredicate } from '../statements/appraisal.js';
import type { LedgerReceipt } from '../statements/ledger-receipt.js';
import type { StepPredicate } from '../statements/step.js';
import type { Decision } from './demo-circuit.fixture.js';
import { demoImage } from './demo-worker.fixture.js';
import { seededRandom } from './random.fixture.js';

/** Notes of a ledger in zk-check before and after its batch, and the blobs that prove what became of them. */
export interface DemoNotes {
  readonly before: NoteClaims;
  readonly after: NoteClaims;
  readonly blobs: readonly Uint8Array[];
}

/** Each option lets a test lie at one place while everything else of the run stays consistent. */
export interface DemoOptions {
  /** The credit run, the opening of the ledger that it works on, or a batch on a ledger of pages. */
  readonly workflow?: 'credit' | 'ledger-open' | 'ledger-batch' | 'settling';
  readonly decision?: Decision;
  readonly insufficient?: boolean;
  /** Tells one run from another. */
  readonly seed?: string;
  readonly allowSimulated?: boolean;
  readonly allowDev?: boolean;
  readonly keyState?: 'dev' | 'active';
  /** Public signals that the circuit of the scorecard does not have. */
  readonly circuitWithout?: readonly string[];
  readonly witnesses?: number;
  readonly cosigners?: number;
  readonly ciphertexts?: boolean;
  /** Documents of vendor data that every appraisal names. */
  readonly collateral?: readonly Uint8Array[];
  readonly logged?: boolean;
  /** Whether executors conceal what can be withheld; they do unless told. */
  readonly concealed?: boolean;
  readonly editPlan?: (plan: JsonObject) => JsonObject;
  readonly editStep?: (step: StepPredicate) => StepPredicate;
  readonly editReceipt?: (receipt: LedgerReceipt) => LedgerReceipt;
  readonly editBatchReceipt?: (receipt: BatchReceipt) => BatchReceipt;
  /** Makes the ledger one in zk-check: what its batch did to notes. */
  readonly notes?: DemoNotes;
  readonly editRun?: (run: RunRecord) => RunRecord;
  readonly editAppraisal?: (appraisal: AppraisalPredicate) => AppraisalPredicate;
  /** Signs a step with another key than its executor's. */
  readonly signerOf?: (stepId: string) => Uint8Array | null;
  /** Key of the ledger for the receipts of a task. */
  readonly ledgerSeedOf?: (taskId: string) => Uint8Array | null;
  /** Run of which a proof is made; the own one unless told. */
  readonly proofRunId?: string;
  /** Statements that never reach the tree. */
  readonly dropSteps?: readonly string[];
  /** Statements of another run in place of this run's. */
  readonly replaceSteps?: ReadonlyMap<string, Uint8Array>;
}

export const demoStartMs = parseTime('2026-11-20T21:03:00.000Z');

let authority: SimulationAuthority | null = null;

/** One authority for all tests: making its key chains is the slowest part. */
export function demoAuthority(): SimulationAuthority {
  authority ??= createSimulationAuthority(seededRandom('authority'), demoStartMs - 86_400_000);
  return authority;
}

const operations: Readonly<Record<string, readonly string[]>> = {
  extract: ['document.extract'],
  prover: ['scorecard.prove'],
  ledger: [
    ...['ledger.open.authorize', 'ledger.reserve.authorize', 'ledger.commit.authorize'],
    ...['ledger.batch.authorize', 'pages.commit.confirm'],
  ],
  fhe: [
    ...['ledger.open.apply', 'ledger.reserve.apply', 'ledger.commit.apply', 'ledger.batch.apply'],
    'pages.commit.replay',
  ],
};

export function demoPolicy(allowSimulated: boolean): AppraisalPolicy {
  return {
    v: 'sealflow/appraisal-policy/v1',
    allowSimulated,
    gpu: { required: false },
    measurements: Object.entries(operations).map(([name, allowed]) => ({
      name,
      ...demoImage(name),
      operations: allowed,
    })),
    bindingRules: ['sealflow/binding/v1'],
    freshness: ['nonce'],
    bindingLifetimeMsMax: 3_600_000,
  };
}

/** A commitment to a value that no test opens. */
export function sealedValue(label: string): Commitment {
  return commitSha256({ label, salt: seededRandom(label)(32), plaintext: utf8(label) });
}

export function valueDigest(value: Json): Digest {
  return digestOf(canonicalBytes(value));
}
