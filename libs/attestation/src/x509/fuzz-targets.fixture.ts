/** Test fixture: Hostile bytes for the readers that every vendor's data goes through: certificates and revocation lists. */
import { fromBase64 } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { CheckList } from '../check-list.js';
import type { FuzzTarget } from '../fuzz-target.fixture.js';
import { AT_MS, authority, failures, roots } from '../machine.fixture.js';
import { ecKeyPairOf } from '../primitives.js';
import { ecdsaCrlSigner, writeCrl } from '../simulated/crl-writer.js';
import { parseCertificate } from './certificate.js';
import { type ChainRules, checkChain } from './chain.js';
import { judgeCrl, parseCrl } from './crl.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const ders = authority.cpu.map(({ cert }) => fromBase64(cert));
const issuer = parseCertificate(ders[2] ?? new Uint8Array());
const rules: ChainRules = {
  signatures: { id: 'T-1', title: 'signed' },
  constraints: { id: 'T-2', title: 'constrained' },
  validity: { id: 'T-3', title: 'valid' },
  root: { id: 'T-4', title: 'pinned' },
};

const certificates = ['leaf', 'CA'].map(
  (role, index): FuzzTarget => ({
    name: `certificate (DER), ${role}`,
    original: ders[index] ?? new Uint8Array(),
    signedTo: ders[index]?.length ?? 0,
    judge: (changed) => {
      const checks = new CheckList();
      const chain = attempt(() =>
        ders.map((der, place) => parseCertificate(place === index ? changed : der)),
      );
      if (chain === null) return ['CERT_MALFORMED'];
      const pinned = { hardware: roots.simulatedCpu, simulated: [] };
      checkChain(checks, rules, { chain, curve: 'P-256', roots: pinned, atMs: AT_MS });
      return failures(checks.checks);
    },
  }),
);

const list = writeCrl({
  issuer: issuer.subject,
  thisUpdateMs: AT_MS,
  nextUpdateMs: AT_MS + DAY_MS,
  entries: [1, 2, 3].map((serial) => ({ serial: `0${serial}`, revokedAtMs: AT_MS, reason: serial })),
  signer: ecdsaCrlSigner(ecKeyPairOf('P-256', fromBase64(authority.cpu[2]?.key ?? ''))),
});

const crl: FuzzTarget = {
  name: 'revocation list (DER)',
  original: list,
  signedTo: list.length,
  judge: (changed) => {
    const parsed = attempt(() => parseCrl(changed));
    const outcome = parsed && judgeCrl(parsed, { issuer, atMs: AT_MS });
    return outcome?.result === 'pass' ? [] : [outcome?.reason ?? 'CRL_MALFORMED'];
  },
};

export const x509Targets: readonly FuzzTarget[] = [...certificates, crl];

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof AttestationError) return null;
    throw error;
  }
}
