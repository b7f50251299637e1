import type { PlannedWorkflow } from '#client';
import type { Plan, PlanTask, RouteDecision } from '#workflow';
import { seconds, wrapped } from '../output/format.js';
import type { Report } from '../output/report.js';

const WIDTH = 118;
const INDENT = '              ';
const NOT_MEASURED = 'estimated, not measured';

/** The plan that a client asked for: what it is worth, and that nobody has to be believed for it. */
export function showPlan(report: Report, { plan, digest }: PlannedWorkflow): void {
  report.heading(`PLAN  ${plan.definition.name} v${plan.definition.version}  (no data has been sent)`);
  report.line(`  signed by the orchestrator, made again by the client and equal: ${digest.slice(0, 23)}...`);
  showRoutes(report, plan);
  report.fact('plan', {
    digest,
    routes: plan.routes,
    estimate: plan.estimate,
    ...(plan.measured === undefined ? {} : { measured: plan.measured }),
  });
}

/** A table: where each step goes, what that is worth, why, why nothing else was chosen, and what its author asked for. */
export function showRoutes(report: Report, plan: Plan): void {
  const width = Math.max(9, ...plan.routes.map(({ step }) => step.length));
  report.line(`  ${'step'.padEnd(width)} route  integrity · confidentiality     time`);
  for (const route of plan.routes) {
    const level = `${route.integrity} · ${route.confidentiality}`.padEnd(30);
    report.line(
      `  ${route.step.padEnd(width)} ${route.chosen.toUpperCase().padEnd(6)} ${level}  ${timeOf(route)}`,
    );
    const tasks = plan.tasks.filter(({ step, compensates }) => isOf(step, route) && compensates === null);
    const said = [
      route.chosen === 'human'
        ? []
        : [`${route.estimate.memoryMiB} MiB, ${euros(route.estimate.costMicros)}${perItem(route)}`],
      [`chosen (${route.rule}): ${route.reason}`],
      route.rejected.map(({ protection, code, reason }) => `not ${protection} (${code}): ${reason}`),
      asked(tasks),
    ].flat();
    for (const text of said) for (const line of wrapped(text, WIDTH, INDENT)) report.line(line);
  }
  const { durationMs, memoryMiB, costMicros } = plan.estimate;
  const error =
    plan.measured === undefined ? NOT_MEASURED : `nine of ten within ${seconds(plan.measured.p90Ms)}`;
  report.line(
    `  estimate for a run: ${seconds(durationMs)} (${error}), ${memoryMiB} MiB in the largest step, ${euros(costMicros)}`,
  );
  for (const line of bounds(plan)) report.line(`  ${line}`);
}

function timeOf(route: RouteDecision): string {
  if (route.chosen === 'human') return 'a person is waited for';
  const { measured } = route;
  const basis =
    measured === undefined
      ? NOT_MEASURED
      : `middle of at least ${measured.tasks}; nine of ten within ${seconds(measured.p90Ms)}`;
  return `${seconds(route.estimate.durationMs)} (${basis})`;
}

function perItem({ items }: RouteDecision): string {
  return items === undefined ? '' : `, for each of ${items} items`;
}

/** Steps of a mapped one are `<step>-<n>`. */
function isOf(step: string, route: RouteDecision): boolean {
  return route.items === undefined ? step === route.step : step.startsWith(`${route.step}-`);
}

/** What the author asked of the step; items differ in nothing but what they read, so the first speaks for all. */
function asked(tasks: readonly PlanTask[]): string[] {
  const [first] = tasks;
  if (first === undefined) return [];
  const when = first.when.map(
    ({ field, in: values, orSkipped }) =>
      `${field} is ${values.join(' or ')}${orSkipped ? ', or nobody was asked' : ''}`,
  );
  return [
    ...(when.length === 0 ? [] : [`only when ${when.join(', and ')}`]),
    ...(first.quorum === undefined ? [] : [`${first.quorum} persons sign the same yes; one no is enough`]),
    ...(first.tolerable === true ? ['a failure is none of the run; what needs this step is skipped'] : []),
    ...(first.retry === undefined
      ? []
      : [
          `at most ${first.attemptsMax} attempts, after ${first.retry.on.join(', ')} only; first pause ${first.retry.backoffMs} ms`,
        ]),
    ...(first.compensate === undefined ? [] : [`made up for by ${first.compensate} if it takes no effect`]),
  ];
}

function bounds({ definition }: Plan): string[] {
  const { priority, deadlineMs, costMicrosMax } = definition;
  return [
    ...(priority === undefined ? [] : [`priority: ${priority}`]),
    ...(deadlineMs === undefined ? [] : [`over within ${seconds(deadlineMs)} of its creation`]),
    ...(costMicrosMax === undefined ? [] : [`refused above ${euros(costMicrosMax)}`]),
  ];
}

function euros(micros: number): string {
  return `${(micros / 1e6).toFixed(6)} EUR`;
}
