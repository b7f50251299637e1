import { describe, expect, it } from 'vitest';
import { fromBase64, toJson } from '#canonical';
import { AT_MS, failures } from '../machine.fixture.js';
import { vendorTrustRoots } from '../policy/trust-roots.js';
import { amdRootKeys } from '../snp/product.js';
import { authorities, judge, measure } from '../snp/snp-machine.fixture.js';
import { parseCertificate } from '../x509/certificate.js';
import { simulatedAmdRoots } from './amd-authority.js';

describe('a simulated AMD authority', () => {
  it('says in every certificate that it is simulated', () => {
    for (const { ark, ask, asvk } of Object.values(authorities)) {
      for (const { cert } of [ark, ask, asvk]) {
        const certificate = parseCertificate(fromBase64(cert));
        expect(Buffer.from(certificate.subject).toString('latin1')).toContain('Sealflow simulated hardware');
        expect(certificate.notAfterMs).toBeGreaterThan(AT_MS);
      }
    }
  });

  it('is plain JSON', () => {
    const { Turin } = authorities;
    expect(JSON.parse(JSON.stringify(toJson(Turin)))).toEqual(Turin);
  });

  it('is nobody to a policy that trusts AMD alone', () => {
    expect(simulatedAmdRoots(authorities.Turin).some((key) => amdRootKeys.includes(key))).toBe(false);
    const roots = { hardware: amdRootKeys, simulated: vendorTrustRoots.simulatedCpu };
    const evidence = measure({ signer: 'VLEK' }, authorities.Turin);
    const { checks, root } = judge(evidence, { roots, product: 'Turin' });
    expect(failures(checks)).toEqual(['SNP_ROOT_UNPINNED']);
    expect(root).toBe('unknown');
  });
});
