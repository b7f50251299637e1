import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SealflowClient } from '../client.js';
import { connect } from '../connect.js';
import { type MockOrchestrator, startMockOrchestrator } from './mock-orchestrator.js';

const definition = `schema: sealflow/workflow/v1
name: read
version: 1
inputs:
  application: { class: personal, type: json, bytesMax: 200 }
  statement: { class: secret-text, type: text, bytesMax: 200 }
steps:
  extract: { operation: document.extract, in: { statement: inputs/statement, application: inputs/application } }
outputs: { findings: extract/findings }
rejected: []
`;
const values = { application: { name: 'Ada Lovelace' }, statement: 'salary 3200' };

let mock: MockOrchestrator;
let client: SealflowClient;

beforeEach(async () => {
  mock = await startMockOrchestrator();
  client = await connect({ target: mock.target, tenant: 'acme', trust: mock.trust });
});
afterEach(() => {
  client.close();
  mock.close();
});

describe('connecting', () => {
  it('fails where nobody answers', async () => {
    mock.close();
    const settings = { target: mock.target, tenant: 'acme', trust: mock.trust, timeoutMs: 200 };
    await expect(connect(settings)).rejects.toMatchObject({ name: 'ApiError', reason: 'UNAVAILABLE' });
  });

  it('fails with the reason of its caller', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const settings = { target: mock.target, tenant: 'acme', trust: mock.trust, signal };
    await expect(connect(settings)).rejects.toThrow('enough');
  });

  it('takes no trust file that is none', async () => {
    const settings = { target: mock.target, tenant: 'acme', trust: new URL(import.meta.url).pathname };
    await expect(connect(settings)).rejects.toMatchObject({ code: 'TRUST_FILE_MALFORMED' });
  });
});

describe('an orchestrator for tests', () => {
  it('offers a machine that the trust file refuses, and then nothing is sealed or sent', async () => {
    mock.offerAnotherMachine();
    const refused = client.run({ definition }, values);
    await expect(refused).rejects.toMatchObject({
      code: 'EVIDENCE_REFUSED',
      refused: [{ worker: 'workers/mock-worker' }],
    });
    expect([mock.blobs.size, mock.runs.size]).toEqual([0, 0]);
  });

  it('is believed by nobody who has another trust file', async () => {
    const other = await startMockOrchestrator();
    const stranger = await connect({ target: mock.target, tenant: 'acme', trust: other.trust });
    await expect(stranger.plan({ definition })).rejects.toMatchObject({ code: 'PLAN_UNTRUSTED' });
    stranger.close();
    other.close();
  });

  it('refuses what it is told to refuse, and a client repeats what may be repeated alone', async () => {
    mock.refuse('createRun', 'QUOTA_EXCEEDED');
    await expect(client.run({ definition }, values)).rejects.toMatchObject({ reason: 'QUOTA_EXCEEDED' });
    mock.refuse('createRun', 'UNAVAILABLE');
    await client.run({ definition }, values);
    expect(mock.runs.size).toBe(1);
  });

  it('refuses a minimum that no route reaches, as the real one does', async () => {
    const minimums = { classes: { 'secret-text': { confidentiality: 'ENCRYPTED' } }, fields: {} } as const;
    await expect(client.plan({ definition, minimums })).rejects.toMatchObject({ name: 'ApiError' });
  });

  it('takes what was sealed, shows its events as a chain, and ends the run', async () => {
    const run = await client.run({ definition }, values);
    const states: string[] = [];
    const ended = await run.wait(({ snapshot, step }) => states.push(snapshot?.state ?? step?.state ?? ''));
    expect(states).toEqual([
      'RUN_STATE_PENDING',
      'RUN_STATE_RUNNING',
      'STEP_STATE_SUCCEEDED',
      'RUN_STATE_SUCCEEDED',
    ]);
    expect([ended.state, ended.steps.map(({ id }) => id)]).toEqual(['RUN_STATE_SUCCEEDED', ['extract']]);
    expect(await mock.opened(run.runId, 'application')).toEqual(values.application);
    expect(await mock.opened(run.runId, 'statement')).toBe(values.statement);
    for (const bytes of mock.blobs.values()) expect(Buffer.from(bytes).includes('Lovelace')).toBe(false);
  });

  it('ends a run with a business no, or when the test says so', async () => {
    mock.endRunsWith({ state: 'REJECTED', reason: 'DECLINED' });
    const declined = await client.run({ definition }, values);
    expect(await declined.wait()).toMatchObject({ state: 'RUN_STATE_REJECTED', reason: 'DECLINED' });
    mock.endRunsWith(null);
    const open = await client.run({ definition }, values);
    const seen: string[] = [];
    for await (const { snapshot } of client.watch(open.runId)) {
      seen.push(snapshot?.state ?? '');
      if (snapshot?.state === 'RUN_STATE_RUNNING') await open.cancel('no more');
    }
    expect(seen).toEqual(['RUN_STATE_PENDING', 'RUN_STATE_RUNNING', 'RUN_STATE_CANCELLED']);
    await expect(open.cancel('again')).rejects.toMatchObject({ reason: 'RUN_FINISHED' });
  });

  it('has no evidence, and says so', async () => {
    const run = await client.run({ definition }, values);
    await expect(run.bundle()).rejects.toMatchObject({ name: 'ApiError', reason: 'UNIMPLEMENTED' });
  });
});
