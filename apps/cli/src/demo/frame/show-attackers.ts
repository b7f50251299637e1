import type { AttackCase } from '../../attack/attack-case.js';
import { runPack } from '../../attack/run-pack.js';
import type { Report } from '../../output/report.js';
import type { RunningStack } from '../../stack/stack.js';

/** One thing an attacker tried, and what stopped it. */
interface Attempt {
  readonly tried: string;
  /** Reason code; null when nothing stopped the attacker as it should have been stopped. */
  readonly stoppedBy: string | null;
  readonly detail: string;
}

export interface DemoAttack {
  readonly attacker: string;
  readonly attempts: readonly Attempt[];
}

export type DemoAttacker<S> = readonly [attacker: string, cases: readonly AttackCase<S>[]];

/** Lets attackers loose on what a demo has just done, one after the other. */
export async function showAttackers<S extends { readonly stack: RunningStack | null }>(
  report: Report,
  attackers: readonly DemoAttacker<S>[],
  scene: S,
): Promise<DemoAttack[]> {
  report.heading('ATTACKS  on the running system');
  const attacks: DemoAttack[] = [];
  for (const [attacker, cases] of attackers) {
    const attempts: Attempt[] = [];
    report.line(`  ${attacker}`);
    for await (const { attack, outcome, got, detail } of runPack(cases, scene)) {
      const stoppedBy = outcome === 'stopped' ? got : null;
      attempts.push({ tried: attack.tries, stoppedBy, detail });
      report.line(
        `    ${stoppedBy === null ? 'NOT STOPPED' : 'stopped'}  ${(got ?? '').padEnd(28)} ${attack.tries}`,
      );
      report.line(`      ${detail}`);
    }
    attacks.push({ attacker, attempts });
  }
  report.fact('attacks', attacks);
  return attacks;
}
