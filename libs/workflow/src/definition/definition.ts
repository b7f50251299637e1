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
  /** Name of a result to the step output that it is, `<step>/<port>`, perhaps with the class that it must have. */
  readonly outputs: Readonly<Record<string, string | OutputDefinition>>;
  /** A finished run in which one of these holds is a business "no": a result, not an error. */
  readonly rejected: readonly Condition[];
  /** What the author demands. A client may pin more, never less. */
  readonly minimums: Minimums;
  /** Of the leases of its runs among those that wait for the same workers. Absent: normal. */
  readonly priority?: Exclude<Priority, 'normal'>;
  /** From its creation on, a run is over by then. */
  readonly deadlineMs?: number;
  /** A plan whose estimate is above it is refused. Millionths of a euro. */
  readonly costMicrosMax?: number;
}

export const PRIORITIES = ['low', 'normal', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const INPUT_TYPES = ['json', 'text', 'fields', 'ciphertext'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

export interface InputDefinition {
  readonly class: DataClass;
  /**
   * `fields`: 1 to 15 decimal field elements, committed with Poseidon so that a circuit can open them.
   * `ciphertext`: bytes that are encrypted already, named by their digest and not sealed again.
   */
  readonly type: InputType;
  /** Of the value's canonical JSON. */
  readonly bytesMax: number;
  /** Set on a list: it has exactly so many values, each committed and sealed alone and each at most `bytesMax`. */
  readonly items?: number;
}

export interface OutputDefinition {
  readonly from: string;
  /** What its reader relies on: another class of the port is an error of the author. */
  readonly class: DataClass;
}

/**
 * Why an attempt can fail and another one succeed:
 * `worker_lost` the worker died, was fenced or never answered to its lease; `capacity` no worker had room or memory;
 * `timeout` the attempt ran out of time; `collateral` what a vendor publishes about hardware could not be had.
 */
export const RETRY_CLASSES = ['worker_lost', 'capacity', 'timeout', 'collateral'] as const;
export type RetryClass = (typeof RETRY_CLASSES)[number];

export interface RetryDefinition {
  /** Only these are tried again; sorted. */
  readonly on: readonly RetryClass[];
  readonly attemptsMax: number;
  /** Before the second attempt; doubled before each further one. */
  readonly backoffMs: number;
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
  /** In place of `attemptsMax`. Absent: the engine decides what is worth another attempt. */
  readonly retry?: RetryDefinition;
  /** A failure of this step is not a failure of the run: what needs it is skipped, the rest goes on. */
  readonly tolerable?: true;
  /** Persons with different keys who must sign the same yes; one no is enough. Absent: one. */
  readonly quorum?: 2;
  /** One step for each value of a list. */
  readonly map?: MapDefinition;
  /** Operation that undoes what this step should have finished, run on the same inputs when it did not. */
  readonly compensate?: string;
}

export interface MapDefinition {
  /** `inputs/<name>` of a list. The step reads the n-th value of every list, and of every step mapped alike. */
  readonly over: string;
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

export function outputReference(output: string | OutputDefinition): string {
  return typeof output === 'string' ? output : output.from;
}
