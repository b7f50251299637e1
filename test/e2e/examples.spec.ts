import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextField, ed25519PublicKey, type Json, type JsonObject, toBase64, toJson } from '#canonical';
import { type Decision, SealflowClient, signCharter, signDecision, signIntent } from '#client';
import type { Run__Output } from '#contracts';
import { type DemoName, demoCase } from '#samples';
import type { Logger } from '#telemetry';
import { NO_MINIMUMS, parseDefinition, planWorkflow } from '#workflow';
import { attackTable } from '../../apps/cli/src/attack/attack-table.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { Database } from '../../apps/orchestrator/src/database/database.js';
import { TaskHistory } from '../../apps/orchestrator/src/plans/task-history.js';
import { codes, golden, members } from '../../apps/zk-prover/src/claim/golden-claim.fixture.js';
import {
  claimFields,
  mandateFields,
  membershipJson,
  ownerOf,
  settledFields,
} from '../../apps/zk-prover/src/index.js';
import { attackStack } from '../support/attack-pack.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { WatchedRun } from '../support/watched-run.js';

/*
 * Every example workflow, planned from its file, run on a real stack and its bundle verified by its client. People are
 * two keys of this test, which the client's trust file and the plans name.
 */

const folder = resolve(import.meta.dirname, '../../examples');
/**
 * Each is run where its story is told: `conversation.spec.ts`, `page-ledger.spec.ts`, `pages-settlement.spec.ts`,
 * `test/faults/page-ledger-recovered.spec.ts`.
 */
const toldElsewhere = [
  'conversation',
  ...['ledger-found', 'ledger-batch', 'ledger-disclose', 'ledger-rotate', 'ledger-recover'],
  ...['ledger-key', 'credit-pages', 'claim-settled', 'agent-call'],
];
const textOf = (name: string): string => readFileSync(resolve(folder, `${name}.yaml`), 'utf8');

const ledger = `examples-${randomBytes(6).toString('hex')}`;
const bankSeed = new Uint8Array(randomBytes(32));
const borrowerSeed = new Uint8Array(randomBytes(32));
const [first, second, stranger] = [randomBytes(32), randomBytes(32), randomBytes(32)].map(
  (seed) => new Uint8Array(seed),
) as [Uint8Array, Uint8Array, Uint8Array];
const approvers = [first, second].map((seed) => toBase64(ed25519PublicKey(seed)));

let stack: TestStack;
let client: SealflowClient;
const ran = new Set<string>();

beforeAll(async () => {
  stack = await startTestStack();
  client = new SealflowClient({
    target: stack.address.grpc,
    tenant: 'demo',
    token: () => stack.key('demo'),
    trust: { ...stack.trust, approvers },
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
});

afterAll(async () => {
  client?.close();
  await stack?.stop();
});

/** What an applicant of the samples seals. */
function applicationOf(name: DemoName): { application: Json; statement: Json } {
  const { applicant, statement } = demoCase(name);
  return { application: toJson(applicant), statement };
}

function intent(amountCents: bigint): JsonObject {
  const notAfterMs = Date.now() + 3_600_000;
  const intentId = new Uint8Array(randomBytes(16));
  return signIntent(
    { ledger, intentId, from: 'pool', to: 'borrower', amountCents, notAfterMs },
    borrowerSeed,
  );
}

async function start(
  name: string,
  values: Readonly<Record<string, Json>>,
  parameters: Readonly<Record<string, JsonObject>> = {},
): Promise<WatchedRun> {
  ran.add(name);
  const planned = await client.plan({ definition: textOf(name), parameters });
  const options = { deadlineMs: 300_000, requestId: randomUUID() };
  return WatchedRun.create(client, await client.prepare(planned, values, options));
}

/** The run as it ended, after its bundle was found in order. */
async function ended(run: WatchedRun, state: string): Promise<Run__Output> {
  const over = await run.ended;
  expect({ state: over.state, reason: over.reason, seen: run.seen() }).toMatchObject({
    state: `RUN_STATE_${state}`,
  });
  const verdict = await run.handle.verify();
  const failed = verdict.stages.flatMap(({ checks }) => checks).filter(({ result }) => result === 'fail');
  expect({ outcome: verdict.outcome, failed }).toEqual({ outcome: 'verified', failed: [] });
  return over;
}

/** What a person would sign of the value that waits at a step. */
async function decisionOn(run: WatchedRun, step: string, decision: Decision['decision']): Promise<Decision> {
  await run.reached(step, 'AWAITING_APPROVAL');
  const { planned, runId } = run.prepared;
  const edge = planned.plan.tasks.find(({ id }) => id === step)?.inputs[0]?.edge;
  const seen = (await run.handle.get()).outputs.find((output) => output.edge === edge)?.commitment ?? '';
  const nowMs = Date.now();
  const policyDigest = client.policyDigest;
  const about = { runId, step, planned, policyDigest, decision, seen, startedMs: nowMs, nowMs };
  return { ...about, reason: 'known in person', reviewer: 'reviewer' };
}

function statementOf(decision: Decision, seed: Uint8Array): Uint8Array {
  return signDecision(decision, seed, (count) => new Uint8Array(randomBytes(count)));
}

function stateOf(run: Run__Output, step: string): string {
  return run.steps.find(({ id }) => id === step)?.state ?? 'absent';
}

async function movesOf(run: WatchedRun): Promise<string[]> {
  const rows = await stack.query<{ operation: string }>(
    'select operation from sealflow.ledger_entries where run_id = $1 order by version',
    [run.runId],
  );
  return rows.map(({ operation }) => operation);
}

function randomField(): bigint {
  return contextField(new Uint8Array(randomBytes(32)));
}

/** The claim of the product's example, with a change. */
function claimValues(change: Partial<typeof golden>): Readonly<Record<string, Json>> {
  const claim = { ...golden, ...change };
  return {
    claim: claimFields(claim).map(String),
    membership: membershipJson(members.answer(claim.memberId)),
  };
}

/** The bundle as a file, judged by the command that a stranger runs: no service, no prover, no snarkjs. */
async function verifiedOffline(run: WatchedRun): Promise<void> {
  const file = join(stack.home, `${run.runId}.evidence.json`);
  writeFileSync(file, await run.handle.bundle());
  const cli = join(projectRoot, 'apps/cli/bin/sealflow.js');
  const args = [cli, 'verify', file, '--trust', stack.installation.trustPath];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ status, stdout }).toMatchObject({ status: 0 });
}

const paid = { reserve: { ledger, approvers }, settle: { ledger } };

describe('the example', () => {
  it('ledger-open founds the ledger that the others work on', async () => {
    const owners = [bankSeed, borrowerSeed].map((seed) => ed25519PublicKey(seed)) as [Uint8Array, Uint8Array];
    const accounts = [
      { id: 'pool', owner: owners[0], openingCents: 2_000_000n },
      { id: 'borrower', owner: owners[1], openingCents: 0n },
    ];
    const charter = signCharter({ ledger, accounts }, bankSeed);
    const run = await start('ledger-open', { charter }, { open: { ledger } });
    await ended(run, 'SUCCEEDED');
    expect(await movesOf(run)).toEqual(['ledger.open']);
  });

  it('credit pays an approved loan once', async () => {
    const values = { ...applicationOf('approve'), intent: intent(209_600n) };
    const run = await start('credit', values, { review: { approvers }, ...paid });
    await ended(run, 'SUCCEEDED');
    expect(await movesOf(run)).toEqual(['ledger.reserve', 'ledger.commit']);
    expect(await run.handle.open('settlement')).toMatchObject({ value: { transferredCents: '209600' } });
  });

  it('credit-four-eyes pays after two different persons signed the same yes, and not before', async () => {
    const values = { ...applicationOf('review'), intent: intent(120_000n) };
    const run = await start('credit-four-eyes', values, { review: { approvers }, ...paid });
    const decision = await decisionOn(run, 'review', 'approve');
    await run.handle.decide(decision, first);
    // Again by the same person: still one person.
    const again = run.handle.approve('review', statementOf(decision, first));
    await expect(again).rejects.toMatchObject({ reason: 'COUNTERSIGN_EXPECTED' });
    const unlisted = run.handle.approve('review', statementOf(decision, stranger));
    await expect(unlisted).rejects.toMatchObject({ reason: 'APPROVER_UNKNOWN' });
    expect(stateOf(await run.handle.get(), 'review')).toBe('STEP_STATE_AWAITING_APPROVAL');
    expect(await movesOf(run)).toEqual([]);
    await run.handle.decide(await decisionOn(run, 'review', 'approve'), second);
    await ended(run, 'SUCCEEDED');
    expect(await movesOf(run)).toEqual(['ledger.reserve', 'ledger.commit']);
  });

  it('credit-four-eyes pays nothing after one no', async () => {
    const values = { ...applicationOf('review'), intent: intent(120_000n) };
    const run = await start('credit-four-eyes', values, { review: { approvers }, ...paid });
    await run.handle.decide(await decisionOn(run, 'review', 'approve'), first);
    await run.handle.decide(await decisionOn(run, 'review', 'decline'), second);
    await ended(run, 'REJECTED');
    expect(await movesOf(run)).toEqual([]);
  });

  it('pre-approval decides within its deadline and its price, though its client would have waited longer', async () => {
    const run = await start('pre-approval', applicationOf('approve'));
    const { deadline, createTime } = await ended(run, 'SUCCEEDED');
    expect(Number(deadline?.seconds) - Number(createTime?.seconds)).toBeLessThanOrEqual(120);
    expect(await run.handle.open('limit')).toMatchObject({ value: { limitCents: 600_000 } });
  });

  it('portfolio scores each value of its lists on its own', async () => {
    const cases = (['approve', 'decline', 'review'] as const).map(applicationOf);
    const run = await start('portfolio', {
      applications: cases.map(({ application }) => application),
      statements: cases.map(({ statement }) => statement),
    });
    const over = await ended(run, 'SUCCEEDED');
    const decisions = over.steps
      .filter(({ operation }) => operation === 'scorecard.prove')
      .map(({ id, publicJson }) => [id, (JSON.parse(publicJson) as JsonObject)['decision']]);
    expect(Object.fromEntries(decisions)).toEqual({
      'score-1': 'approve',
      'score-2': 'decline',
      'score-3': 'review',
    });
    expect(await run.handle.open('limit-1')).toMatchObject({ value: { limitCents: 600_000 } });
  });

  it('portfolio is not sealed for a list of another size', async () => {
    const { application, statement } = applicationOf('approve');
    const few = { applications: [application, application], statements: [statement, statement] };
    await expect(start('portfolio', few)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('statement-reading gives its client what the enclave found', async () => {
    const run = await start('statement-reading', applicationOf('inconsistent'));
    await ended(run, 'SUCCEEDED');
    expect(Object.keys((await run.handle.open('findings')).value as JsonObject).length).toBeGreaterThan(0);
  });

  it('hold-and-release gives back what it held', async () => {
    const values = { ...applicationOf('approve'), intent: intent(100_000n) };
    const run = await start('hold-and-release', values, { hold: { ledger }, giveback: { ledger } });
    await ended(run, 'SUCCEEDED');
    expect(await movesOf(run)).toEqual(['ledger.reserve', 'ledger.release']);
  });

  it('batch-loans pays both loans from one pool', async () => {
    const { application, statement } = applicationOf('approve');
    const run = await start(
      'batch-loans',
      {
        applications: [application, application],
        statements: [statement, statement],
        intents: [intent(100_000n), intent(50_000n)],
      },
      { reserve: { ledger }, settle: { ledger } },
    );
    await ended(run, 'SUCCEEDED');
    expect((await movesOf(run)).sort()).toEqual([
      'ledger.commit',
      'ledger.commit',
      'ledger.reserve',
      'ledger.reserve',
    ]);
    expect(await run.handle.open('settlement-2')).toMatchObject({ value: { transferredCents: '50000' } });
  });

  it('second-opinion ends well although nobody gave one', async () => {
    const run = await start('second-opinion', applicationOf('approve'), {
      opinion: { approvers },
      confirm: { approvers },
    });
    const over = await ended(run, 'SUCCEEDED');
    expect(stateOf(over, 'opinion')).toBe('STEP_STATE_FAILED');
    expect(stateOf(over, 'confirm')).toBe('STEP_STATE_SKIPPED');
  });

  it.each(['approve', 'decline', 'review', 'inconsistent'] as const)(
    'twin-decision has an enclave and a circuit decide alike (%s)',
    async (name) => {
      const run = await start('twin-decision', applicationOf(name));
      const over = await ended(run, 'SUCCEEDED');
      const routes = run.prepared.planned.plan.routes.map(({ step, chosen }) => `${step} ${chosen}`);
      expect(routes).toContain('decide tee');
      expect(routes).toContain('prove zk');
      const [enclave, circuit] = ['decide', 'prove'].map((step) => {
        const stated = over.steps.find(({ id }) => id === step)?.publicJson ?? '{}';
        return JSON.parse(stated) as JsonObject;
      });
      expect(circuit?.['network']).toBe(enclave?.['network']);
      expect(circuit?.['decision']).toBe(enclave?.['decision']);
      expect(circuit?.['decision']).toBe(name === 'inconsistent' ? 'review' : name);
    },
  );

  it('appeal turns a decline into what the person says', async () => {
    const run = await start('appeal', applicationOf('decline'), { appeal: { approvers } });
    await run.handle.decide(await decisionOn(run, 'appeal', 'approve'), second);
    const over = await ended(run, 'SUCCEEDED');
    expect(stateOf(over, 'appeal')).toBe('STEP_STATE_SUCCEEDED');
  });

  it('private-transfer pays twice out of one balance that nobody sees', async () => {
    const spendKey = randomField();
    const [owner, landlord, bank] = [ownerOf(spendKey), ownerOf(randomField()), ownerOf(randomField())];
    const order = (amount: bigint, to: bigint): Json => ['840', `${amount}`, `${to}`, `${spendKey}`];
    const values = {
      balance: ['840', '100000', `${owner}`],
      rent: order(72_500n, landlord),
      fee: order(150n, bank),
    };
    const run = await start('private-transfer', values);
    const { steps } = await ended(run, 'SUCCEEDED');
    expect(await run.handle.open('rent')).toMatchObject({ value: { amount: '72500', owner: `${landlord}` } });
    expect(await run.handle.open('fee')).toMatchObject({ value: { amount: '150', owner: `${bank}` } });
    expect(await run.handle.open('rest')).toMatchObject({ value: { amount: '27350', owner: `${owner}` } });
    const facts = steps.map(({ publicJson }) => JSON.parse(publicJson) as JsonObject);
    expect(new Set(facts.map((fact) => fact['nullifier'])).size).toBe(2);
    await verifiedOffline(run);
  });

  it('private-transfer answers an order above the balance with a proof, and moves nothing', async () => {
    const spendKey = randomField();
    const owner = `${ownerOf(spendKey)}`;
    const run = await start('private-transfer', {
      balance: ['840', '100', owner],
      rent: ['840', '101', '5', `${spendKey}`],
      fee: ['840', '1', '5', `${spendKey}`],
    });
    const over = await ended(run, 'REJECTED');
    expect(stateOf(over, 'fee')).toBe('STEP_STATE_SKIPPED');
    expect(await run.handle.open('rent')).toMatchObject({ value: { amount: '0' } });
  });

  it('claim is paid to the cent, and the insurer sees the rule alone', async () => {
    const run = await start('claim', claimValues({}));
    const { steps } = await ended(run, 'SUCCEEDED');
    const facts = JSON.parse(steps[0]?.publicJson ?? '') as JsonObject;
    expect(facts).toMatchObject({
      rule: 'accepted',
      codesRoot: `${codes.root}`,
      membersRoot: `${members.root}`,
    });
    expect(await run.handle.open('outcome')).toMatchObject({
      value: { insurerCents: '24496', patientCents: '14124', appliedCents: '8000' },
    });
    await verifiedOffline(run);
  });

  it('claim is not accepted again: neither the same one, nor its encounter under another number', async () => {
    for (const change of [{}, { claimId: golden.claimId + 1n }]) {
      const over = await (await start('claim', claimValues(change))).ended;
      expect(over).toMatchObject({ state: 'RUN_STATE_FAILED', reason: 'adjudicate: NULLIFIER_SPENT' });
    }
  });

  it('claim is denied with the rule that it breaks, and a proof of it', async () => {
    const run = await start('claim', claimValues({ totalCents: 38_621n }));
    const { steps } = await ended(run, 'REJECTED');
    expect(JSON.parse(steps[0]?.publicJson ?? '')).toMatchObject({ rule: 'total-mismatch' });
    expect(await run.handle.open('outcome')).toMatchObject({ value: { insurerCents: '0' } });
    await verifiedOffline(run);
  });

  it('spending-cap shows that a day kept to its caps, and neither amount nor sum', async () => {
    const mandate = { mandate: 4_711n, period: 20_778n, perCall: 40_000n, perPeriod: 5_000_000n };
    const settled = { ...mandate, amounts: [781n, 39_000n, 12n] };
    const run = await start('spending-cap', {
      mandate: mandateFields(mandate).map(String),
      settled: settledFields(settled).map(String),
    });
    await ended(run, 'SUCCEEDED');
    expect(await run.handle.open('total')).toMatchObject({ value: { total: '39793', calls: 3 } });
    await verifiedOffline(run);
  });

  it('of which all ran taught the planner what their steps take', async () => {
    const database = await Database.open(stack.databaseUrl());
    const silent = { warn: (_facts: object, message: string) => expect.unreachable(message) };
    const learnt = new TaskHistory(database, () => Date.now(), silent as unknown as Logger);
    const history = await learnt.current().finally(() => database.close());
    expect(history['scorecard.prove']?.count).toBeGreaterThanOrEqual(8);
    const { connected } = (await client.plan({ definition: textOf('pre-approval') })).plan;
    const definition = parseDefinition(textOf('pre-approval'));
    const plan = planWorkflow({ definition, minimums: NO_MINIMUMS, connected, history });
    const score = plan.routes.find(({ step }) => step === 'score');
    expect(score?.measured?.tasks).toBe(history['scorecard.prove']?.count);
    expect(score?.measured?.p90Ms).toBeGreaterThanOrEqual(score?.estimate.durationMs ?? 0);
  });

  it('that lies in the folder was run, each of them, and is in its table', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
    const table = readFileSync(resolve(folder, 'README.md'), 'utf8');
    expect([...ran, ...toldElsewhere].map((name) => `${name}.yaml`).sort()).toEqual(files.sort());
    expect(files.length).toBeGreaterThanOrEqual(10);
    for (const file of files) expect(table).toContain(`[${file}](${file})`);
  });
});

/** Told last: the stack has served everybody else. */
describe('the attack pack', () => {
  it('is stopped in every attack by the code that it expects, at a running stack', async () => {
    const { made, passed, junit } = await attackStack(stack);
    expect(made).toEqual(attackTable.map(({ name, expected }) => `${name} stopped ${expected}`));
    expect(passed).toBe(true);
    expect(junit).toContain(`tests="${attackTable.length}" failures="0" errors="0" skipped="0"`);
  }, 600_000);
});
