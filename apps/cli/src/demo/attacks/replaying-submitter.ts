import { randomUUID } from 'node:crypto';
import { sealInputs } from '#client';
import type { Application } from '../application.js';
import { inputsOf } from '../application.js';
import { followRun, prepareRun } from '../credit-run.js';
import { type Attack, type Attempt, refusal, type Scene } from './attack.js';

/** An applicant who was paid once and wants it twice, and one who improves an application after committing to it. */
export async function replayingSubmitter(scene: Scene): Promise<Attack> {
  const approved = scene.applications.find(({ name }) => name === 'approved');
  if (approved === undefined) throw new Error('no approved application');
  return {
    attacker: 'dishonest submitter',
    attempts: [
      await reuseIntent(scene, approved),
      await changeAfterCommitment(scene, approved),
      await reuseRequestId(scene, approved),
    ],
  };
}

/** The same signed wish for money in a new run: the key enclave knows its number. */
async function reuseIntent(scene: Scene, application: Application): Promise<Attempt> {
  const prepared = await prepareRun(scene.client, scene.plans.credit, inputsOf(application));
  const run = await followRun(scene.client, prepared, { bundles: scene.stack.installation.bundles });
  return attempt('hand in the paid application a second time', run);
}

/** The commitment stays, the sealed content becomes a better application. */
async function changeAfterCommitment(scene: Scene, application: Application): Promise<Attempt> {
  const { client } = scene;
  const prepared = await prepareRun(client, scene.plans.credit, inputsOf(application));
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
  const run = await followRun(client, changed, { bundles: scene.stack.installation.bundles });
  return attempt('change the application after committing to it', run);
}

/** The request id of the paid run with other content. */
async function reuseRequestId(scene: Scene, application: Application): Promise<Attempt> {
  const first = await prepareRun(scene.client, scene.plans.credit, inputsOf(application));
  const second = await prepareRun(scene.client, scene.plans.credit, inputsOf(application));
  const run = await scene.client.create(first);
  await run.cancel('the demo only needs its request id');
  await run.wait();
  const { reason, detail } = await refusal(() =>
    scene.client.createRaw({ ...second.request, requestId: first.request.requestId ?? '' }),
  );
  return { tried: 'reuse a request id for other content', stoppedBy: reason, detail };
}

function attempt(tried: string, run: { state: string; reason: string }): Attempt {
  const [, reason] = /: ([A-Z_]+)$/.exec(run.reason) ?? [];
  const stopped = run.state === 'FAILED' ? (reason ?? null) : null;
  return { tried, stoppedBy: stopped, detail: `run ${run.state}, ${run.reason}: nothing moved` };
}
