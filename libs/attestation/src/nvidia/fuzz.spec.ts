/** Changed bytes of every NVIDIA format: none is accepted, none throws. */
import { describe, expect, it } from 'vitest';
import { equalBytes } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import {
  expectEveryByteCounts,
  expectRefusals,
  FUZZ_TIMEOUT_MS,
  type FuzzTarget,
  MUTATIONS,
  mutations,
} from '../fuzz.fixture.js';
import { failures } from '../machine.fixture.js';
import { writeNrasToken } from '../simulated/nras-writer.js';
import { certificateOf } from '../simulated/nvidia-authority.js';
import { verifyNrasToken } from './nras-token.js';
import {
  answer,
  device,
  goodRims,
  gpuRoots,
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
import { verifyGpuReport } from './verify-gpu-report.js';
import { verifyRim } from './verify-rim.js';

const [rimBytes = new Uint8Array()] = goodRims;
const good = parseRim(rimBytes);
const [leaf, certificate, issuer] = device.map(certificateOf);
const { token, keys } = writeNrasToken(
  { nonce: NONCE, issuedMs: NOW, leafSerials: [leaf?.serial ?? ''] },
  nvidia.nras,
);
const evidence = report();

const gpuReport: FuzzTarget = {
  name: 'GPU report (SPDM)',
  original: evidence.report,
  judge: (changed) => {
    const shown = { ...evidence, report: changed };
    const asked = { roots: gpuRoots, expectedNonce: NONCE, atMs: NOW };
    return failures(verifyGpuReport({ index: 0, evidence: shown, ...asked }).checks);
  },
};

/** The signature is worked out only for what could pass: a changed digest has failed before. */
const rim: FuzzTarget = {
  name: 'reference manifest (XML)',
  original: rimBytes,
  judge: (bytes) => {
    const parsed = attempt(() => parseRim(bytes));
    if (parsed === null) return ['RIM_MALFORMED'];
    if (!equalBytes(parsed.signature.signedInfo, good.signature.signedInfo)) return ['RIM_DIGEST_MISMATCH'];
    return failures(verifyRim({ bytes, roots: rimRoots, atMs: NOW }).checks);
  },
  // What is not signed, such as spaces between the letters of a certificate, may differ: it says the same.
  same: (bytes) => equalBytes(parseRim(bytes).signature.document, good.signature.document),
};

const ocsp: FuzzTarget = {
  name: 'OCSP response (DER)',
  original: answer(device, 1),
  judge: (bytes) => {
    const response = attempt(() => parseOcspResponse(bytes));
    if (response === null || certificate === undefined || issuer === undefined) return ['OCSP_MALFORMED'];
    const times = { atMs: NOW, ocspAtMs: NOW, maxAgeMs: null };
    const judged = attempt(() => judgeRevocation([{ certificate, issuer }], [response], times));
    return judged?.outcome.result === 'pass' ? [] : [judged?.outcome.reason ?? 'OCSP_MALFORMED'];
  },
};

/** The service's signature is worked out only for what could pass without it. */
const serviceToken: FuzzTarget = {
  name: 'service token (NRAS)',
  original: token,
  judge: (bytes) => {
    const input = { token: bytes, roots: rimRoots, expectedNonce: NONCE, atMs: NOW };
    const unsigned = failures(verifyNrasToken({ ...input, keys: null }).checks);
    return unsigned.length > 0 ? unsigned : failuresOf(verifyNrasToken({ ...input, keys }));
  },
};

describe.each([gpuReport, rim, ocsp, serviceToken])('$name', (target) => {
  it(
    `is never accepted after one of ${MUTATIONS} random changes`,
    () => expectRefusals(target),
    FUZZ_TIMEOUT_MS,
  );
});

it.each([gpuReport, ocsp])(
  'every byte of a $name counts',
  (target) => expectEveryByteCounts(target),
  FUZZ_TIMEOUT_MS,
);

it('every byte of a manifest counts', () => expectEveryByteCounts(rim), FUZZ_TIMEOUT_MS);

it('a whole verdict over changed endorsements never throws, and passes only for the same signed words', () => {
  for (const changed of mutations('endorsements', rimBytes, 60)) {
    const reasons = failures(judgeGpu({}, { rims: [changed, ...goodRims.slice(1)] }).checks);
    expect(reasons).not.toContain('VERIFIER_ERROR');
    if (reasons.length === 0) expect(parseRim(changed).signature.document).toEqual(good.signature.document);
  }
});

function failuresOf(verification: ReturnType<typeof verifyNrasToken>): readonly (string | null)[] {
  return verification.corroborates ? [] : ['EAT_SIGNATURE_INVALID', ...failures(verification.checks)];
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}
