import type { Json } from '#canonical';
import type { OpenedInput, OpenTask } from '#worker';

/** Opened inputs of a `document.extract` task; commitments are the agent's business and stay symbolic. */
export function extractTask(values: Readonly<Record<string, Json>>): OpenTask {
  const inputs = Object.entries(values).map(([port, value]) => [port, openedInput(port, value)] as const);
  return {
    runId: '01J00000000000000000000000',
    taskId: 'extract',
    attempt: 1,
    tenant: 'tenants/test',
    operation: 'document.extract',
    parameters: {},
    context: 1n,
    inputs: Object.fromEntries(inputs),
    state: null,
    blobs: {
      get: () => Promise.reject(new Error('this runtime reads no blob')),
      put: () => Promise.reject(new Error('this runtime writes no blob')),
    },
  };
}

function openedInput(port: string, value: Json): OpenedInput {
  const edge = `inputs/${port}`;
  const payload = { alg: 'sha256', label: edge, salt: Buffer.alloc(32).toString('base64'), value } as const;
  return { kind: 'opened', edge, commitment: `commit:sha256:${'0'.repeat(64)}`, payload, producer: null };
}
