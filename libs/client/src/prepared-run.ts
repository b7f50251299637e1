import type { CreateRunRequest } from '#contracts';
import type { ClientIdentity } from './client-identity.js';
import type { AcceptedWorker } from './offers.js';
import type { PlannedWorkflow } from './planned-workflow.js';
import type { SealedInput } from './seal-inputs.js';

/** Inputs sealed and uploaded, evidence accepted, nothing started. */
export interface PreparedRun {
  readonly runId: string;
  readonly planned: PlannedWorkflow;
  readonly identity: ClientIdentity;
  readonly workers: readonly AcceptedWorker[];
  readonly inputs: readonly SealedInput[];
  readonly request: CreateRunRequest;
  /** Trace that all that follows is part of; empty where nothing is traced. */
  readonly traceparent: string;
}
