import { parseBinding, parseEvidencePackage } from '#attestation';
import { equalBytes, toBase64, toHex } from '#canonical';
import { ApiError, type Register__Output } from '#contracts';
import { sealKeyId } from '#sealing';
import { limits } from '../config/limits.js';
import type { WorkerIdentity } from './worker-session.js';

const OPERATIONS_MAX = 32;
const LEASES_MAX = 64;
const operationPattern = /^[a-z][a-z0-9.-]{0,62}$/;

/**
 * Reads who registers. The evidence is not appraised here: every client and every hop appraises it under its own
 * policy before it seals, and every result is checked against evidence before it counts. The nonce is compared so
 * that an old package of another session does not register.
 */
export function parseRegistration(register: Register__Output, nonce: Uint8Array): WorkerIdentity {
  const { operations } = register;
  if (register.package.length > limits.packageBytesMax) {
    throw new ApiError(
      'LIMIT_EXCEEDED',
      `packageBytesMax: ${register.package.length} > ${limits.packageBytesMax}`,
    );
  }
  if (operations.length > OPERATIONS_MAX || operations.some((name) => !operationPattern.test(name))) {
    throw new ApiError(
      'INVALID_REQUEST',
      `operations: at most ${OPERATIONS_MAX} names like document.extract`,
    );
  }
  const binding = readBinding(register.package);
  if (!equalBytes(binding.nonce, nonce)) {
    throw new ApiError('EVIDENCE_INVALID', 'registration: the evidence answers another challenge');
  }
  const sealKey = binding.sealKeys[0];
  if (sealKey === undefined || binding.workerId !== register.worker) {
    throw new ApiError('EVIDENCE_INVALID', 'registration: the binding is of another worker');
  }
  return {
    workerId: binding.workerId,
    bootId: toHex(binding.bootId),
    operations: [...operations],
    sealKeyId: sealKeyId(sealKey.publicKey),
    signKey: toBase64(binding.signKey),
    imageDigest: binding.imageDigest,
    leasesMax: Math.min(Math.max(register.leasesMax, 1), LEASES_MAX),
  };
}

function readBinding(evidence: Uint8Array) {
  try {
    return parseBinding(parseEvidencePackage(evidence).binding);
  } catch {
    throw new ApiError('EVIDENCE_INVALID', 'registration: the evidence package cannot be read');
  }
}
