import { canonicalBytes, type Digest, digestOf, type JsonObject, toJson } from '#canonical';
import type { DataClass } from './data-class.js';
import type { Minimums } from './minimums.js';

export const DEFINITION_SCHEMA = 'sealflow/workflow/v1';

/** A workflow as its author writes it, in the one form that all spellings of it have in common. */
export interface WorkflowDefinition {
  readonly schema: typeof DEFINITION_SCHEMA;
  readonly name: string;
  readonly version: number;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly steps: Readonly<Record<string, StepDefinition>>;
  /** Name of a result to the step output that it is, `<step>/<port>`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** A finished run in which one of these holds is a business "no": a result, not an error. */
  readonly rejected: readonly Condition[];
  /** What the author demands. A client may pin more, never less. */
  readonly minimums: Minimums;
}

export interface InputDefinition {
  readonly class: DataClass;
  readonly type: 'json' | 'text';
  /** Of the value's canonical JSON. */
  readonly bytesMax: number;
}

export interface StepDefinition {
  readonly operation: string;
  /** Port to source: `inputs/<name>` or `<step>/<port>`. */
  readonly in: Readonly<Record<string, string>>;
  /** All must hold, else the step is skipped. */
  readonly when: readonly Condition[];
  /** Passed to the runtime as they are and shown in the plan: never a secret. */
  readonly parameters: JsonObject;
  readonly timeoutMs?: number;
  readonly attemptsMax?: number;
  /** Operation that undoes what this step should have finished, run on the same inputs when it did not. */
  readonly compensate?: string;
}

export interface Condition {
  /** A public fact: `<step>/<field>` in a definition, `<task>/<field>` in a plan. */
  readonly field: string;
  readonly in: readonly string[];
  /** Whether the condition holds when the step that would state the fact was skipped. */
  readonly orSkipped: boolean;
}

/** Digest of the normal form: equal for JSON and YAML, for any order of keys and for written-out defaults. */
export function definitionDigest(definition: WorkflowDefinition): Digest {
  return digestOf(canonicalBytes(toJson(definition)));
}
