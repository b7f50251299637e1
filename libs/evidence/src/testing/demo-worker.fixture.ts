import {
  buildBinding,
  encodeEvidencePackage,
  gpuEvidenceDigest,
  gpuNonce,
  reportData,
  type SimulationAuthority,
  simulateGpuReport,
  simulateTdxQuote,
} from '#attestation';
import { type Digest, digestOf, ed25519PublicKey, toBase64, utf8 } from '#canonical';
import { seededRandom } from './random.fixture.js';

/** A worker with a boot identity and simulated evidence for it. */
export interface DemoWorker {
  readonly id: string;
  readonly seed: Uint8Array;
  /** Raw public signing key, base64. */
  readonly key: string;
  readonly sealKid: Digest;
  readonly imageDigest: Digest;
  readonly mrtd: string;
  readonly nonce: Uint8Array;
  readonly evidence: Uint8Array;
  readonly package: Digest;
}

const made = new Map<string, DemoWorker>();

/** Made once for each policy: ECDSA signatures are random, and two runs shall share their workers' evidence. */
export function demoWorker(input: Parameters<typeof makeWorker>[0]): DemoWorker {
  const key = `${input.id} ${input.policyDigest}`;
  const worker = made.get(key) ?? makeWorker(input);
  made.set(key, worker);
  return worker;
}

function makeWorker(input: {
  id: string;
  authority: SimulationAuthority;
  policyDigest: Digest;
  notAfterMs: number;
  gpu?: boolean;
}): DemoWorker {
  const random = seededRandom(`worker ${input.id}`);
  const seed = random(32);
  const sealKey = random(32);
  const nonce = random(32);
  const { imageDigest, mrtd } = demoImage(input.id);
  const gpus =
    input.gpu === true
      ? [simulateGpuReport(input.authority, { nonce: gpuNonce(nonce, sealKey) }, random)]
      : [];
  const binding = buildBinding({
    v: 'sealflow/binding/v1',
    nonce,
    workerId: input.id,
    bootId: random(16),
    epoch: 1,
    sealKeys: [{ alg: 'x25519', publicKey: sealKey }],
    signKey: ed25519PublicKey(seed),
    imageDigest,
    policyDigest: input.policyDigest,
    gpuEvidenceDigest: gpus.length === 0 ? null : gpuEvidenceDigest(gpus),
    notAfterMs: input.notAfterMs,
  });
  const quote = simulateTdxQuote(input.authority, { reportData: reportData(binding), mrtd }, random);
  const evidence = encodeEvidencePackage({ binding, cpu: { format: 'tdx-quote-v4', quote }, gpus });
  return {
    id: input.id,
    seed,
    key: toBase64(ed25519PublicKey(seed)),
    sealKid: digestOf(sealKey),
    imageDigest,
    mrtd,
    nonce,
    evidence,
    package: digestOf(evidence),
  };
}

export function demoImage(id: string): { imageDigest: Digest; mrtd: string } {
  const imageDigest = digestOf(utf8(`image ${id}`));
  return { imageDigest, mrtd: `${imageDigest.slice('sha256:'.length)}${'00'.repeat(16)}` };
}
