/**
 * The statement that ties evidence to keys: hardware signs its hash, and through it the worker's sealing and
 * signing keys, the verifier's nonce and the list of GPU evidence.
 *
 * Trusted for what: `workerId`, `imageDigest` and `policyDigest` are claims of guest software, worth what the
 * measurement beside them vouches for. That a nonce is used once and that an epoch never falls are the
 * caller's to remember: this library keeps no state.
 */
import {
  canonicalBytes,
  concatBytes,
  type Digest,
  digestOf,
  equalBytes,
  formatTime,
  type Json,
  parseJsonStrict,
  parseTime,
  sha256,
  sha512,
  toBase64,
  u32be,
  utf8,
} from '#canonical';
import { AttestationError } from './attestation-error.js';
import { attestationLimits } from './limits.js';
import { StrictObject } from './strict-object.js';

/**
 * How GPU evidence relates to the binding. `v1`: REPORT_DATA commits to the GPU evidence and the GPU nonce to
 * the sealing key. `v1+coco`: one value serves CPU and GPU alike, as the REST API of Confidential Containers
 * forces; the CPU report then does not commit to the GPUs.
 */
export const bindingRules = ['sealflow/binding/v1', 'sealflow/binding/v1+coco'] as const;
export type BindingRule = (typeof bindingRules)[number];

export interface Binding {
  readonly v: BindingRule;
  /** 32 bytes of the verifier. */
  readonly nonce: Uint8Array;
  readonly workerId: string;
  /** 16 bytes, new at each boot. */
  readonly bootId: Uint8Array;
  readonly epoch: number;
  /** 1 to 4, the first is X25519; at most one of each algorithm. */
  readonly sealKeys: readonly SealKey[];
  /** Ed25519, 32 bytes. */
  readonly signKey: Uint8Array;
  readonly imageDigest: Digest;
  readonly policyDigest: Digest;
  /** Of GPUs and NVSwitches. Null when there is none, and always under `v1+coco`. */
  readonly gpuEvidenceDigest: Digest | null;
  readonly notAfterMs: number;
}

export interface SealKey {
  readonly alg: 'x25519' | 'x-wing';
  readonly publicKey: Uint8Array;
}

/** One GPU: SPDM request || response, and its certificate chain as delivered (PEM, leaf first). */
export interface GpuEvidence {
  readonly report: Uint8Array;
  readonly chain: string;
}

const NONCE_BYTES = 32;
const BOOT_ID_BYTES = 16;
const SIGN_KEY_BYTES = 32;
const SEAL_KEYS_MAX = 4;
const SEAL_KEY_BYTES: Readonly<Record<SealKey['alg'], number>> = { x25519: 32, 'x-wing': 1216 };
const TEXT_MAX = 128;
const SWITCH_MARKER = utf8('sealflow/switch-evidence/v1');
const MEMBERS = [
  'v',
  'nonce',
  'workerId',
  'bootId',
  'epoch',
  'sealKeys',
  'signKey',
  'imageDigest',
  'policyDigest',
  'gpuEvidenceDigest',
  'notAfter',
];

/**
 * The canonical bytes of a binding. They are what REPORT_DATA commits to: keep them verbatim.
 *
 * @throws AttestationError `BINDING_MALFORMED` when a field is out of range: a worker must not ask hardware to
 *   sign what every verifier will refuse.
 */
export function buildBinding(binding: Binding): Uint8Array {
  const bytes = canonicalBytes({
    v: binding.v,
    nonce: toBase64(binding.nonce),
    workerId: binding.workerId,
    bootId: toBase64(binding.bootId),
    epoch: binding.epoch,
    sealKeys: binding.sealKeys.map((key) => ({ alg: key.alg, pub: toBase64(key.publicKey) })),
    signKey: { alg: 'ed25519', pub: toBase64(binding.signKey) },
    imageDigest: binding.imageDigest,
    policyDigest: binding.policyDigest,
    gpuEvidenceDigest: binding.gpuEvidenceDigest,
    notAfter: formatTime(binding.notAfterMs),
  });
  parseBinding(bytes);
  return bytes;
}

/** @throws AttestationError `BINDING_MALFORMED`, `BINDING_NOT_CANONICAL` */
export function parseBinding(bytes: Uint8Array): Binding {
  const binding = readBinding(bytes);
  requireCanonicalBinding(bytes);
  return binding;
}

/** Reads a binding whatever its spelling, so that a verdict can name more than the spelling. */
export function readBinding(bytes: Uint8Array): Binding {
  const object = new StrictObject(readJson(bytes), MEMBERS, 'BINDING_MALFORMED', 'binding');
  const v = object.word('v', bindingRules);
  const gpuEvidenceDigest =
    object.value('gpuEvidenceDigest') === null ? null : object.digest('gpuEvidenceDigest');
  if (v === 'sealflow/binding/v1+coco' && gpuEvidenceDigest !== null) {
    malformed('gpuEvidenceDigest must be null under v1+coco');
  }
  return {
    v,
    nonce: object.bytes('nonce', NONCE_BYTES),
    workerId: object.text('workerId', TEXT_MAX),
    bootId: object.bytes('bootId', BOOT_ID_BYTES),
    epoch: object.integer('epoch', 0, Number.MAX_SAFE_INTEGER),
    sealKeys: readSealKeys(object.list('sealKeys', SEAL_KEYS_MAX)),
    signKey: readSignKey(object.value('signKey')),
    imageDigest: object.digest('imageDigest'),
    policyDigest: object.digest('policyDigest'),
    gpuEvidenceDigest,
    notAfterMs: readTime(object.text('notAfter', 24)),
  };
}

/** @throws AttestationError `BINDING_NOT_CANONICAL` */
export function requireCanonicalBinding(bytes: Uint8Array): void {
  if (!equalBytes(canonicalBytes(readJson(bytes)), bytes)) {
    throw new AttestationError(
      'BINDING_NOT_CANONICAL',
      'binding: bytes are not the RFC 8785 form of their content',
    );
  }
}

/** The 64 bytes that the worker asks its CPU to sign. All 64 are compared, always. */
export function reportData(bindingBytes: Uint8Array): Uint8Array {
  return sha512(utf8('sealflow/report-data/v1\0'), bindingBytes);
}

/** The 32 bytes that the worker hands to each GPU: they commit to the verifier's nonce and the sealing key. */
export function gpuNonce(nonce: Uint8Array, sealPublicKey: Uint8Array): Uint8Array {
  return sha256(utf8('sealflow/gpu-nonce/v1\0'), nonce, sealPublicKey);
}

/** The nonce that each GPU report must carry under the binding's own rule. Trying several rules is forbidden. */
export function expectedGpuNonce(binding: Binding, bindingBytes: Uint8Array): Uint8Array {
  if (binding.v === 'sealflow/binding/v1+coco') return reportData(bindingBytes).subarray(0, NONCE_BYTES);
  return gpuNonce(binding.nonce, binding.sealKeys[0]?.publicKey ?? malformed('sealKeys is empty'));
}

/**
 * Over all devices in index order, GPUs first. Certificates by NVIDIA and revocation data are no part of it. The
 * marker tells where the switches begin: no device may be moved from one list to the other.
 */
export function gpuEvidenceDigest(
  gpus: readonly GpuEvidence[],
  switches: readonly GpuEvidence[] = [],
): Digest {
  const partsOf = (devices: readonly GpuEvidence[]): readonly Uint8Array[] =>
    devices.flatMap(({ report, chain }) => [report, utf8(chain)]);
  const parts = [...partsOf(gpus), ...(switches.length === 0 ? [] : [SWITCH_MARKER, ...partsOf(switches)])];
  return digestOf(concatBytes(...parts.flatMap((part) => [u32be(part.length), part])));
}

function readJson(bytes: Uint8Array): Json {
  try {
    return parseJsonStrict(bytes, { bytesMax: attestationLimits.bindingBytesMax, depthMax: 4 });
  } catch {
    return malformed(`expected one JSON object of at most ${attestationLimits.bindingBytesMax} bytes`);
  }
}

function readSealKeys(list: readonly Json[]): readonly SealKey[] {
  const keys = list.map((item) => {
    const object = new StrictObject(item, ['alg', 'pub'], 'BINDING_MALFORMED', 'binding sealKeys');
    const alg = object.word('alg', ['x25519', 'x-wing']);
    return { alg, publicKey: object.bytes('pub', SEAL_KEY_BYTES[alg]) };
  });
  // The GPU nonce commits to the first key, and every suite can fall back to X25519.
  if (keys[0]?.alg !== 'x25519') malformed('the first of sealKeys must be x25519');
  if (new Set(keys.map((key) => key.alg)).size !== keys.length)
    malformed('sealKeys names an algorithm twice');
  return keys;
}

function readSignKey(value: Json): Uint8Array {
  const object = new StrictObject(value, ['alg', 'pub'], 'BINDING_MALFORMED', 'binding signKey');
  object.word('alg', ['ed25519']);
  return object.bytes('pub', SIGN_KEY_BYTES);
}

function readTime(text: string): number {
  try {
    return parseTime(text);
  } catch {
    return malformed('notAfter must be a time as YYYY-MM-DDThh:mm:ss.sssZ');
  }
}

function malformed(message: string): never {
  throw new AttestationError('BINDING_MALFORMED', `binding: ${message}`);
}
