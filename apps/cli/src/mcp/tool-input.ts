import { z } from 'zod';
import { type Json, type JsonObject, parseJsonStrict, utf8 } from '#canonical';
import type { PlannedWorkflow, SealflowClient } from '#client';
import { parseDefinition, type WorkflowDefinition, workflowLimits } from '#workflow';
import { minimumsOf } from '../plan/plan-options.js';
import { readDefinition } from '../plan/read-definition.js';
import { readInput } from '../submit/read-inputs.js';
import { ToolError } from './tool-error.js';
import type { Workspace } from './workspace.js';

const PATH_CHARS_MAX = 1_024;
const VALUE_CHARS_MAX = 1024 * 1024;
const DEADLINE_SECONDS_MAX = 24 * 3_600;

const path = z.string().min(1).max(PATH_CHARS_MAX);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Which workflow, and what is demanded of it. */
const source = {
  file: path.optional().describe('path of a definition, YAML or JSON'),
  definition: z
    .string()
    .max(workflowLimits.documentBytesMax)
    .optional()
    .describe('instead of a file: the text of a definition'),
  workflow: z
    .string()
    .max(128)
    .optional()
    .describe('instead of a file: NAME, NAME@VERSION or NAME@<64 hex> as the orchestrator keeps it'),
  minimums: z
    .array(z.string().max(128))
    .max(64)
    .default([])
    .describe('levels that a step or a data class must reach, e.g. score/decision=PROVED, personal=ENCLAVE'),
  parameters: z
    .record(z.string().max(64), z.record(z.string().max(64), z.json()))
    .default({})
    .describe('what each step is told in the clear, e.g. {"reserve": {"ledger": "..."}}'),
};

export const planInput = z.strictObject(source);

export const runInput = z.strictObject({
  ...source,
  inputs: z
    .record(
      z.string().max(64),
      z.union([z.strictObject({ file: path }), z.strictObject({ value: z.json() })]),
    )
    .describe('for each input of the workflow {"file": path} or {"value": JSON}'),
  plan: digest.optional().describe('go on only if the plan has this digest, as the tool plan gave it'),
  deadlineSeconds: z.int().min(1).max(DEADLINE_SECONDS_MAX).default(600),
  requestId: z
    .uuid()
    .optional()
    .describe('a later call with this id makes no second run: it is refused and names the first'),
});

export const statusInput = z.strictObject({
  run: z.string().regex(/^(tenants\/[a-z0-9-]{1,63}\/runs\/)?[0-9A-HJKMNP-TV-Z]{26}$/),
});

export const verifyInput = z.strictObject({
  file: path.describe('path of an evidence bundle, *.evidence.json or *.evidence.json.gz'),
  acceptWithheld: z
    .boolean()
    .default(false)
    .describe('what the sender withholds and proves to exist is no failure; it is listed all the same'),
});

export type PlanCall = z.infer<typeof planInput>;
export type RunCall = z.infer<typeof runInput>;

/** Asks for the plan of what a call names; the client makes it again and compares. */
export async function plannedFor(
  client: SealflowClient,
  { file, definition, workflow, minimums, parameters }: PlanCall,
  workspace: Workspace,
): Promise<PlannedWorkflow> {
  const given = [file, definition, workflow].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new ToolError('ARGUMENTS', `expected one of file, definition and workflow, got ${given.length}`);
  const asked = { minimums: minimumsOf(minimums), parameters: parameters as Record<string, JsonObject> };
  if (workflow !== undefined) return client.plan({ ...(await client.workflows.get(workflow)), ...asked });
  const text = file === undefined ? (definition ?? '') : readDefinition(workspace.file(file)).text;
  parseDefinition(text);
  return client.plan({ definition: text, ...asked });
}

/** Values of the inputs, each out of a file or of the call. The client compares them with the workflow. */
export function valuesOf(
  inputs: RunCall['inputs'],
  definition: Pick<WorkflowDefinition, 'inputs'>,
  workspace: Workspace,
): Record<string, Json> {
  const unknown = Object.keys(inputs).filter((name) => !Object.hasOwn(definition.inputs, name));
  const missing = Object.keys(definition.inputs).filter((name) => !Object.hasOwn(inputs, name));
  if (unknown.length > 0 || missing.length > 0) {
    throw new ToolError(
      'ARGUMENTS',
      `inputs: expected ${Object.keys(definition.inputs).join(', ')}; missing ${missing.join(', ') || 'none'}, unknown ${unknown.join(', ') || 'none'}`,
    );
  }
  return Object.fromEntries(
    Object.entries(inputs).map(([name, given]) => [
      name,
      'file' in given
        ? readInput(`inputs.${name}`, workspace.file(given.file), definition.inputs[name])
        : strictValue(name, given.value),
    ]),
  );
}

/** As a file is read: numbers and texts of one form only, since they are committed. */
function strictValue(name: string, value: unknown): Json {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length > VALUE_CHARS_MAX)
    throw new ToolError(
      'ARGUMENTS',
      `inputs.${name}: expected at most ${VALUE_CHARS_MAX} characters: name a file`,
    );
  return parseJsonStrict(utf8(text));
}
