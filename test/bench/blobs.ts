import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BlobSource,
  connectServices,
  downloadBlob,
  type ServiceClients,
  unary,
  uploadBlob,
  type WriteBlobResponse__Output,
} from '#contracts';
import type { Installation } from '../../apps/cli/src/installation/installation.js';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { startStack } from '../../apps/cli/src/stack/stack.js';
import { everyTenantRole, tenantKey } from '../../apps/cli/src/stack/tenant-key.js';
import { type Figure, median } from './figures.js';
import { rssOf } from './processes.js';

const MIB = 2 ** 20;
const BLOB_BYTES = 1024 * MIB;
const ROUNDS = 3;
const SAMPLE_MS = 20;
const CHUNK_BYTES = 256 * 1024;
const transfer = { deadlineMs: 600_000, patienceMs: 30_000 };

/**
 * Large blobs through the API of the whole product, there and back, on the machine that its database and this load run
 * on. The peer takes the same messages over the same library and writes them to a file, which it flushes once: no
 * digest, no database, nothing to go on with.
 */
export async function measureBlobs(installation: Installation): Promise<Figure[]> {
  const stack = await startStack(installation, () => undefined);
  const { grpc } = stack.address;
  const operator = installation.keys.read('operator') ?? undefined;
  const bearer = await tenantKey(grpc, operator, 'blobs', everyTenantRole);
  const services = connectServices(grpc, { bearer });
  const pid = stack.processes.find(({ spec }) => spec.name === 'orchestrator')?.pid ?? 0;
  const peer = await startPeer();
  const up: number[] = [];
  const down: number[] = [];
  const bare: number[] = [];
  const growth: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const blob = randomBlob();
      bare.push(await mibPerSecond(() => peer.upload(blob)));
      const memory = watchMemory(pid);
      up.push(await mibPerSecond(() => uploadBlob(services.blob, blob, transfer)));
      down.push(await mibPerSecond(() => download(services, blob)));
      growth.push(memory.stop());
    }
  } finally {
    services.close();
    peer.stop();
    await stack.stop();
  }
  const [upload, plain] = [median(up), median(bare)];
  return [
    {
      name: 'blob of 1 GiB, upload',
      value: upload,
      unit: 'MiB/s',
      atLeast: 200,
      samples: ROUNDS,
      note: `on the disk, digest checked; ${rounds(up)}`,
    },
    {
      name: 'blob of 1 GiB, download',
      value: median(down),
      unit: 'MiB/s',
      atLeast: 200,
      samples: ROUNDS,
      note: `digest compared by the reader; ${rounds(down)}`,
    },
    {
      name: 'orchestrator, growth of RSS meanwhile',
      value: Math.max(...growth) / MIB,
      unit: 'MiB',
      target: 100_000_000 / MIB,
      samples: ROUNDS,
      note: 'largest of any round over what it was before that',
    },
    {
      name: 'peer: gRPC stream into a file',
      value: plain,
      unit: 'MiB/s',
      samples: ROUNDS,
      note: `same messages, one flush, no digest; ${rounds(bare)}`,
    },
    { name: 'ratio, upload to peer', value: upload / plain, unit: 'x', samples: ROUNDS, note: '' },
  ];
}

function rounds(values: readonly number[]): string {
  return `rounds ${values.map((value) => value.toFixed(0)).join(', ')}`;
}

/** Random bytes that repeat, each time under another beginning: nothing on the way can make them fewer. */
function randomBlob(): BlobSource {
  const block = randomBytes(64 * MIB);
  const heads = Array.from({ length: BLOB_BYTES / block.length }, () => randomBytes(CHUNK_BYTES));
  function* pieces(): Generator<Buffer, void, undefined> {
    for (const head of heads) {
      yield head;
      for (let from = head.length; from < block.length; from += CHUNK_BYTES) {
        yield block.subarray(from, from + CHUNK_BYTES);
      }
    }
  }
  const hash = createHash('sha256');
  for (const piece of pieces()) hash.update(piece);
  return {
    digest: `sha256:${hash.digest('hex')}`,
    size: BLOB_BYTES,
    async *read(from) {
      let position = 0;
      for (const piece of pieces()) {
        position += piece.length;
        if (position > from) yield piece.subarray(Math.max(0, piece.length - (position - from)));
      }
    },
  };
}

async function download(services: ServiceClients, { digest, size }: BlobSource): Promise<void> {
  const hash = createHash('sha256');
  let total = 0;
  for await (const piece of downloadBlob(services.blob, digest, transfer)) {
    hash.update(piece);
    total += piece.length;
  }
  if (total !== size || `sha256:${hash.digest('hex')}` !== digest) throw new Error('another blob came back');
}

async function mibPerSecond(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return BLOB_BYTES / MIB / ((performance.now() - startMs) / 1_000);
}

function watchMemory(pid: number): { stop(): number } {
  const before = rssOf(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, rssOf(pid));
  }, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak - before;
    },
  };
}

interface Peer {
  upload(blob: BlobSource): Promise<unknown>;
  stop(): void;
}

async function startPeer(): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'sealflow-bench-peer-'));
  const child: ChildProcess = fork(join(projectRoot, 'dist/test/bench/bare-blob-process.js'), [
    join(folder, 'blob'),
  ]);
  const [port] = (await once(child, 'message')) as [number];
  const services = connectServices(`127.0.0.1:${port}`);
  return {
    upload: (blob) => stream(services, blob),
    stop: () => {
      services.close();
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a client writes who knows of nothing but back-pressure. */
function stream({ blob }: ServiceClients, source: BlobSource): Promise<unknown> {
  return unary<WriteBlobResponse__Output>((options, callback) => {
    const call = blob.writeBlob(options, callback);
    const send = async (): Promise<void> => {
      for await (const data of source.read(0)) {
        if (!call.write({ data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) })) {
          await once(call, 'drain');
        }
      }
      call.end();
    };
    send().catch(() => call.cancel());
    return call;
  }, transfer);
}
