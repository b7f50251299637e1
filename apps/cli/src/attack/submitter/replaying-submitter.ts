import { randomUUID } from 'node:crypto';
import { sealInputs } from '#client';
import { type Application, inputsOf } from '../../demo/application.js';
import { followRun, prepareRun } from '../../demo/credit-run.js';
import { type Answer, type AttackCase, refusal, type Scene } from '../attack-case.js';

/** An applicant who was paid once and wants it twice, and one who improves an application after committing to it. */
export const replayingSubmitter: readonly AttackCase[] = [
  {
    name: 'paid-twice',
    actor: 'submitter',
    tries: 'hand in the paid application a second time',
    expected: 'NULLIFIER_SPENT',
    noticedBy: 'key enclave',
    needs: 'target',
    leaves: 'a run of the credit workflow that fails',
    lane: 'runs',
    attack: async (scene) => reuseIntent(scene, await approvedOf(scene)),
  },
  {
    name: 'changed-after-commitment',
    actor: 'submitter',
    tries: 'change the application after committing to it',
    expected: 'COMMITMENT_MISMATCH',
    noticedBy: 'worker',
    needs: 'target',
    leaves: 'a run of the credit workflow that fails',
    lane: 'runs',
    attack: async (scene) => changeAfterCommitment(scene, await approvedOf(scene)),
  },
  {
    name: 'request-id-reused',
    actor: 'submitter',
    tries: 'reuse a request id for other content',
    expected: 'REQUEST_ID_REUSED',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: 'a run of the credit workflow that is cancelled',
    lane: 'runs',
    attack: async (scene) => reuseRequestId(scene, await approvedOf(scene)),
  },
];

/** Not in the demo, which shows an application of this kind among its own. */
export const morePaidThanThere: AttackCase = {
  name: 'more-than-the-pool',
  actor: 'submitter',
  tries: 'have a loan paid that is larger than what the pool of the lender holds',
  expected: 'INSUFFICIENT',
  noticedBy: 'key enclave',
  needs: 'target',
  leaves: 'a run of the credit workflow that is rejected',
  lane: 'runs',
  attack: async (scene) => {
    const { plans } = await scene.credit();
    const application = await applicationOf(scene, 'overdrawn');
    const prepared = await prepareRun(scene.client, plans.credit, inputsOf(application));
    const { state, facts } = await followRun(scene.client, prepared, { bundles: scene.bundles });
    const told = Object.values(facts).some(({ outcome }) => outcome === 'insufficient');
    return {
      reason: state === 'REJECTED' && told ? 'INSUFFICIENT' : null,
      detail: `run ${state}: nothing moved, and the applicant is told why`,
    };
  },
};

function approvedOf(scene: Scene): Promise<Application> {
  return applicationOf(scene, 'approved');
}

async function applicationOf(scene: Scene, wanted: Application['name']): Promise<Application> {
  const { applications } = await scene.credit();
  const found = applications.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`no application ${wanted}`);
  return found;
}

/** The same signed wish for money in a new run: the key enclave knows its number. */
async function reuseIntent(scene: Scene, application: Application): Promise<Answer> {
  const { plans } = await scene.credit();
  const prepared = await prepareRun(scene.client, plans.credit, inputsOf(application));
  return answerOf(await followRun(scene.client, prepared, { bundles: scene.bundles }));
}

/** The commitment stays, the sealed content becomes a better application. */
async function changeAfterCommitment(scene: Scene, application: Application): Promise<Answer> {
  const { client, bundles } = scene;
  const { plans } = await scene.credit();
  const prepared = await prepareRun(client, plans.credit, inputsOf(application));
  const better = { ...application.applicant, savings: 'A64', history: 'A34' };
  const workers = new Map(prepared.workers.map((worker) => [worker.operation, [worker]]));
  const resealed = await sealInputs(
    {
      plan: prepared.planned.plan,
      runId: prepared.runId,
      tenant: client.options.tenant,
      policyDigest: client.policyDigest,
      identity: prepared.identity,
      values: { ...inputsOf(application), application: better },
      workers,
      notAfterMs: client.options.now() + 3_600_000,
    },
    { services: client.services, random: client.options.random },
  );
  const inputs = prepared.inputs.map((input) => {
    const other = resealed.find(({ name }) => name === input.name);
    return input.name === 'application' ? { ...input, blob: other?.blob ?? input.blob } : { ...input };
  });
  const changed = { ...prepared, request: { ...prepared.request, inputs, requestId: randomUUID() } };
  return answerOf(await followRun(client, changed, { bundles }));
}

/** The request id of the paid run with other content. */
async function reuseRequestId({ client, credit }: Scene, application: Application): Promise<Answer> {
  const { plans } = await credit();
  const first = await prepareRun(client, plans.credit, inputsOf(application));
  const second = await prepareRun(client, plans.credit, inputsOf(application));
  const run = await client.create(first);
  await run.cancel('only its request id is needed');
  await run.wait();
  return refusal(() => client.createRaw({ ...second.request, requestId: first.request.requestId ?? '' }));
}

/** Stopped by what its step failed with, which the reason of the run ends in. */
function answerOf(run: { readonly state: string; readonly reason: string }): Answer {
  const [, reason] = /: ([A-Z_]+)$/.exec(run.reason) ?? [];
  const detail = `run ${run.state}, ${run.reason}: nothing moved`;
  return { reason: run.state === 'FAILED' ? (reason ?? null) : null, detail };
}
