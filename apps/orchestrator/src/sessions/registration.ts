import { parseBinding, parseEvidencePackage } from '#attestation';
import { equalBytes, toBase64, toHex } from '#canonical';
import { ApiError, type Register__Output } from '#contracts';
import { sealKeyId } from '#sealing';
import { limits } from '../config/limits.js';
import { isOperation, limitExceeded } from '../request-fields.js';
import type { WorkerIdentity } from './worker-session.js';

const OPERATIONS_MAX = 32;
const LEASES_MAX = 64;

/**
 * Reads who registers. The evidence is not appraised here: every client and every hop appraises it under its own
 * policy before it seals, and every result is checked against evidence before it counts. The nonce is compared so
 * that an old package of another session does not register; each stream has one nonce and takes one registration, so
 * none counts twice. Epochs are not remembered here: evidence that nobody appraised must not raise anybody's epoch, or
 * a stranger could lock a worker out by its name. Clients and hops remember them, after they accepted.
 */
export function parseRegistration(register: Register__Output, nonce: Uint8Array): WorkerIdentity {
  const { operations } = register;
  if (register.package.length > limits.packageBytesMax) {
    throw limitExceeded('packageBytesMax', register.package.length, 'this is no evidence package');
  }
  if (operations.length > OPERATIONS_MAX || !operations.every(isOperation)) {
    throw new ApiError(
      'INVALID_REQUEST',
      `operations: expected at most ${OPERATIONS_MAX} names like document.extract, got others`,
    );
  }
  const binding = readBinding(register.package);
  if (!equalBytes(binding.nonce, nonce)) {
    throw new ApiError(
      'EVIDENCE_INVALID',
      'registration: expected evidence over the challenge of this stream, got an answer to another',
    );
  }
  const sealKey = binding.sealKeys[0];
  if (sealKey === undefined || binding.workerId !== register.worker) {
    throw new ApiError(
      'EVIDENCE_INVALID',
      'registration: expected a binding of the worker that registers, got one of another',
    );
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
    throw new ApiError(
      'EVIDENCE_INVALID',
      'registration: expected an evidence package, got bytes that are none',
    );
  }
}
