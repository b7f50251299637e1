import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import { SealflowClient } from '#client';
import {
  CATALOGUE,
  CONFIDENTIALITY_LEVELS,
  INTEGRITY_LEVELS,
  type Minimums,
  parseMinimums,
  planDigest,
  planWorkflow,
} from '#workflow';
import { credentialOf } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';
import { JsonReport, TextReport } from '../output/report.js';
import { readDefinition, refusedAt } from '../plan/read-definition.js';
import { showPlan, showRoutes } from '../plan/show-plan.js';
import { tlsFor } from '../stack/tls-for.js';

interface Flags {
  readonly orchestrator?: string;
  readonly tenant: string;
  readonly trust?: string;
  readonly minimum: readonly string[];
  readonly parameters?: string;
  readonly json?: boolean;
}

type Parameters = Readonly<Record<string, JsonObject>>;

/** `sealflow plan FILE`: where each step would run, why, and what that is worth. No data is read or sent. */
export function planCommand(): Command {
  return new Command('plan')
    .description('show where each step of a workflow would run, why, and for how much time and money')
    .argument('<file>', 'definition in YAML or JSON, or - for standard input')
    .option('--orchestrator <address>', 'plan with the workers of this one (default: as if all were there)')
    .option('--tenant <name>', 'whose plan it is', 'demo')
    .option('--trust <file>', 'trust file that names the orchestrator (default: the installation)')
    .option(
      '--minimum <what=level>',
      'pin a level: score/decision=PROVED or personal=ENCLAVE (repeatable)',
      (entry: string, all: readonly string[]) => [...all, entry],
      [] as readonly string[],
    )
    .option('--parameters <file>', 'JSON object with the parameters of each step')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: Flags) => {
      const { text, definition } = readDefinition(file);
      const report = options.json === true ? new JsonReport() : new TextReport();
      const minimums = minimumsOf(options.minimum);
      const parameters = readParameters(options.parameters);
      if (options.orchestrator !== undefined) {
        const asking = { definition: text, minimums, parameters };
        showPlan(report, await requestedPlan(asking, options.orchestrator, options));
      } else {
        const connected = everyOperation();
        const plan = refusedAt(file, () => planWorkflow({ definition, minimums, connected, parameters }));
        report.heading(`PLAN  ${definition.name} v${definition.version}  (as if every worker were there)`);
        showRoutes(report, plan);
        const { routes, estimate } = plan;
        report.fact('plan', { digest: planDigest(plan), routes, estimate });
      }
      report.end();
    });
}

async function requestedPlan(
  asking: { readonly definition: string; readonly minimums: Minimums; readonly parameters: Parameters },
  target: string,
  { tenant, trust }: Flags,
) {
  const client = new SealflowClient({
    target,
    tenant,
    apiKey: credentialOf(homeFolder(), 'tenant'),
    tls: tlsFor(target) ?? undefined,
    trust: readTrust(trust),
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
  try {
    return await client.plan(asking);
  } finally {
    client.close();
  }
}

function everyOperation(): string[] {
  const tasks = [...CATALOGUE.values()].flatMap(({ candidates }) => candidates.flatMap((each) => each.tasks));
  return [...new Set(tasks.map(({ operation }) => operation))];
}

/** Of `score/decision=PROVED`, `personal=ENCLAVE`: a reference has a slash, a data class none. */
function minimumsOf(entries: readonly string[]): Minimums {
  const classes: Record<string, Record<string, string>> = {};
  const fields: Record<string, Record<string, string>> = {};
  for (const entry of entries) {
    const [what = '', level = '', ...more] = entry.split('=');
    const axis = axisOf(level);
    if (axis === null || more.length > 0) {
      const levels = [...INTEGRITY_LEVELS, ...CONFIDENTIALITY_LEVELS].join(', ');
      throw new UsageError(
        `--minimum ${entry}: expected <reference or class>=<level>, level one of ${levels}`,
      );
    }
    const place = what.includes('/') ? fields : classes;
    place[what] = { ...place[what], [axis]: level };
  }
  return refusedAt('--minimum', () => parseMinimums({ classes, fields }));
}

function axisOf(level: string): 'integrity' | 'confidentiality' | null {
  if (INTEGRITY_LEVELS.some((known) => known === level)) return 'integrity';
  return CONFIDENTIALITY_LEVELS.some((known) => known === level) ? 'confidentiality' : null;
}

function readParameters(file: string | undefined): Parameters {
  if (file === undefined) return {};
  const value: Json = parseJsonStrict(new Uint8Array(readFileSync(file)));
  const steps = isJsonObject(value) ? Object.entries(value) : null;
  if (steps === null || steps.some(([, entry]) => !isJsonObject(entry))) {
    throw new UsageError(
      `${file}: expected a JSON object of steps, each an object of parameters, got something else`,
      exitCode.malformed,
    );
  }
  return Object.fromEntries(steps.flatMap(([step, entry]) => (isJsonObject(entry) ? [[step, entry]] : [])));
}
