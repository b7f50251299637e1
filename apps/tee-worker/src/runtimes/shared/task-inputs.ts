import type { Json } from '#canonical';
import type { OpenedInput, OpenTask, PublicInput } from '#worker';
import { refusal } from './ledger-error.js';

/** A sealed input that the agent opened; its payload opens the commitment. */
export function openedInput(task: OpenTask, port: string): OpenedInput {
  const input = task.inputs[port];
  if (input?.kind === 'opened') return input;
  throw refusal('INPUT_MISSING', `input ${port}: expected a sealed value, got ${input?.kind ?? 'none'}`);
}

export function openedValue(task: OpenTask, port: string): Json {
  const { payload } = openedInput(task, port);
  // Only the fields of a Poseidon payload are committed, not its readable form.
  if (payload.alg === 'sha256') return payload.value;
  throw refusal('INPUT_MISSING', `input ${port}: expected a SHA-256 commitment, got ${payload.alg}`);
}

export function publicInput(task: OpenTask, port: string): PublicInput {
  const input = optionalPublicInput(task, port);
  if (input !== null) return input;
  throw refusal('INPUT_MISSING', `input ${port}: expected a disclosable value, got none`);
}

export function optionalPublicInput(task: OpenTask, port: string): PublicInput | null {
  const input = task.inputs[port];
  if (input === undefined) return null;
  if (input.kind === 'public') return input;
  throw refusal('INPUT_MISSING', `input ${port}: expected a disclosable value, got ${input.kind}`);
}

/** The plan may pin which ledger a step works on; nothing else may then be touched. */
export function checkPinnedLedger(task: OpenTask, ledger: string): void {
  const pinned = task.parameters['ledger'];
  if (pinned === undefined || pinned === ledger) return;
  throw refusal('STATE_INVALID', 'the plan pins another ledger for this step');
}
