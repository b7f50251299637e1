import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { isJsonObject, type Json, type JsonObject, parseJsonStrict } from '#canonical';
import type { PlannedWorkflow, SealflowClient } from '#client';
import { CONFIDENTIALITY_LEVELS, INTEGRITY_LEVELS, type Minimums, parseMinimums } from '#workflow';
import { exitCode, UsageError } from '../output/failure.js';
import { readDefinition, refusedAt } from './read-definition.js';

export type Parameters = Readonly<Record<string, JsonObject>>;

/** What a plan is asked with, in all commands that ask for one. */
export interface PlanFlags {
  readonly workflow?: string;
  readonly minimum: readonly string[];
  readonly parameters?: string;
}

export function withPlanFlags(command: Command): Command {
  return command
    .argument('[file]', 'definition in YAML or JSON, or - for standard input')
    .option(
      '--workflow <name>',
      'instead of a file: NAME, NAME@VERSION or NAME@<64 hex> as the orchestrator keeps it',
    )
    .option(
      '--minimum <what=level>',
      'pin a level: score/decision=PROVED or personal=ENCLAVE (repeatable)',
      (entry: string, all: readonly string[]) => [...all, entry],
      [] as readonly string[],
    )
    .option('--parameters <file>', 'JSON object with the parameters of each step');
}

/** @throws UsageError unless exactly one of both is named */
export function requireOneSource(command: string, file: string | undefined, { workflow }: PlanFlags): void {
  if ((file === undefined) === (workflow === undefined))
    throw new UsageError(`${command}: expected a file or --workflow, and not both: name one of them`);
}

/** Asks for the plan of a file, or of a stored workflow. What is read was checked against the name that was asked for, and the plan against what was read. */
export async function requestPlan(
  client: SealflowClient,
  file: string | undefined,
  { workflow, minimum, parameters }: PlanFlags,
): Promise<PlannedWorkflow> {
  const asked = { minimums: minimumsOf(minimum), parameters: readParameters(parameters) };
  const source =
    file === undefined
      ? await client.workflows.get(workflow ?? '')
      : { definition: readDefinition(file).text };
  return await client.plan({ ...source, ...asked });
}

/** Of `score/decision=PROVED`, `personal=ENCLAVE`: a reference has a slash, a data class none. */
export function minimumsOf(entries: readonly string[]): Minimums {
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

/** Of `--parameters FILE`: what each step is told in the clear. */
export function readParameters(file: string | undefined): Parameters {
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
