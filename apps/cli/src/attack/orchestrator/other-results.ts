import { RunHandle } from '#client';
import type {
  DownloadBundleRequest__Output,
  DownloadBundleResponse__Output,
  GetBundleRequest__Output,
  GetBundleResponse__Output,
  GetRunRequest__Output,
  GetRunResponse__Output,
  ReadBlobRequest__Output,
  ReadBlobResponse__Output,
} from '#contracts';
import { type Answer, type AttackCase, paidRun, refusal, type Scene } from '../attack-case.js';
import { type Lie, lieAbout } from '../network/relay.js';
import { throughRelay } from '../network/through-relay.js';

/** An orchestrator that hands out other results than those of the run. */
export const otherResults: readonly AttackCase[] = [
  {
    name: 'bundle-of-another-run',
    actor: 'orchestrator',
    tries: 'hand out the bundle of another run',
    expected: 'RUN_UNEXPECTED',
    noticedBy: 'client',
    needs: 'target',
    leaves: 'two entries in the record of accesses',
    attack: async (scene) => {
      const [paid, other] = (await scene.credit()).runs;
      if (paid === undefined || other === undefined) throw new Error('no second run');
      const run = `tenants/${scene.client.options.tenant}/runs/${other.runId}`;
      const lies = [
        lieAbout<GetBundleRequest__Output, GetBundleResponse__Output>(
          '/sealflow.evidence.v1.EvidenceService/GetBundle',
          { request: () => ({ run }) },
        ),
        lieAbout<DownloadBundleRequest__Output, DownloadBundleResponse__Output>(
          '/sealflow.evidence.v1.EvidenceService/DownloadBundle',
          { request: () => ({ run }) },
        ),
      ];
      return throughRelay(scene, lies, async (client) => {
        const handle = new RunHandle(paid.prepared, client);
        const { outcome, reason } = await handle.verify();
        const { detail } = await refusal(() => handle.open('limit'));
        return { reason: outcome === 'verified' ? null : reason, detail };
      });
    },
  },
  {
    name: 'result-changed',
    actor: 'orchestrator',
    tries: 'change a byte of a sealed result',
    expected: 'BLOB_DIGEST_MISMATCH',
    noticedBy: 'client',
    needs: 'target',
    leaves: 'an entry in the record of accesses',
    attack: (scene) =>
      opened(
        scene,
        lieAbout<ReadBlobRequest__Output, ReadBlobResponse__Output>(
          '/sealflow.blob.v1.BlobService/ReadBlob',
          {
            answer: (told) => ({ ...told, data: withFlippedByte(told.data) }),
          },
        ),
      ),
  },
  {
    name: 'result-exchanged',
    actor: 'orchestrator',
    tries: 'hand out one result of a run under the name of another',
    expected: 'ENVELOPE_CONTEXT_MISMATCH',
    noticedBy: 'client',
    needs: 'target',
    leaves: 'an entry in the record of accesses',
    attack: (scene) =>
      opened(
        scene,
        lieAbout<GetRunRequest__Output, GetRunResponse__Output>('/sealflow.run.v1.RunService/GetRun', {
          answer: exchanged,
        }),
      ),
  },
];

async function opened(scene: Scene, lie: Lie): Promise<Answer> {
  const { prepared } = await paidRun(scene);
  return throughRelay(scene, [lie], (client) => refusal(() => new RunHandle(prepared, client).open('limit')));
}

function exchanged({ run }: GetRunResponse__Output): object {
  const other = run?.outputs.find(({ name }) => name === 'settlement')?.blob ?? '';
  const outputs = (run?.outputs ?? []).map((output) =>
    output.name === 'limit' ? { ...output, blob: other } : output,
  );
  return { run: { ...run, outputs } };
}

function withFlippedByte(data: Uint8Array): Buffer {
  const changed = Buffer.from(data);
  const last = changed.length - 1;
  if (last >= 0) changed.writeUInt8(changed.readUInt8(last) ^ 1, last);
  return changed;
}
