import { agentCalls } from './agent/agent-calls.js';
import { agentMoney } from './agent/agent-money.js';
import type { AttackCase } from './attack-case.js';
import { beyondGrant } from './auditor/beyond-grant.js';
import { changedBundles } from './auditor/changed-bundles.js';
import { changedCalls } from './network/changed-calls.js';
import { replayingNetwork } from './network/replaying-network.js';
import { wrongTimes } from './network/wrong-times.js';
import { changedCiphertexts } from './orchestrator/changed-ciphertexts.js';
import { openSealedResult } from './orchestrator/open-sealed-result.js';
import { otherCheckpoints } from './orchestrator/other-checkpoints.js';
import { otherHistory } from './orchestrator/other-history.js';
import { otherLogs } from './orchestrator/other-logs.js';
import { evidenceReplayed, otherImage, ownKeyOffered, simulatedAsReal } from './orchestrator/other-offers.js';
import { otherPlans } from './orchestrator/other-plans.js';
import { otherResults } from './orchestrator/other-results.js';
import { searchStorage } from './orchestrator/search-storage.js';
import { forgedDecision, otherRunSigned } from './prover/forged-decision.js';
import { otherCircuit } from './prover/other-circuit.js';
import { raisedPayment } from './prover/raised-payment.js';
import { badClaims } from './submitter/bad-claims.js';
import { morePaidThanThere, replayingSubmitter } from './submitter/replaying-submitter.js';
import { otherPages } from './worker/other-pages.js';
import { replacedWorkers } from './worker/replaced-worker.js';

/** The attack pack, in the order in which it is told. */
export const attackTable: readonly AttackCase[] = [
  searchStorage,
  openSealedResult,
  ...otherPlans,
  ownKeyOffered,
  simulatedAsReal,
  ...otherHistory,
  ...otherResults,
  ...otherLogs,
  ...otherCheckpoints,
  otherImage,
  otherPages,
  ...replacedWorkers,
  forgedDecision,
  otherRunSigned,
  raisedPayment,
  otherCircuit,
  ...replayingSubmitter,
  morePaidThanThere,
  ...badClaims,
  ...agentMoney,
  ...agentCalls,
  ...replayingNetwork,
  ...changedCalls,
  evidenceReplayed,
  ...wrongTimes,
  ...changedBundles,
  ...beyondGrant,
  ...changedCiphertexts,
];
