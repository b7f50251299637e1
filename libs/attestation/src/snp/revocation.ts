/**
 * Judges the revocation list of an ARK over its ASK or ASVK. AMD revokes no single endorsement keys: a chip is
 * left behind by raising the minimum TCB.
 */
import { formatTime, type JsonObject } from '#canonical';
import { fail, type Outcome, skip } from '../check-list.js';
import type { RootKind } from '../x509/chain.js';
import { judgeCrl, judgeRevoked, parseCrl } from '../x509/crl.js';
import type { SnpChain } from './chain.js';
import type { SnpRequirements } from './requirements.js';
import { findPssFault } from './rsa-pss.js';

export interface SnpRevocationInput {
  readonly chain: SnpChain;
  /** DER; null when none came with the evidence. */
  readonly crl: Uint8Array | null;
  readonly root: RootKind;
  readonly requirements: SnpRequirements;
  readonly atMs: number;
}

/** @throws AttestationError when the list cannot be read: the caller's check then fails with that reason. */
export function judgeSnpRevocation({ chain, crl, root, requirements, atMs }: SnpRevocationInput): Outcome {
  if (crl === null) {
    if (root === 'simulated') return skip('simulated hardware, and no revocation list');
    const expected = 'a revocation list of the ARK';
    return requirements.revocation === 'required'
      ? fail('REVOCATION_UNKNOWN', expected, 'none was supplied')
      : skip('no revocation list');
  }
  const list = parseCrl(crl);
  const usable = judgeCrl(list, {
    issuer: chain.ark,
    atMs,
    verifySignature: (signed, issuer) => findPssFault(signed, issuer.spki) === null,
  });
  // An old list cannot clear a CA, but what it did revoke stays revoked.
  if (usable.result !== 'pass' && usable.reason !== 'CRL_EXPIRED') return usable;
  const listed = judgeRevoked(list, chain.ca, 'SNP_CA_REVOKED');
  if (listed.result !== 'pass' || usable.result !== 'pass') return listed.result === 'pass' ? usable : listed;
  const { crlAgeMsMax } = requirements;
  if (crlAgeMsMax !== null && atMs - list.thisUpdateMs > crlAgeMsMax) {
    const actual = `${formatTime(list.thisUpdateMs)} at ${formatTime(atMs)}`;
    return fail('REVOCATION_STALE', `a list of at most ${crlAgeMsMax} ms`, actual);
  }
  return usable;
}

/** Source, window, age and result, as every verdict must state them. */
export function revocationClaim(crl: Uint8Array | null, outcome: Outcome, atMs: number): JsonObject {
  const result = outcome.reason ?? (outcome.result === 'pass' ? 'good' : 'not-checked');
  if (crl === null) return { source: null, result };
  try {
    const { thisUpdateMs, nextUpdateMs } = parseCrl(crl);
    return {
      source: 'crl',
      thisUpdate: formatTime(thisUpdateMs),
      nextUpdate: formatTime(nextUpdateMs),
      ageSeconds: Math.floor((atMs - thisUpdateMs) / 1000),
      result,
    };
  } catch {
    return { source: 'crl', result };
  }
}
