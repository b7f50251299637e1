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
import { Installation } from '../installation/installation.js';
import { credentialOf } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode, UsageError } from '../output/failure.js';
import { JsonReport, TextReport } from '../output/report.js';
import { readDefinition, refusedAt } from '../plan/read-definition.js';
import { showPlan, showRoutes } from '../plan/show-plan.js';
import { findStack } from '../stack/stack.js';
import { tlsFor } from '../stack/tls-for.js';

interface Flags {
  readonly workflow?: string;
  readonly orchestrator?: string;
  readonly tenant: string;
  readonly trust?: string;
  readonly minimum: readonly string[];
  readonly parameters?: string;
  readonly json?: boolean;
}

type Parameters = Readonly<Record<string, JsonObject>>;

/** `sealflow plan FILE`, or of a stored workflow: where each step would run, why, and what that is worth. No data is read or sent. */
export function planCommand(): Command {
  return new Command('plan')
    .description('show where each step of a workflow would run, why, and for how much time and money')
    .argument('[file]', 'definition in YAML or JSON, or - for standard input')
    .option(
      '--workflow <name>',
      'instead of a file: NAME, NAME@VERSION or NAME@<64 hex> as the orchestrator keeps it',
    )
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
    .action(async (file: string | undefined, options: Flags) => {
      const report = options.json === true ? new JsonReport() : new TextReport();
      const minimums = minimumsOf(options.minimum);
      const parameters = readParameters(options.parameters);
      if ((file === undefined) === (options.workflow === undefined))
        throw new UsageError('plan: expected a file or --workflow, and not both: name one of them');
      const target = await targetOf(options);
      if (target !== null) {
        const source = file === undefined ? null : readDefinition(file).text;
        const asking = { definition: source, stored: options.workflow ?? '', minimums, parameters };
        showPlan(report, await requestedPlan(asking, target, options));
      } else {
        const from = file ?? '-';
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

interface Asking {
  /** Text of a file; null for a stored workflow. */
  readonly definition: string | null;
  readonly stored: string;
  readonly minimums: Minimums;
  readonly parameters: Parameters;
}

async function requestedPlan(
  { definition, stored, minimums, parameters }: Asking,
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
    // What is read was checked against the name that was asked for, and the plan against what was read.
    const source = definition === null ? await client.workflows.get(stored) : { definition };
    return await client.plan({ ...source, minimums, parameters });
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
