import type { PlannedWorkflow } from '#client';
import { seconds, wrapped } from '../output/format.js';
import type { Report } from '../output/report.js';

const WIDTH = 118;

/** The plan as a table: where each step goes, what that is worth, why, and why nothing else was chosen. */
export function showPlan(report: Report, { plan, digest }: PlannedWorkflow): void {
  report.heading(`PLAN  ${plan.definition.name} v${plan.definition.version}  (no data has been sent)`);
  report.line(`  signed by the orchestrator, made again by the client and equal: ${digest.slice(0, 23)}...`);
  report.line('  step      route  integrity · confidentiality     estimate   memory');
  for (const route of plan.routes) {
    const level = `${route.integrity} · ${route.confidentiality}`.padEnd(30);
    const estimate = route.chosen === 'human' ? 'a person' : seconds(route.estimate.durationMs);
    report.line(
      `  ${route.step.padEnd(9)} ${route.chosen.toUpperCase().padEnd(6)} ${level}  ${estimate.padEnd(9)}  ${route.estimate.memoryMiB} MiB`,
    );
    for (const line of wrapped(`why: ${route.reason}`, WIDTH, '              ')) report.line(line);
    for (const { protection, code, reason } of route.rejected) {
      for (const line of wrapped(`not ${protection} (${code}): ${reason}`, WIDTH, '              '))
        report.line(line);
    }
  }
  const { durationMs, memoryMiB, costMicros } = plan.estimate;
  report.line(
    `  estimate for a run: ${seconds(durationMs)}, ${memoryMiB} MiB in the largest step, ${(costMicros / 1e6).toFixed(6)} EUR`,
  );
  report.fact('plan', { digest, routes: plan.routes, estimate: plan.estimate });
}
