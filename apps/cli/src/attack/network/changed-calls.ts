import { randomBytes } from 'node:crypto';
import { canonicalBytes, digestOf, toJson } from '#canonical';
import type { SealflowClient } from '#client';
import {
  type CreateRunRequest__Output,
  type CreateRunResponse__Output,
  type GetRunResponse__Output,
  unary,
  type WriteBlobRequest__Output,
  type WriteBlobResponse__Output,
  writeBlob,
} from '#contracts';
import { generateSealKeyPair } from '#sealing';
import { inputsOf } from '../../demo/application.js';
import { prepareRun } from '../../demo/credit-run.js';
import { type Answer, type AttackCase, paidRun, refusal, type Scene } from '../attack-case.js';
import { lieAbout } from './relay.js';
import { throughRelay } from './through-relay.js';

const CREATE = '/sealflow.run.v1.RunService/CreateRun';

/** Somebody on the wire who changes what passes by. */
export const changedCalls: readonly AttackCase[] = [
  {
    name: 'request-replayed',
    actor: 'network',
    tries: 'send the request of a paid run again',
    expected: 'SAME_RUN',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: '',
    attack: replayRequest,
  },
  {
    name: 'upload-changed',
    actor: 'network',
    tries: 'change a byte of a sealed input on its way',
    expected: 'BLOB_DIGEST_MISMATCH',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: '',
    attack: (scene) => {
      const lie = lieAbout<WriteBlobRequest__Output, WriteBlobResponse__Output>(
        '/sealflow.blob.v1.BlobService/WriteBlob',
        { request: (told) => ({ ...told, data: Buffer.from(told.data).fill(0, 0, 1) }) },
      );
      const bytes = new Uint8Array(randomBytes(64)).fill(1, 0, 1);
      return throughRelay(scene, [lie], ({ services }) =>
        refusal(() => writeBlob(services.blob, digestOf(bytes), bytes, { deadlineMs: 10_000 })),
      );
    },
  },
  {
    name: 'policy-exchanged',
    actor: 'network',
    tries: 'start a run under a policy that accepts more than the customer does',
    expected: 'ENVELOPE_CONTEXT_MISMATCH',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: 'a policy, and sealed inputs that no run names, for a day',
    attack: async (scene) => {
      const { services, options } = scene.client;
      const laxer = canonicalBytes(toJson({ ...options.trust.policy, bindingLifetimeMsMax: 86_400_000 }));
      await writeBlob(services.blob, digestOf(laxer), laxer, { deadlineMs: 10_000 });
      return created(scene, { policy: digestOf(laxer) });
    },
  },
  {
    name: 'result-key-exchanged',
    actor: 'network',
    tries: 'put a key of its own in the place of the one that results are sealed to',
    expected: 'ENVELOPE_CONTEXT_MISMATCH',
    noticedBy: 'orchestrator',
    needs: 'target',
    leaves: 'sealed inputs that no run names, for a day',
    attack: (scene) => {
      const { publicKey } = generateSealKeyPair((count) => new Uint8Array(randomBytes(count)));
      return created(scene, { clientSealKey: Buffer.from(publicKey) });
    },
  },
];

/** A run of the paid application, with other words in the call that starts it. */
async function created(scene: Scene, change: Partial<CreateRunRequest__Output>): Promise<Answer> {
  const { applications, plans } = await scene.credit();
  const [application] = applications;
  if (application === undefined) throw new Error('no application');
  const prepared = await prepareRun(scene.client, plans.credit, inputsOf(application));
  const lie = lieAbout<CreateRunRequest__Output, CreateRunResponse__Output>(CREATE, {
    request: (told) => ({ ...told, ...change }),
  });
  return throughRelay(scene, [lie], (client) => refusal(() => client.createRaw(prepared.request)));
}

async function replayRequest(scene: Scene): Promise<Answer> {
  const { prepared, runId } = await paidRun(scene);
  const { client } = scene;
  const before = await etagOf(client, runId);
  const { run } = await client.createRaw(prepared.request);
  const same = run?.name.endsWith(`/${runId}`) === true && (await etagOf(client, runId)) === before;
  return {
    reason: same ? 'SAME_RUN' : null,
    detail: `answered with ${run?.name ?? 'no run'}, ${run?.state ?? ''}: nothing of it changed`,
  };
}

/** Other attacks make runs meanwhile: that there is no other run says nothing, that this one stands as it stood does. */
async function etagOf({ options: { tenant }, services }: SealflowClient, runId: string): Promise<string> {
  const name = `tenants/${tenant}/runs/${runId}`;
  const { run } = await unary<GetRunResponse__Output>(
    (options, callback) => services.run.getRun({ name }, options, callback),
    { deadlineMs: 10_000 },
  );
  return run?.etag ?? '';
}
