import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '#client';
import {
  type MockOrchestrator,
  startMockOrchestrator,
} from '../../../../libs/client/src/testing/mock.fixture.js';
import { demoRun } from '../../../../libs/evidence/src/testing/demo-run.fixture.js';
import { mcpServer } from './mcp-server.js';
import { Workspace } from './workspace.js';

const SECRET = 'CANARY-4713';
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
const bundle = demoRun({ seed: 'mcp' });

let place: string;
let folder: string;
let mock: MockOrchestrator;
let agent: Client;
let end: () => Promise<void>;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'sealflow-mcp-'));
  folder = join(place, 'work');
  mkdirSync(folder);
  writeFileSync(join(place, 'key'), SECRET);
  symlinkSync(join(place, 'key'), join(folder, 'link'));
  writeFileSync(join(folder, 'read.yaml'), definition);
  writeFileSync(join(folder, 'application.json'), JSON.stringify({ name: SECRET }));
  writeFileSync(join(folder, 'broken.json'), `{"name": "${SECRET}"`);
  writeFileSync(join(folder, 'statement.txt'), SECRET);
  writeFileSync(join(folder, 'run.evidence.json'), bundle.bytes);
  writeFileSync(join(folder, 'cut.evidence.json'), bundle.bytes.subarray(0, 1_000));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

beforeEach(async () => {
  mock = await startMockOrchestrator();
  const server = mcpServer({
    release: '0.0.0',
    tenant: 'acme',
    workspace: new Workspace(folder),
    trust: () => bundle.trust,
    asClient: async (work) => {
      const client = await connect({ target: mock.target, tenant: 'acme', trust: mock.trust });
      return work(client).finally(() => client.close());
    },
  });
  agent = new Client({ name: 'agent', version: '0.0.0' });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(there), agent.connect(here)]);
  end = async () => {
    await agent.close();
    await server.close();
    mock.close();
  };
});
afterEach(() => end());

interface Answer {
  readonly isError?: boolean;
  readonly structuredContent?: Record<string, unknown>;
}

async function call(name: string, given: Record<string, unknown>): Promise<Answer> {
  const answer = await agent.callTool({ name, arguments: given });
  expect(JSON.stringify(answer)).not.toContain(SECRET);
  return answer as Answer;
}

async function refusal(name: string, given: Record<string, unknown>): Promise<unknown> {
  const { isError, structuredContent } = await call(name, given);
  expect(isError).toBe(true);
  return (structuredContent?.['error'] as { code?: unknown } | undefined)?.code;
}

const files = { application: { file: 'application.json' }, statement: { file: 'statement.txt' } };

describe('an agent', () => {
  it('is refused a file outside of the folder, by whatever way it names one', async () => {
    for (const file of ['../key', join(place, 'key'), 'link', '.', '..']) {
      expect(await refusal('plan', { file }), file).toBe('PATH_OUTSIDE');
      expect(await refusal('verify_bundle', { file }), file).toBe('PATH_OUTSIDE');
      const inputs = { ...files, statement: { file } };
      expect(await refusal('run', { file: 'read.yaml', inputs }), file).toBe('PATH_OUTSIDE');
    }
    expect(await refusal('plan', { file: 'absent.yaml' })).toBe('ENOENT');
    expect([mock.blobs.size, mock.runs.size]).toEqual([0, 0]);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['without a workflow', 'plan', {}],
    ['with two workflows', 'plan', { file: 'read.yaml', definition }],
    ['with a minimum that is none', 'plan', { file: 'read.yaml', minimums: ['personal=BEST'] }],
    ['without its inputs', 'run', { file: 'read.yaml', inputs: {} }],
    ['with an input too many', 'run', { file: 'read.yaml', inputs: { ...files, more: { value: 1 } } }],
    [
      'with an input that is no JSON',
      'run',
      { file: 'read.yaml', inputs: { ...files, application: { file: 'broken.json' } } },
    ],
  ])('is refused a call %s, and nothing is sealed', async (_what, name, given) => {
    expect(await refusal(name, given)).toBe('ARGUMENTS');
    expect([mock.blobs.size, mock.runs.size]).toEqual([0, 0]);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['an argument that no tool has', 'plan', { file: 'read.yaml', trust: 'mine.json' }],
    ['a trust file of its own', 'verify_bundle', { file: 'run.evidence.json', trust: 'mine.json' }],
    ['a name of no run', 'status', { run: '../x' }],
    ['a deadline that is none', 'run', { file: 'read.yaml', inputs: files, deadlineSeconds: 0 }],
    ['a definition that is too long', 'plan', { definition: 'x'.repeat(70_000) }],
  ])('is refused %s by the schema of the tool', async (_what, name, given) => {
    expect((await call(name, given)).isError).toBe(true);
  });

  it('gets reasons of the language, the client and the service by their codes', async () => {
    expect(await refusal('plan', { definition: 'schema: other' })).toBe('SCHEMA_INVALID');
    expect(await refusal('status', { run: '01JD0000000000000000000000' })).toBe('NOT_FOUND');
    mock.refuse('planWorkflow', 'QUOTA_EXCEEDED');
    expect(await refusal('plan', { file: 'read.yaml' })).toBe('QUOTA_EXCEEDED');
    mock.offerAnotherMachine();
    const refused = await call('run', { file: 'read.yaml', inputs: files });
    expect(refused.structuredContent?.['error']).toMatchObject({
      code: 'EVIDENCE_REFUSED',
      refused: [{ worker: 'workers/mock-worker', reasons: expect.arrayContaining(['MEASUREMENT_UNKNOWN']) }],
    });
    expect([mock.blobs.size, mock.runs.size]).toEqual([0, 0]);
  });

  it('runs no other plan than the one that it names', async () => {
    const plan = `sha256:${'0'.repeat(64)}`;
    expect(await refusal('run', { file: 'read.yaml', inputs: files, plan })).toBe('PLAN_CHANGED');
    expect([mock.blobs.size, mock.runs.size]).toEqual([0, 0]);
  });

  it('is told by each tool what it does, and by which schema', async () => {
    const { tools } = await agent.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['plan', 'run', 'status', 'verify_bundle']);
    for (const { inputSchema, description } of tools) {
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(description?.length).toBeGreaterThan(80);
    }
  });

  it('sees a plan before anything is sent', async () => {
    const { structuredContent: plan } = await call('plan', {
      file: 'read.yaml',
      minimums: ['personal=ENCLAVE'],
    });
    expect(plan).toMatchObject({
      plan: expect.stringMatching(/^sha256:/),
      workflow: { name: 'read', version: 1 },
      inputs: { statement: { class: 'secret-text', type: 'text' } },
      steps: [{ step: 'extract', route: 'tee', integrity: 'ATTESTED', confidentiality: 'ENCLAVE' }],
      estimate: { isMeasured: false },
    });
    expect((await call('plan', { definition, minimums: ['personal=ENCLAVE'] })).structuredContent).toEqual(
      plan,
    );
    expect([mock.blobs.size, mock.runs.size]).toEqual([0, 0]);
  });

  it('starts a run whose inputs its worker alone reads, and sees its state', async () => {
    expect(await refusal('run', { file: 'read.yaml', inputs: files })).toBe('UNIMPLEMENTED');
    const [runId = ''] = mock.runs.keys();
    expect(await mock.opened(runId, 'statement')).toBe(SECRET);
    const { structuredContent: state } = await call('status', { run: runId });
    expect(state).toMatchObject({
      run: `tenants/acme/runs/${runId}`,
      state: 'SUCCEEDED',
      steps: [{ id: 'extract', state: 'SUCCEEDED', worker: 'mock-worker' }],
    });
    expect((await call('status', { run: `tenants/acme/runs/${runId}` })).structuredContent).toEqual(state);
  });

  it('gets the verdict of a bundle with what it does not prove', async () => {
    const { structuredContent: good } = await call('verify_bundle', { file: 'run.evidence.json' });
    expect(good).toMatchObject({ outcome: 'verified', exitCode: 0, simulated: true, failedChecks: [] });
    expect(good?.['evidence']).toContain('SIMULATED');
    expect(good?.['notProven']).not.toEqual([]);
    const { structuredContent: cut } = await call('verify_bundle', { file: 'cut.evidence.json' });
    expect(cut).toMatchObject({ outcome: 'malformed', failedChecks: [{ id: expect.any(String) }] });
  });
});
