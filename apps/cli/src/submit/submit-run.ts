import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, parseJsonStrict } from '#canonical';
import type { PlannedWorkflow, PreparedRun, RunHandle, SealflowClient } from '#client';
import type { Run__Output, Step__Output } from '#contracts';
import type { BundleVerdict } from '#evidence';

export interface SubmitOptions {
  readonly deadlineMs: number;
  /** UUID; a second submission under it is refused, as each seals anew. */
  readonly requestId?: string;
  /** Folder that the bundle and what was opened are written to. */
  readonly out: string;
  readonly onPrepared?: (prepared: PreparedRun) => void;
  readonly onStep?: (step: Step__Output) => void;
}

export interface OpenedOutput {
  readonly name: string;
  readonly value: Json;
  /** Opened with the key of this run; otherwise a step stated it in public. */
  readonly isSealed: boolean;
  readonly path: string;
}

/** A run that ended, with its verdict and what its client may open. */
export interface SubmittedRun {
  readonly run: string;
  readonly state: string;
  readonly reason: string;
  readonly totalMs: number;
  readonly verdict: BundleVerdict;
  readonly bundle: string;
  readonly outputs: readonly OpenedOutput[];
}

/**
 * The whole way of one run: appraise, seal, create, watch, take the bundle, verify it, open the outputs. Nothing is
 * opened that the bundle does not vouch for. Files are for their owner alone (0600).
 */
export async function submitRun(
  client: SealflowClient,
  planned: PlannedWorkflow,
  values: Readonly<Record<string, Json>>,
  { deadlineMs, requestId = randomUUID(), out, onPrepared, onStep }: SubmitOptions,
): Promise<SubmittedRun> {
  const prepared = await client.prepare(planned, values, { deadlineMs, requestId });
  onPrepared?.(prepared);
  const startMs = performance.now();
  const handle = await client.create(prepared);
  const ended = await handle.wait(({ step }) => {
    if (step) onStep?.(step);
  });
  const totalMs = performance.now() - startMs;
  mkdirSync(out, { recursive: true, mode: 0o700 });
  const bundle = join(out, `${prepared.runId}.evidence.json`);
  writeFileSync(bundle, await handle.bundle(), { mode: 0o600 });
  const verdict = await handle.verify();
  const outputs = verdict.outcome === 'verified' ? await openOutputs(handle, ended, { prepared, out }) : [];
  return {
    run: handle.name,
    state: ended.state.replace('RUN_STATE_', ''),
    reason: ended.reason,
    totalMs,
    verdict,
    bundle,
    outputs,
  };
}

/** Undefined for bytes that are no JSON, such as what a ledger sealed to the owners of its accounts. */
function jsonOf(bytes: Uint8Array): Json | undefined {
  try {
    return parseJsonStrict(bytes);
  } catch {
    return undefined;
  }
}

/** Outputs that the steps which ran have made; one of a step that was skipped is no error. */
async function openOutputs(
  handle: RunHandle,
  ended: Run__Output,
  { prepared, out }: { readonly prepared: PreparedRun; readonly out: string },
): Promise<OpenedOutput[]> {
  const names = Object.keys(prepared.planned.plan.outputs);
  const made = ended.outputs.map(({ name }) => name).filter((name) => names.includes(name));
  const opened: OpenedOutput[] = [];
  for (const name of [...new Set(made)].sort()) {
    const stated = await handle.readPublic(name);
    const value = stated === null ? (await handle.open(name)).value : jsonOf(stated);
    const bytes = value === undefined ? (stated ?? '') : `${JSON.stringify(value, null, 2)}\n`;
    const path = join(out, `${prepared.runId}.${name}.${value === undefined ? 'bin' : 'json'}`);
    writeFileSync(path, bytes, { mode: 0o600 });
    opened.push({ name, value: value ?? null, isSealed: stated === null, path });
  }
  return opened;
}
