/**
 * The bank's consent to a loan, as the key enclave sees it.
 *
 * No bank server says "pay": the scorecard circuit's proof does. The prover and the orchestrator are not trusted
 * with it. The enclave verifies the proof itself, under the verification key that the manifest names, for exactly
 * this run and the task that made it, and takes the limit only from the opening of the commitment that the proof
 * carries. An outcome of `review` needs an approver's signed yes to that very decision.
 */
import {
  commitmentField,
  contextField,
  canonicalBytes,
  failedChecks,
  isJsonObject,
  type Json,
  parseField,
  parseJsonStrict,
  sha256,
} from '#canonical';
import { EvidenceError, parseHumanEvidence, parseStepPredicate, parseZkEvidence, type StepPredicate, type ZkEvidence } from '#evidence';
import { type CircuitManifest, parseManifest, ProofsError, verifyGroth16 } from '#proofs';
import type { OpenedInput, OpenTask, Producer, PublicInput } from '#worker';
import { refusal } from './ledger-error.js';
import { optionalPublicInput, publicInput } from './task-inputs.js';
