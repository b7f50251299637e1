import { agentMoney } from './agent/agent-money.js';
import type { AttackCase } from './attack-case.js';
import { changedBundles } from './auditor/changed-bundles.js';
import { changedCalls } from './network/changed-calls.js';
import { replayingNetwork } from './network/replaying-network.js';
import { changedCiphertexts } from './orchestrator/changed-ciphertexts.js';
import { openSealedResult } from './orchestrator/open-sealed-result.js';
import { otherCheckpoints } from './orchestrator/other-checkpoints.js';
import { otherHistory } from './orchestrator/other-history.js';
import { otherLogs } from './orchestrator/other-logs.js';
import { evidenceReplayed, otherImage, ownKeyOffered, simulatedAsReal } from './orchestrator/other-offers.js';
import { otherPlans } from './orchestrator/other-plans.js';
import { otherResults } from './orchestrator/other-results.js';
import { searchStorage } from './orchestrator/search-storage.js';
import { forgedDecision } from './prover/forged-decision.js';
import { badClaims } from './submitter/bad-claims.js';
import { replayingSubmitter } from './submitter/replaying-submitter.js';

/** The attack pack, in the order in which it is run. */
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
  forgedDecision,
  ...replayingSubmitter,
  ...badClaims,
  ...agentMoney,
  ...replayingNetwork,
  ...changedCalls,
  evidenceReplayed,
  ...changedBundles,
  ...changedCiphertexts,
];
