import { describe, expect, it } from 'vitest';
import type { PlannedWorkflow, SealflowClient } from '#client';
import { ApiError } from '#contracts';
import { paidCalls } from './paid-call.js';

const runId = '01M82WD7RJP57B53QJBH4GBQJY';
type Told = (error: Error | null, response?: unknown) => void;

/** Finds the run of a payment at an orchestrator that answers like this. */
function found(answer: Error | object, asked: string[] = []): Promise<unknown> {
  const getRun = ({ name }: { name: string }, _options: unknown, told: Told) => {
    asked.push(name);
    if (answer instanceof Error) told(answer);
    else told(null, answer);
    return { cancel: () => undefined };
  };
  const client = { services: { run: { getRun } }, options: { tenant: 'demo' } };
  return paidCalls(client as unknown as SealflowClient, {} as PlannedWorkflow).find(runId);
}

describe('the run of a payment', () => {
  it.each(['TENANT_MISMATCH', 'UNAVAILABLE', 'ROLE_MISSING'] as const)(
    'is not said to be missing where the orchestrator says %s',
    async (reason) => {
      await expect(found(new ApiError(reason, 'scripted'))).rejects.toMatchObject({ reason });
    },
  );

  it('is not said to be missing by an answer without it', async () => {
    await expect(found({ run: null })).rejects.toThrow('answered without it');
  });

  it('is missing where the orchestrator says NOT_FOUND', async () => {
    expect(await found(new ApiError('NOT_FOUND', 'scripted'))).toBeNull();
  });

  it('is asked for by its name in the tenant of the client', async () => {
    const asked: string[] = [];
    const run = { state: 'RUN_STATE_RUNNING' };
    expect(await found({ run }, asked)).toBe(run);
    expect(asked).toEqual([`tenants/demo/runs/${runId}`]);
  });
});
