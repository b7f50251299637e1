import type { Assurance } from '../definition/assurance.js';
import type { DataClass, EdgeAlg } from '../definition/data-class.js';

export type Protection = 'tee' | 'zk' | 'fhe' | 'human';
export type TaskKind = 'tee.cpu' | 'zk.groth16' | 'fhe.bfv' | 'human';

/** What a definition may ask for: typed ports, public facts, and every way in which it could be carried out. */
export interface Operation {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputPort>>;
  readonly outputs: Readonly<Record<string, OutputPort>>;
  /** Public facts that conditions may read, each with all its values and the task that states it. */
  readonly fields: Readonly<Record<string, PublicField>>;
  /** In order of preference: among candidates that meet every minimum the first connected one is taken. */
  readonly candidates: readonly Candidate[];
  /** Names of parameters without which a run of this operation cannot start. */
  readonly parametersRequired: readonly string[];
  /** Operations that may stand in a step's `compensate`; they take inputs of the same names. */
  readonly compensations: readonly string[];
}

export interface InputPort {
  readonly class: DataClass;
  readonly alg: EdgeAlg;
  /** The step runs without it when its producer was skipped or it is not connected. */
  readonly optional: boolean;
  /**
   * Set where whoever runs the task has kept the content itself. Keys of a worker die with its boot, and what was
   * sealed to them with them; such a task goes on at the next boot all the same.
   */
  readonly keptByExecutor?: true;
}

export interface OutputPort {
  readonly class: DataClass;
  readonly alg: EdgeAlg;
  /** Suffix of the task that makes it; '' where the step is one task. */
  readonly task: string;
  /**
   * Set on outputs that hold something open, such as a reservation. Exactly one step must close it and must
   * name a compensation, so that no end of a run leaves money frozen.
   */
  readonly mustBeClosed?: true;
}

export interface PublicField {
  readonly values: readonly string[];
  readonly task: string;
}

export interface Candidate {
  readonly protection: Protection;
  /** Of the step as a whole: the weakest of its tasks on each axis. */
  readonly assurance: Assurance;
  /**
   * `ready`: a runtime exists. `planned`: possible, no runtime yet. `infeasible`: not possible within any limit
   * of this system, for the reason given.
   */
  readonly status: 'ready' | 'planned' | 'infeasible';
  /** Why this is a good way, or why it is none. Shown in the plan. */
  readonly why: string;
  /** Empty unless ready; in running order. */
  readonly tasks: readonly TaskTemplate[];
}

/** One lease. A step that needs two parties, such as an authorised ledger change, is two tasks. */
export interface TaskTemplate {
  /** Empty, or the last part of the task id: `<step>.<suffix>`. */
  readonly suffix: string;
  readonly operation: string;
  readonly protection: Protection;
  readonly kind: TaskKind;
  readonly assurance: Assurance;
  readonly inputs: Readonly<Record<string, TaskInput>>;
  readonly outputs: Readonly<Record<string, TaskOutput>>;
  /** Facts with a closed set of values; a worker that states another value is refused. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  /** Facts of earlier tasks of the same step: suffix, field, values. */
  readonly when: readonly { readonly task: string; readonly field: string; readonly in: readonly string[] }[];
  /** Suffix of the task whose effect this one finishes: it runs even when the run is being given up. */
  readonly completes: string | null;
  readonly ledgerState: boolean;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  readonly estimate: Estimate;
}

export interface TaskInput extends InputPort {
  /** Where the value comes from: the step's own port of this name, or an output of an earlier task. */
  readonly from: 'step' | { readonly task: string };
}

export interface TaskOutput {
  readonly class: DataClass;
  readonly alg: EdgeAlg;
  /** Roles besides the consuming workers that can open the envelope. */
  readonly readers: readonly 'client'[];
  /** The output exists only when this fact of the same task has one of the values. */
  readonly presentWhen: { readonly field: string; readonly in: readonly string[] } | null;
}

/** Of one task, warm, without waiting for a free worker. */
export interface Estimate {
  readonly durationMs: number;
  readonly memoryMiB: number;
  /** Millionths of a euro. */
  readonly costMicros: number;
}
