import type { SealflowClient } from '#client';
import type { Credit, Scene } from '../attack/attack-case.js';
import { replayingNetwork } from '../attack/network/replaying-network.js';
import { openSealedResult } from '../attack/orchestrator/open-sealed-result.js';
import { searchStorage } from '../attack/orchestrator/search-storage.js';
import { forgedDecision } from '../attack/prover/forged-decision.js';
import { localScene } from '../attack/scene.js';
import { replayingSubmitter } from '../attack/submitter/replaying-submitter.js';
import type { Report } from '../output/report.js';
import type { RunningStack } from '../stack/stack.js';
import { type DemoAttack, type DemoAttacker, showAttackers } from './frame/show-attackers.js';

/** Of the attack pack, what needs nothing but the four applications of the demo. */
const attackers: readonly DemoAttacker<Scene>[] = [
  ['curious operator', [searchStorage, openSealedResult]],
  ['dishonest worker', [forgedDecision]],
  ['dishonest submitter', replayingSubmitter],
  ['replaying network', replayingNetwork],
];

/** Lets the attackers of the demo loose on a stack that has just served its applications. */
export function showCreditAttackers(
  stack: RunningStack,
  client: SealflowClient,
  credit: Credit,
  report: Report,
): Promise<DemoAttack[]> {
  return showAttackers(report, attackers, localScene(stack, client, credit));
}
