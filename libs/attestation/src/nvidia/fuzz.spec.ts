/** Changed bytes of every NVIDIA format: no accept, no throw, no hang. `SEALFLOW_FUZZ` sets the number per format. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { equalBytes, u32be } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { failures, flip, seededRandom } from '../machine.fixture.js';
import { writeNrasToken } from '../simulated/nras-writer.js';
import { certificateOf } from '../simulated/nvidia-authority.js';
import { judgeSignature } from './device-checks.js';
import { parseGpuReport } from './gpu-report.js';
import { verifyNrasToken } from './nras-token.js';
import {
  answer,
  device,
  goodRims,
  judgeGpu,
  NONCE,
  NOW,
  nvidia,
  report,
  rimRoots,
} from './nvidia.fixture.js';
import { parseOcspResponse } from './ocsp-response.js';
import { judgeRevocation } from './revocation.js';
import { parseRim } from './rim.js';
import { verifyRim } from './verify-rim.js';

const MUTATIONS = Number(process.env['SEALFLOW_FUZZ'] ?? 10_000);
/** Every byte of each signed range when the number is given. */
const STRIDE = process.env['SEALFLOW_FUZZ'] === undefined ? 3 : 1;
const HANG_MS = 1000;
const RSS_GROWTH_MAX = 50 * 1024 * 1024;

const [rim = new Uint8Array()] = goodRims;
const ocsp = answer(device, 1);
const { token, keys } = writeNrasToken(
  { nonce: NONCE, issuedMs: NOW, leafSerials: device.slice(0, 1).map((one) => certificateOf(one).serial) },
  nvidia.nras,
);
const evidence = report();
const good = parseRim(rim);
const [leaf, certificate, issuer] = device.map(certificateOf);

/** True when hostile bytes would be taken for what the original says, or for something else that holds. */
const formats: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => boolean])[] = [
  ['a reference manifest', rim, acceptsRim],
  ['an OCSP response', ocsp, acceptsOcsp],
  ['a GPU report', evidence.report, acceptsReport],
  ['a service token', token, acceptsToken],
];

describe.each(formats)('%s', (_name, original, accepts) => {
  it('is accepted as it is', () => {
    expect(accepts(original)).toBe(true);
  });

  it(`is never accepted after one of ${MUTATIONS} random changes`, () => {
    const random = seededRandom(`mutations of ${original.length} bytes`);
    // The first rounds fill caches and the young heap; growth is what comes after them.
    let before = 0;
    let slowestMs = 0;
    for (let round = 0; round < MUTATIONS; round += 1) {
      if (round === Math.floor(MUTATIONS / 4)) before = rssAfterCollection();
      const changed = mutate(original, random(16));
      // Time on the processor: nothing here waits, and the machine may be busy with others.
      const start = process.cpuUsage();
      if (accepts(changed) && !equalBytes(changed, original)) throw new Error(`accepted in round ${round}`);
      const { user, system } = process.cpuUsage(start);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
    }
    expect(slowestMs).toBeLessThan(HANG_MS);
    expect(rssAfterCollection() - before).toBeLessThan(RSS_GROWTH_MAX);
  }, 600_000);
});

it('every signed byte of a report counts', () => {
  for (let offset = 0; offset < evidence.report.length; offset += STRIDE) {
    expect(acceptsReport(flip(evidence.report, offset)), `byte ${offset}`).toBe(false);
  }
});

it('every byte of a manifest counts', () => {
  for (let offset = 0; offset < rim.length; offset += STRIDE) {
    expect(acceptsRim(flip(rim, offset)), `byte ${offset}`).toBe(false);
  }
});

it('a whole verdict over changed endorsements never throws, and passes only for the same signed words', () => {
  const random = seededRandom('endorsements');
  for (let round = 0; round < 60; round += 1) {
    const changed = mutate(rim, random(16));
    const { checks } = judgeGpu({}, { rims: [changed, ...goodRims.slice(1)] });
    expect(failures(checks)).not.toContain('VERIFIER_ERROR');
    if (failures(checks).length === 0) {
      expect(parseRim(changed).signature.document, `round ${round}`).toEqual(good.signature.document);
    }
  }
});

/** The signature is worked out only for what could pass: a changed digest has failed before. */
function acceptsRim(bytes: Uint8Array): boolean {
  const parsed = attempt(() => parseRim(bytes));
  // What is not signed, such as spaces between the letters of a certificate, may differ: it says the same.
  if (parsed === null || !equalBytes(parsed.signature.signedInfo, good.signature.signedInfo)) return false;
  if (!verifyRim({ bytes, roots: rimRoots, atMs: NOW }).trusted) return false;
  return !equalBytes(parsed.signature.document, good.signature.document) || equalBytes(bytes, rim);
}

function acceptsOcsp(bytes: Uint8Array): boolean {
  const response = attempt(() => parseOcspResponse(bytes));
  if (response === null || certificate === undefined || issuer === undefined) return false;
  const issued = { certificate, issuer };
  const times = { atMs: NOW, ocspAtMs: NOW, maxAgeMs: null };
  const judged = attempt(() => judgeRevocation([issued], [response], times));
  return judged?.outcome.result === 'pass';
}

function acceptsReport(bytes: Uint8Array): boolean {
  const parsed = attempt(() => parseGpuReport(bytes));
  return parsed !== null && leaf !== undefined && judgeSignature({ report: parsed, leaf }).result === 'pass';
}

/** The service's signature is worked out only for what could pass without it. */
function acceptsToken(bytes: Uint8Array): boolean {
  const input = { token: bytes, roots: rimRoots, expectedNonce: NONCE, atMs: NOW };
  const { checks } = verifyNrasToken({ ...input, keys: null });
  expect(failures(checks)).not.toContain('VERIFIER_ERROR');
  return failures(checks).length === 0 && verifyNrasToken({ ...input, keys }).corroborates;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}

/** Flips a bit, sets a byte, cuts, doubles or swaps a run, as `seed` says. */
function mutate(original: Uint8Array, seed: Uint8Array): Uint8Array {
  const [kind = 0, value = 0] = seed;
  const view = new DataView(seed.buffer, seed.byteOffset);
  const at = view.getUint32(4) % original.length;
  const length = 1 + (view.getUint32(8) % Math.min(64, original.length - at));
  const run = original.slice(at, at + length);
  const copy = Uint8Array.from(original);
  switch (kind % 6) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << (value % 8));
      return copy;
    case 1:
      copy[at] = value;
      return copy;
    case 2:
      return Uint8Array.of(...original.subarray(0, at), ...original.subarray(at + length));
    case 3:
      return Uint8Array.of(...original.subarray(0, at), ...run, ...original.subarray(at));
    case 4:
      copy.set(run, view.getUint32(12) % (original.length - length + 1));
      return copy;
    default:
      copy.set(u32be(view.getUint32(12)).subarray(0, Math.min(4, original.length - at)), at);
      return copy;
  }
}

/** What is held, not what waits to be collected: the moment of collection is the engine's choice. */
function rssAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage.rss();
}
