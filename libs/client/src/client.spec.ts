import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Json, parseDigest, utf8 } from '#canonical';
import { parseEnvelope } from '#sealing';
import { SealflowClient } from './client.js';
import { ClientIdentity } from './client-identity.js';
import { NOW_MS, type Orchestrator, orchestrator, random, trust } from './orchestrator.fixture.js';

const SECRET = 'CANARY-4711';
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

const API_KEY = 'sfk_CANARY-4712';

function clientOf({ services }: Orchestrator): SealflowClient {
  const client = new SealflowClient({
    apiKey: API_KEY,
    target: '127.0.0.1:1',
    tenant: 'acme',
    trust,
    random,
    now: () => NOW_MS,
  });
  client.close();
  return Object.assign(client, { services });
}

async function prepare(
  behaviour: Parameters<typeof orchestrator>[0],
  values: Readonly<Record<string, Json>>,
) {
  const remote = orchestrator(behaviour);
  const client = clientOf(remote);
  const planned = await client.plan({ definition });
  const prepared = client.prepare(planned, values, { deadlineMs: 60_000, requestId: randomUUID() });
  return { remote, prepared, settled: await prepared.catch((error: unknown) => error) };
}

const values = { application: { name: SECRET }, statement: `text ${SECRET}` };

describe('preparing a run', () => {
  it('seals each input on its own; no byte that leaves shows a value', async () => {
    const { remote, prepared } = await prepare({}, values);
    const { inputs, request, workers } = await prepared;
    expect(inputs.map(({ name }) => name)).toEqual(['application', 'statement']);
    expect(new Set(inputs.map(({ commitment }) => commitment)).size).toBe(2);
    expect(remote.uploads.length).toBeGreaterThan(3);
    for (const bytes of remote.uploads) expect(bytes.includes(SECRET)).toBe(false);
    expect(JSON.stringify(request)).not.toContain(SECRET);
    expect(request.offers).toHaveLength(workers.length);
    expect(remote.created).toEqual([]);
  });

  it('binds every envelope to tenant, run, workflow, edge, policy and a time', async () => {
    const { remote, prepared } = await prepare({}, values);
    const { runId, planned, request } = await prepared;
    const headers = remote.uploads.flatMap((bytes) => {
      return bytes.subarray(0, 4).toString() === 'SFE1' ? [parseEnvelope(bytes).header] : [];
    });
    expect(headers.map(({ edge }) => edge)).toEqual(['inputs/application', 'inputs/statement']);
    for (const header of headers) {
      expect(header).toMatchObject({
        tenant: 'acme',
        runId,
        workflowDigest: planned.plan.definitionDigest,
        policyDigest: parseDigest(request.policy ?? ''),
      });
      expect(Date.parse(header.notAfter)).toBeGreaterThan(NOW_MS + 60_000);
      expect(header.recipients.map(({ role }) => role)).toEqual(['worker:document.extract', 'client']);
    }
  });

  it('uploads nothing when no worker passes', async () => {
    const { remote, settled } = await prepare({ offers: () => [random(100)] }, values);
    expect(settled).toMatchObject({ name: 'ClientError', code: 'EVIDENCE_REFUSED' });
    expect(remote.uploads).toEqual([]);
    expect(remote.created).toEqual([]);
  });

  it.each<[string, string, Record<string, Json>]>([
    ['an input is missing', 'INPUT_UNKNOWN', { application: {} }],
    ['an input is unknown', 'INPUT_UNKNOWN', { ...values, extra: 1 }],
    ['a text is an object', 'INPUT_INVALID', { ...values, statement: { text: SECRET } }],
    ['a text is too long', 'INPUT_INVALID', { ...values, statement: SECRET.repeat(30) }],
    ['an object is too long', 'INPUT_INVALID', { ...values, application: { name: SECRET.repeat(30) } }],
    ['a letter takes more bytes than it looks', 'INPUT_INVALID', { ...values, statement: '💶'.repeat(50) }],
  ])('says so, and seals nothing, when %s', async (_what, code, given) => {
    const { remote, settled } = await prepare({}, given);
    expect(settled).toMatchObject({ name: 'ClientError', code });
    expect(String(settled)).not.toContain(SECRET);
    expect(remote.uploads.some((bytes) => bytes.subarray(0, 4).equals(utf8('SFE1')))).toBe(false);
  });
});

describe('a run in one call', () => {
  it('starts nothing where no worker passes the trust file', async () => {
    const remote = orchestrator({ offers: () => [random(100)] });
    await expect(clientOf(remote).run({ definition }, values)).rejects.toMatchObject({
      code: 'EVIDENCE_REFUSED',
    });
    expect([remote.uploads, remote.created]).toEqual([[], []]);
  });

  it('ends with the reason of its caller before anything is asked', async () => {
    const remote = orchestrator();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(clientOf(remote).run({ definition }, values, { signal })).rejects.toThrow('enough');
    expect([remote.uploads, remote.created]).toEqual([[], []]);
  });

  it('is planned, sealed and created once, under the request id that was given', async () => {
    const remote = orchestrator();
    const requestId = randomUUID();
    const run = await clientOf(remote).run({ definition }, values, { requestId, timeoutMs: 600_000 });
    expect(remote.created).toMatchObject([{ requestId, runId: run.runId }]);
    expect(run.name).toBe(`tenants/acme/runs/${run.runId}`);
  });
});

describe('a client for one piece of work', () => {
  it('ends each of its calls with the reason of the signal, and no call of the client it is of', async () => {
    const client = clientOf(orchestrator());
    const view = client.with({ signal: AbortSignal.abort(new Error('enough')) });
    const planned = await client.plan({ definition });
    await expect(view.plan({ definition })).rejects.toThrow('enough');
    await expect(view.workflows.get('read')).rejects.toThrow('enough');
    await expect(
      view.prepare(planned, values, { deadlineMs: 60_000, requestId: randomUUID() }),
    ).rejects.toThrow('enough');
    await expect(view.with({ timeoutMs: 600_000 }).plan({ definition })).rejects.toThrow('enough');
    await expect(client.plan({ definition })).resolves.toMatchObject({ digest: planned.digest });
  });

  it('gives a run whose calls end as well', async () => {
    const client = clientOf(orchestrator());
    const run = await client.run({ definition }, values);
    const view = run.with({ signal: AbortSignal.abort(new Error('enough')) });
    await expect(view.get()).rejects.toThrow('enough');
    await expect(view.wait()).rejects.toThrow('enough');
    await expect(view.bundle()).rejects.toThrow('enough');
    await expect(view.open('findings')).rejects.toThrow('enough');
    await expect(view.cancel('no more')).rejects.toThrow('enough');
  });
});

describe('what a client prints', () => {
  it('has no credential and no key in it', async () => {
    const client = clientOf(orchestrator());
    const planned = await client.plan({ definition });
    const prepared = await client.prepare(planned, values, { deadlineMs: 60_000, requestId: randomUUID() });
    const run = await client.create(prepared);
    const all = [
      client,
      client.options,
      client.with({ timeoutMs: 600_000 }),
      client.workflows,
      prepared,
      run,
    ];
    const depth = Number.POSITIVE_INFINITY;
    const printed = all.flatMap((each) => [JSON.stringify(each), inspect(each, { depth })]).join('\n');
    const { identity } = prepared;
    for (const key of [identity.runSecret, identity.signSeed, identity.sealSecretKey]) {
      const bytes = Buffer.from(key);
      for (const text of [bytes.toString('hex'), bytes.toString('base64'), inspect(key)])
        expect(printed).not.toContain(text);
    }
    expect(printed).not.toContain('CANARY');
    expect(inspect(client)).toBe("SealflowClient { target: '127.0.0.1:1', tenant: 'acme' }");
  });
});

describe('the identity of a client', () => {
  it('does not print its secrets', () => {
    const identity = new ClientIdentity(() => new Uint8Array(32).fill(0xab));
    const text = JSON.stringify({ identity });
    expect(text).toBe('{"identity":"[ClientIdentity]"}');
    expect(inspect({ identity })).toBe('{ identity: [ClientIdentity] }');
  });

  it('is another one for every run', async () => {
    const first = await (await prepare({}, values)).prepared;
    const second = await (await prepare({}, values)).prepared;
    expect(first.runId).not.toBe(second.runId);
    expect(Buffer.from(first.identity.signPublicKey)).not.toEqual(Buffer.from(second.identity.signPublicKey));
    expect(first.inputs[0]?.commitment).not.toBe(second.inputs[0]?.commitment);
  });
});
