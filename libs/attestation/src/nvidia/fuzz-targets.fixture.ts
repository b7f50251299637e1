/** Test fixture: Changed bytes of every NVIDIA format: none is accepted, none throws. */
import { equalBytes } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import type { FuzzTarget } from '../fuzz-target.fixture.js';
import { failures } from '../machine.fixture.js';
import { writeNrasToken } from '../simulated/nras-writer.js';
import { certificateOf } from '../simulated/nvidia-authority.js';
import { ueidOf } from './device-kind.js';
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
  { nonce: NONCE, issuedMs: NOW, ueids: leaf === undefined ? [] : [ueidOf(leaf)] },
  nvidia.nras,
);
const evidence = report();
const response = answer(device, 1);

const gpuReport: FuzzTarget = {
  name: 'GPU report (SPDM)',
  original: evidence.report,
  signedTo: evidence.report.length,
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
  signedTo: rimBytes.length,
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
  original: response,
  signedTo: response.length,
  judge: (bytes) => {
    const parsed = attempt(() => parseOcspResponse(bytes));
    if (parsed === null || certificate === undefined || issuer === undefined) return ['OCSP_MALFORMED'];
    const times = { atMs: NOW, ocspAtMs: NOW, maxAgeMs: null };
    const judged = attempt(() => judgeRevocation([{ certificate, issuer }], [parsed], times));
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

/** A whole verdict over changed endorsements: slow, so this manifest is changed seldom. */
export const changedEndorsements: FuzzTarget = {
  name: 'endorsements of a GPU',
  original: rimBytes,
  judge: (bytes) => failures(judgeGpu({}, { rims: [bytes, ...goodRims.slice(1)] }).checks),
  same: (bytes) => equalBytes(parseRim(bytes).signature.document, good.signature.document),
};

export const nvidiaTargets: readonly FuzzTarget[] = [gpuReport, rim, ocsp, serviceToken];

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
