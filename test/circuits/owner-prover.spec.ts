import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextField, digestOf, type Json, parseKeptReference } from '#canonical';
import { type OwnProver, type PlannedWorkflow, SealflowClient } from '#client';
import { connectServices, readBlob } from '#contracts';
import { encodeTrustFile } from '#evidence';
import { OwnerFolder } from '#owner';
import { openEnvelope } from '#sealing';
import type { Minimums } from '#workflow';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { ownerOf } from '../../apps/zk-prover/src/index.js';
import { filesBelow, TextSearch } from '../e2e/search.js';
import build from '../support/build.js';
import { openedBlobs } from '../support/opened-blobs.js';
import { roleKey } from '../support/role-key.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { until } from '../support/until.js';
import { WatchedRun } from '../support/watched-run.js';

/*
 * A hospital that proves about data which it gives to nobody. Its prover is a process of its own with a home of its own;
 * the stack has every other service, a prover among them that could make the same proof if it were given the data.
 */

const definition = readFileSync(resolve(import.meta.dirname, '../../examples/private-transfer.yaml'), 'utf8');
const minimums: Minimums = {
  classes: { 'financial-state': { confidentiality: 'CLIENT_ONLY' } },
  fields: {},
};
const cli = join(projectRoot, 'dist/apps/cli/main.js');
const home = mkdtempSync(join(tmpdir(), 'sealflow-hospital-'));
const ownerFolder = join(home, 'owner');

const spendKey = randomField();
const patient = `${ownerOf(spendKey)}`;
const values: Record<string, Json> = {
  balance: ['840', '100000', patient],
  rent: ['840', '72500', `${ownerOf(randomField())}`, `${spendKey}`],
  fee: ['840', '150', `${ownerOf(randomField())}`, `${spendKey}`],
};

let stack: TestStack;
let client: SealflowClient;
let prover: OwnProver | null = null;

function randomField(): bigint {
  return contextField(new Uint8Array(randomBytes(32)));
}

function clientWith(owner: OwnerFolder | undefined): SealflowClient {
  return new SealflowClient({
    target: stack.address.grpc,
    tenant: 'demo',
    token: () => stack.key('demo'),
    trust: stack.trust,
    owner,
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
}

/** `sealflow prove`, as a program of the hospital starts it. */
async function startProver(): Promise<void> {
  const program = [process.execPath, cli] as const;
  prover = await client.prove({ folder: ownerFolder, home, id: 'hospital', program });
}

async function stopProver(): Promise<void> {
  const running = prover;
  prover = null;
  await running?.stop();
}

/** Waits until the orchestrator knows a prover at an owner, or none. */
async function offered(wanted: boolean): Promise<void> {
  await until(`a prover at an owner: ${wanted}`, async () => {
    const response = await fetch(`${stack.address.http}/readyz`);
    const { operations = [] } = (await response.json()) as { operations?: string[] };
    return operations.includes('balance.transfer.owner') === wanted;
  });
}

async function start(planned: PlannedWorkflow): Promise<WatchedRun> {
  const options = { deadlineMs: 300_000, requestId: randomUUID() };
  return WatchedRun.create(client, await client.prepare(planned, values, options));
}

beforeAll(async () => {
  build();
  stack = await startTestStack();
  // What an installer would bring: whom to believe, and the key of a worker of this tenant alone. The machine's own key is
  // the hospital's.
  mkdirSync(join(home, 'keys'), { mode: 0o700 });
  for (const file of ['site.json', 'simulation.json']) copyFileSync(join(stack.home, file), join(home, file));
  const key = await roleKey(stack, null, 'worker', 'tenants/demo/workers/hospital');
  writeFileSync(join(home, 'keys/worker.key'), key, { mode: 0o600 });
  writeFileSync(join(home, 'machine.key'), randomBytes(32).toString('hex'), { mode: 0o600 });
  client = clientWith(OwnerFolder.open(ownerFolder));
});

afterAll(async () => {
  await stopProver();
  client?.close();
  await stack?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe('a step that nobody but the owner may see', () => {
  it('has no route while no owner proves, although another prover could', async () => {
    await expect(client.plan({ definition, minimums })).rejects.toMatchObject({
      reason: 'ROUTE_UNSATISFIABLE',
    });
  });

  it('is refused by a client that is not at the owner, before anything leaves', async () => {
    await startProver();
    const elsewhere = clientWith(undefined);
    try {
      const planned = await elsewhere.plan({ definition, minimums });
      const options = { deadlineMs: 300_000, requestId: randomUUID() };
      await expect(elsewhere.prepare(planned, values, options)).rejects.toMatchObject({
        code: 'OWNER_REQUIRED',
      });
    } finally {
      elsewhere.close();
    }
  });

  it('is not given to a prover that is at another owner', async () => {
    const planned = await client.plan({ definition, minimums });
    const folder = join(home, 'stranger');
    const stranger = OwnerFolder.open(folder);
    stranger.announceProver(new Uint8Array(32).fill(7));
    const deceived = clientWith(stranger);
    const options = { deadlineMs: 300_000, requestId: randomUUID() };
    await expect(deceived.prepare(planned, values, options)).rejects.toMatchObject({
      code: 'OWNER_REQUIRED',
    });
    deceived.close();
  });

  it('shows what was sealed for it to no prover of another tenant', async () => {
    const planned = await client.plan({ definition, minimums });
    const options = { deadlineMs: 300_000, requestId: randomUUID() };
    const [input] = (await client.prepare(planned, values, options)).inputs;
    const read = async (subject: string): Promise<Uint8Array> => {
      const bearer = await roleKey(stack, null, 'worker', subject);
      const services = connectServices(stack.address.grpc, { bearer });
      try {
        return await readBlob(services.blob, input?.blob ?? '', { deadlineMs: 10_000, bytesMax: 2 ** 20 });
      } finally {
        services.close();
      }
    };
    await expect(read('tenants/clinic/workers/hospital')).rejects.toMatchObject({ reason: 'NOT_FOUND' });
    expect(digestOf(await read('tenants/demo/workers/hospital'))).toBe(input?.blob);
  });

  it('is planned and proved as soon as the program has its prover, by the same lease, evidence and bundle, and says CLIENT_ONLY', async () => {
    await stopProver();
    await offered(false);
    await startProver();
    if (prover === null) throw new Error('no prover');
    client = prover.client;
    const planned = await client.plan({ definition, minimums });
    expect(planned.plan.tasks.map(({ operation }) => operation)).toEqual([
      'balance.transfer.owner',
      'balance.transfer.owner',
    ]);
    const run = await start(planned);
    const over = await run.ended;
    expect({ state: over.state, seen: run.seen() }).toMatchObject({ state: 'RUN_STATE_SUCCEEDED' });
    expect(over.steps.map(({ worker }) => worker)).toEqual(['hospital', 'hospital']);
    expect(await run.handle.open('rest')).toMatchObject({ value: { amount: '27350' } });

    const verdict = await run.handle.verify();
    const failed = verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'fail');
    expect({ outcome: verdict.outcome, failed }).toEqual({ outcome: 'verified', failed: [] });
    expect(verdict.steps.map(({ confidentiality }) => confidentiality)).toEqual([
      'CLIENT_ONLY',
      'CLIENT_ONLY',
    ]);
  });

  it('leaves no trace of the witness outside, not even sealed', async () => {
    const planned = await client.plan({ definition, minimums });
    const run = await start(planned);
    await run.ended;
    const { inputs, identity, runId } = run.prepared;
    for (const { blob, commitment, name } of inputs) {
      const bytes = await readBlob(client.services.blob, blob, { deadlineMs: 10_000, bytesMax: 2 ** 20 });
      const { plaintext, header } = await openEnvelope({
        bytes,
        secretKey: identity.sealSecretKey,
        expected: { tenant: 'demo', runId, edge: `inputs/${name}` },
        at: Date.now(),
      });
      // Whoever breaks or is given the keys of the envelope has the commitment, which is public.
      expect(parseKeptReference(plaintext)).toBe(commitment);
      expect(header.recipients.map(({ role }) => role)).toEqual(['client', 'client']);
      expect(digestOf(bytes)).toBe(blob);
    }
    const search = new TextSearch([`${spendKey}`, spendKey.toString(16)]);
    const said = [...filesBelow(stack.installation.logs), join(ownerFolder, 'prover.log')];
    const places = [
      ...said.map((file) => readFileSync(file)),
      ...(await openedBlobs(stack)),
      Buffer.from(await run.handle.bundle()),
    ];
    expect(places.flatMap((bytes) => search.in(bytes))).toEqual([]);
    // The search finds what is there: at the owner, and nowhere else.
    const kept = filesBelow(join(ownerFolder, 'values')).map((file) => readFileSync(file));
    expect(kept.flatMap((bytes) => search.in(bytes))).not.toEqual([]);
  });

  it('fails by name when the prover is started again between two of them: its keys, and what one step left for the next, are gone', async () => {
    const planned = await client.plan({ definition, minimums });
    const options = { deadlineMs: 300_000, requestId: randomUUID() };
    const run = await WatchedRun.create(client, await client.prepare(planned, values, options));
    await run.moment('rent', 'DISPATCHED');
    await run.handle.pause();
    await run.reached('rent', 'SUCCEEDED');
    await run.waits('PAUSED');
    await stopProver();
    await offered(false);
    await startProver();
    await run.handle.resume();
    const over = await run.ended;
    const fee = over.steps.find(({ id }) => id === 'fee');
    expect({ run: over.state, fee: fee?.state, reason: fee?.reason }).toEqual({
      run: 'RUN_STATE_FAILED',
      fee: 'STEP_STATE_FAILED',
      reason: 'RECIPIENTS_GONE',
    });
    // What was proved stays proved, and the file says how the run ended.
    const verdict = await run.handle.verify();
    expect(verdict.outcome).toBe('verified');
  });

  it('waits for its owner when the prover is away, and goes on at its next start', async () => {
    const planned = await client.plan({ definition, minimums });
    const options = { deadlineMs: 300_000, requestId: randomUUID() };
    const prepared = await client.prepare(planned, values, options);
    await stopProver();
    await offered(false);
    const run = await WatchedRun.create(client, prepared);
    await startProver();
    await run.waits('AWAITING_INPUT');
    await client.rewrap(prepared);
    expect((await run.ended).state).toBe('RUN_STATE_SUCCEEDED');
    expect((await run.handle.verify()).steps.map(({ confidentiality }) => confidentiality)).toEqual([
      'CLIENT_ONLY',
      'CLIENT_ONLY',
    ]);
  });

  it('has no prover any more when the program that started it is killed', async () => {
    await stopProver();
    await offered(false);
    const script = `
      import { connect } from ${JSON.stringify(join(projectRoot, 'dist/libs/client/src/index.js'))};
      const { target, apiKey, trust, prover } = JSON.parse(process.argv[1]);
      const client = await connect({ target, tenant: 'demo', apiKey, trust });
      await client.prove(prover);
      console.log('proves');
      setInterval(() => undefined, 1_000);`;
    const trust = join(home, 'trust.json');
    writeFileSync(trust, encodeTrustFile(stack.trust));
    const own = { folder: ownerFolder, home, id: 'hospital', program: [process.execPath, cli] };
    const settings = { target: stack.address.grpc, apiKey: await stack.key('demo'), trust, prover: own };
    const program = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(settings)], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(program, 'exit');
    const [said] = (await once(program.stdout, 'data')) as [Buffer];
    expect(said.toString('utf8')).toBe('proves\n');
    await offered(true);
    program.kill('SIGKILL');
    await ended;
    await offered(false);
  });

  it('has no prover where its home has no key of a worker', async () => {
    const program = [process.execPath, cli] as const;
    const stranger = { folder: join(home, 'other'), home: join(home, 'empty'), id: 'stranger', program };
    await expect(client.prove({ ...stranger, timeoutMs: 30_000 })).rejects.toMatchObject({
      code: 'PROVER_UNAVAILABLE',
    });
  });
});
