import { callAttacks } from '../../demo/agent/attackers.js';
import type { AttackCase } from '../attack-case.js';

/** Attacks on calls of a model that an agent pays for: what was said, what it may cost, and that it is paid once. */
export const agentCalls: readonly AttackCase[] = callAttacks.map((each) => ({
  ...each,
  name: `call-${each.name}`,
  lane: 'calls',
  attack: async (scene) => each.attack(await scene.calls()),
}));
