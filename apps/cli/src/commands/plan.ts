import { Command } from 'commander';
import { CATALOGUE, planDigest, planWorkflow } from '#workflow';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { JsonReport, TextReport } from '../output/report.js';
import {
  minimumsOf,
  type PlanFlags,
  readParameters,
  requestPlan,
  requireOneSource,
  withPlanFlags,
} from '../plan/plan-options.js';
import { readDefinition, refusedAt } from '../plan/read-definition.js';
import { showPlan, showRoutes } from '../plan/show-plan.js';
import { asClient } from '../stack/as-client.js';
import { findStack } from '../stack/stack.js';

interface Flags extends PlanFlags {
  readonly orchestrator?: string;
  readonly tenant: string;
  readonly trust?: string;
  readonly json?: boolean;
}

/** `sealflow plan FILE`, or of a stored workflow: where each step would run, why, and what that is worth. No data is read or sent. */
export function planCommand(): Command {
  return withPlanFlags(
    new Command('plan').description(
      'show where each step of a workflow would run, why, and for how much time and money',
    ),
  )
    .option('--orchestrator <address>', 'plan with the workers of this one (default: as if all were there)')
    .option('--tenant <name>', 'whose plan it is', 'demo')
    .option('--trust <file>', 'trust file that names the orchestrator (default: the installation)')
    .option('--json', 'print one JSON object')
    .action(async (file: string | undefined, options: Flags) => {
      const report = options.json === true ? new JsonReport() : new TextReport();
      requireOneSource('plan', file, options);
      const orchestrator = await targetOf(options);
      if (orchestrator !== null) {
        showPlan(
          report,
          await asClient({ ...options, orchestrator }, (client) => requestPlan(client, file, options)),
        );
      } else {
        const from = file ?? '-';
        const minimums = minimumsOf(options.minimum);
        const parameters = readParameters(options.parameters);
        const { definition } = readDefinition(from);
        const connected = everyOperation();
        const plan = refusedAt(from, () => planWorkflow({ definition, minimums, connected, parameters }));
        report.heading(`PLAN  ${definition.name} v${definition.version}  (as if every worker were there)`);
        showRoutes(report, plan);
        const { routes, estimate } = plan;
        report.fact('plan', { digest: planDigest(plan), routes, estimate });
      }
      report.end();
    });
}

/** Null: planned here. A stored workflow is where it is kept: at the orchestrator named, or at that of the installation. */
async function targetOf({ orchestrator, workflow }: Flags): Promise<string | null> {
  if (orchestrator !== undefined) return orchestrator;
  if (workflow === undefined) return null;
  const stack = await findStack(Installation.at(homeFolder()));
  if (stack !== null) return stack.address.grpc;
  throw new UsageError(
    'plan --workflow: no stack of this installation runs: start one with `sealflow up`, or give --orchestrator',
  );
}

function everyOperation(): string[] {
  const tasks = [...CATALOGUE.values()].flatMap(({ candidates }) => candidates.flatMap((each) => each.tasks));
  return [...new Set(tasks.map(({ operation }) => operation))];
}
